"""What a source would give today, in a process of its own: `python -m console.source_preview FOLDER NAME NUMBER`.

Only `sources.yaml` of the folder is read, no store is opened, and nothing is kept.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from crawlers.crawling import crawl_once
from huiying.cleaning import clean
from huiying.clock import Clock, SystemClock
from huiying.failures import Rejected
from huiying.masking import mask
from huiying.policy.sources import read_sources
from huiying.source import Source


def preview_source(
    sources: Sequence[Source], name: str, clock: Clock, at_most: int | None = None
) -> Iterator[dict[str, object]]:
    """What a source would give today, masked like everything that leaves intake; nothing is kept."""
    source = next((source for source in sources if source.name == name), None)
    if source is None:
        known = "、".join(source.name for source in sources) or "没有配置任何信源"
        raise Rejected(f"没有信源“{name}”。现有：{known}")
    seen = crawl_once(source, clock, at_most=at_most)
    for post in seen.posts:
        title, text = mask(clean(post.title)), mask(clean(post.text))
        yield {"title": title, "text": text, "url": post.url, "published_at": post.published}
    for error in seen.errors:
        yield {"error": error}


def main() -> None:
    """Print it, a line of JSON for each post and each trouble."""
    folder, name, at_most = sys.argv[1:]
    for line in preview_source(read_sources(Path(folder)), name, SystemClock(), int(at_most)):
        sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")


if __name__ == "__main__":
    main()
