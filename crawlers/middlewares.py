"""Scrapy middlewares of ours: conditional GET. (The guard on addresses stands deeper, in `guard.py`.)"""

from scrapy import Request

from huiying.source import Seen


class ConditionalGetMiddleware:
    """Asks only for what changed where an earlier answer told how to ask (ETag, Last-Modified)."""

    def process_request(self, request: Request) -> None:
        """Add the conditions of what is remembered of this address."""
        known = request.meta.get("known")
        if not isinstance(known, Seen):
            return
        if known.etag:
            request.headers.setdefault(b"If-None-Match", known.etag.encode("latin-1", "ignore"))
        if known.last_modified:
            request.headers.setdefault(b"If-Modified-Since", known.last_modified.encode("latin-1", "ignore"))
