"""A real Chromium over the real console, served by uvicorn on loopback."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from console.app import create_app
from console.public.app import create_public_app
from huiying.clock import SystemClock
from huiying.person import Person
from tests.console.night import Night
from tests.services.server import free_port
from tests.signing_in import OFFICER, sign_in_as

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
)


class Served:
    """The console of one office behind a port; it can go away and come back on the same port."""

    def __init__(self, night: Night, changes: Callable[[str], Mapping[str, Any]] = lambda _: {}) -> None:
        """`changes` tells what is otherwise about an office that is served at this address."""
        self._night = night
        self._changes = changes
        self.port = free_port()
        self.start()

    @property
    def address(self) -> str:
        """Where the console is."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Serve, and return when it answers."""
        self._app = create_app(self._night.console(**self._changes(self.address)))
        config = uvicorn.Config(
            self._app,
            host="127.0.0.1",
            port=self.port,
            log_level="warning",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 20
        while not self._server.started:
            assert time.monotonic() < deadline, "the console did not start"
            time.sleep(0.02)

    def stop(self) -> None:
        """Go away, open streams and all."""
        self._app.state.close_streams()
        self._server.should_exit = True
        self._thread.join(20)
        assert not self._thread.is_alive()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or the one that HUIYING_TEST_CHROMIUM names."""
    executable = os.environ.get("HUIYING_TEST_CHROMIUM", "/usr/bin/chromium")
    assert Path(executable).exists(), f"no browser at {executable}; install chromium or set HUIYING_TEST_CHROMIUM"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(_FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    """An empty office on the machine's own clock."""
    night = Night(tmp_path, SystemClock())
    yield night
    night.close()


@pytest.fixture
def served(night: Night) -> Iterator[Served]:
    """Its console, served."""
    served = Served(night)
    yield served
    served.stop()


@pytest.fixture
def public(night: Night) -> Iterator[str]:
    """The address of the public page, on a port of its own."""
    port = free_port()
    config = uvicorn.Config(create_public_app(night.public()), host="127.0.0.1", port=port, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the public page did not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)


def enter(context: BrowserContext, night: Night, person: Person = OFFICER) -> None:
    """Sign a browser in as a person, by a session of theirs."""
    name, _, token = sign_in_as(night.register, person, night.clock)["cookie"].partition("=")
    context.add_cookies([{"name": name, "value": token, "domain": "127.0.0.1", "path": "/", "sameSite": "Strict"}])


@pytest.fixture
def page(chromium: Browser, served: Served, night: Night) -> Iterator[Page]:
    """A desk-sized page that fails the test on any script error or breach of the content policy."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=served.address)
    enter(context, night)
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda line: troubles.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    context.close()
    assert troubles == []
