"""A client that asks the console without a server or a browser, through httpx's own ASGI transport."""

import asyncio
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import httpx
from fastapi import FastAPI

from huiying.failures import Unavailable
from huiying.person import Person
from tests.signing_in import OFFICER, sign_in_as

ADDRESS = "http://127.0.0.1"


class Client:
    """Asks one application, each time on a fresh event loop: signed in as a person, or as nobody."""

    def __init__(self, app: FastAPI, person: Person | None = OFFICER) -> None:
        self.app = app
        self._transport = httpx.ASGITransport(app)
        self._office: Any = getattr(app.state, "office", None)
        self._person = person

    @cached_property
    def signed_in(self) -> dict[str, str]:
        """What the browser of a signed-in person sends; nothing for nobody, and where the register is away."""
        if self._person is None:
            return {}
        try:
            return sign_in_as(self._office.register, self._person, self._office.clock)
        except Unavailable:
            return {}

    def get(self, path: str, **how: Any) -> httpx.Response:
        """GET."""
        return self.ask("GET", path, **how)

    def post(self, path: str, **how: Any) -> httpx.Response:
        """POST."""
        return self.ask("POST", path, **how)

    def send_form(self, path: str, fields: Mapping[str, str], *, on: str) -> httpx.Response:
        """A form as a browser sends it from the page `on`; the page that one is then sent to."""
        return self.post(path, data={**fields, "stands": on}, headers={"accept": "text/html"})

    def ask(self, method: str, path: str, headers: Mapping[str, str] | None = None, **how: Any) -> httpx.Response:
        """Any request; whoever is sent to a page that says what came of it goes there."""

        sent = self.signed_in | dict(headers or {})

        async def send() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url=ADDRESS) as client:
                answer = await client.request(method, path, headers=sent, **how)
                if "kept=" in answer.headers.get("location", "") and "set-cookie" not in answer.headers:
                    return await client.get(answer.headers["location"], headers=sent)
                return answer

        return asyncio.run(send())
