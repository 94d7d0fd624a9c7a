"""A client that asks the console without a server or a browser, through httpx's own ASGI transport."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
from fastapi import FastAPI

ADDRESS = "http://127.0.0.1"


class Client:
    """Asks one application, each time on a fresh event loop."""

    def __init__(self, app: FastAPI) -> None:
        self._transport = httpx.ASGITransport(app)

    def get(self, path: str, **how: Any) -> httpx.Response:
        """GET."""
        return self.ask("GET", path, **how)

    def post(self, path: str, **how: Any) -> httpx.Response:
        """POST."""
        return self.ask("POST", path, **how)

    def ask(self, method: str, path: str, headers: Mapping[str, str] | None = None, **how: Any) -> httpx.Response:
        """Any request."""

        async def send() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url=ADDRESS) as client:
                return await client.request(method, path, headers=headers, **how)

        return asyncio.run(send())
