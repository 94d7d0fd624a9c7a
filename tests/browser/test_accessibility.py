"""Every page can be read and used by everybody: axe finds nothing serious on any of them, by day and by night, at a
desk and on a phone.

The pages are the applications' own routes: a new page without an example here fails the test.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page

from console.app import create_app
from console.public.app import create_public_app
from huiying.clarification import ClarificationKind
from huiying.clock import SetClock
from huiying.config_version import digest_of
from huiying.intake import post_id
from huiying.person import Person
from responders.proceedings.proceeding import proceeding_id
from tests.browser.conftest import Served, enter
from tests.console.full_night import (
    ADMINISTRATOR,
    AUDITOR,
    HANDLER,
    LEADER,
    LINK,
    OFFICER,
    REVIEWER,
    answer_of,
    full_night,
    task_of,
)
from tests.console.night import NOW, Night
from tests.console.offices import configured
from tests.console.test_admitting import routes

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
DESK, PHONE = (1366, 768), (390, 844)

Examples = Mapping[str, Sequence[tuple[str, Person | None]]]
"""Addresses of each page, and who opens them."""

NO_PAGE: tuple[str, ...] = (
    "/api/",
    "/queue/list",
    "/queue/rows",
    "/queue/among",
    "/queue/preview/",
    "/live",
    "/healthz",
    "/readyz",
    "/metrics",
)
NO_PAGE += ("/leader/instruct/read", "/search", "/unsent", "/posts/{post}/judgements", "/sign-in/provider")
NO_PAGE += ("/concerns/{concern}/suggestions", "/concerns/{concern}/contrasts")
NO_PAGE += ("/drafts/{id}/cleared", "/drafts/{id}/contrasts", "/answers/", "/scans/", "/rules/effect")
"""What begins like this answers with data, with a part of a page that is opened elsewhere, or sends on."""


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    """02:14 on a night with everything on it."""
    night = Night(tmp_path, SetClock(NOW))
    full_night(night)
    yield night
    night.close()


@pytest.fixture
def served(night: Night) -> Iterator[Served]:
    """Its console, with a configuration that an administrator has changed."""
    configuring = configured(night).configuring
    roster = configuring.text("roster.yaml")
    longer = f"{roster}\n# 排班会议定\n"
    configuring.save("roster.yaml", longer, digest_of(roster), what="加一行注", why="排班会议", by=ADMINISTRATOR)
    served = Served(night, lambda _: {"config": configuring.config})
    yield served
    served.stop()


def console_pages(night: Night) -> Examples:
    water = quote(task_of(night, "c-water").id, safe="")
    answer = quote(answer_of(night, "c-water").id, safe="")
    proceeding = quote(proceeding_id("c-water:1", "opinion-response"), safe="")
    untied = quote(answer_of(night, "c-water", ClarificationKind.CLARIFYING).id, safe="")
    with night.register.reading() as tx:
        [request] = tx.personal_requests.all()
    return {
        "/queue": [("/queue", OFFICER), ("/queue?view=silenced", OFFICER), ("/queue", AUDITOR)],
        "/leader": [("/leader", LEADER)],
        "/leader/list/{figure}": [("/leader/list/open", LEADER)],
        "/leader/sign/{clarification}": [(f"/leader/sign/{answer}", LEADER)],
        "/leader/instruct": [("/leader/instruct", LEADER)],
        "/leader/event/{proceeding}": [(f"/leader/event/{proceeding}", LEADER)],
        "/duties": [("/duties", OFFICER)],
        "/sign-in": [("/sign-in", None)],
        "/me": [("/me", OFFICER)],
        "/concerns": [("/concerns", OFFICER)],
        "/concerns/{concern_id}": [("/concerns/c-water", OFFICER), ("/concerns/c-school", OFFICER)],
        "/concerns/{concern}/record": [("/concerns/c-water/record", OFFICER)],
        "/concerns/{concern}/why": [("/concerns/c-water/why", OFFICER)],
        "/concerns/{concern}/split": [("/concerns/c-water/split", OFFICER)],
        "/concerns/{concern}/papers": [("/concerns/c-water/papers", OFFICER)],
        "/concerns/{concern}/papers/{kind}": [(f"/concerns/c-water/papers/{kind}", OFFICER) for kind in PAPERS],
        "/concerns/{concern}/evidence": [("/concerns/c-water/evidence", OFFICER)],
        "/posts/{post}/why": [(f"/posts/{post_id('forum', LINK)}/why", OFFICER)],
        "/tasks": [("/tasks", OFFICER)],
        "/tasks/{task_id}": [(f"/tasks/{water}", HANDLER)],
        "/tasks/{task_id}/paper": [(f"/tasks/{water}/paper", HANDLER)],
        "/supervisions/{supervision_id}/paper": [(f"/supervisions/{quote('督2026-0001')}/paper", OFFICER)],
        "/desk": [("/desk", HANDLER), ("/desk", OFFICER)],
        "/instructions": [("/instructions", OFFICER), ("/instructions", HANDLER)],
        "/review": [("/review", REVIEWER)],
        "/review/{clarification}": [(f"/review/{answer}", REVIEWER)],
        "/review/{clarification}/form": [(f"/review/{answer}/form", REVIEWER)],
        "/review-register": [("/review-register", REVIEWER)],
        "/publish/{clarification}": [(f"/publish/{answer}", OFFICER)],
        "/drafts/{id}": [(f"/drafts/{answer}", HANDLER), (f"/drafts/{untied}", HANDLER)],
        "/drafts/{id}/changes": [(f"/drafts/{answer}/changes", HANDLER)],
        "/sources": [("/sources", OFFICER)],
        "/notices": [("/notices", OFFICER), ("/notices?view=channels", ADMINISTRATOR)],
        "/posts": [("/posts", OFFICER), ("/posts?words=没有这样的词", OFFICER)],
        "/views": [("/views", OFFICER)],
        "/register": [("/register", OFFICER)],
        "/log": [("/log", OFFICER)],
        "/contacts": [("/contacts", OFFICER)],
        "/personal-requests": [("/personal-requests", OFFICER)],
        "/personal-requests/{number}": [(f"/personal-requests/{request.id}", OFFICER)],
        "/users": [("/users", ADMINISTRATOR)],
        "/settings": [("/settings", ADMINISTRATOR)],
        "/settings/{id}": [("/settings/sources", ADMINISTRATOR), ("/settings/access", ADMINISTRATOR)],
        "/settings/{id}/entry": [
            ("/settings/channels/entry?name=mail", ADMINISTRATOR),
            ("/settings/shifts/entry", ADMINISTRATOR),
        ],
        "/settings/versions": [("/settings/versions", ADMINISTRATOR)],
        "/settings/versions/{file}/{number}": [("/settings/versions/roster.yaml/2", ADMINISTRATOR)],
        "/dead-letters": [("/dead-letters", ADMINISTRATOR), ("/dead-letters", OFFICER)],
        "/dead-letters/{number}": [("/dead-letters/1", OFFICER)],
        "/models": [("/models", ADMINISTRATOR)],
        "/audit": [("/audit", AUDITOR)],
        "/rules": [("/rules", ADMINISTRATOR)],
    }


PAPERS = ("flash", "assignment", "holding", "calls")
PUBLIC_PAGES: Examples = {path: [(path, None)] for path in ("/", "/ask", "/state", "/answers")}


class Looking:
    """A browser in which people open pages, and what axe has against these."""

    def __init__(self, chromium: Browser, address: str, night: Night) -> None:
        self._chromium, self._address, self._night = chromium, address, night
        self._contexts: dict[Person | None, BrowserContext] = {}
        self.found: list[str] = []

    def open_all(self, examples: Examples) -> None:
        for address, who in (each for addresses in examples.values() for each in addresses):
            self._look_at(address, who)
        for context in self._contexts.values():
            context.close()

    def _look_at(self, address: str, who: Person | None) -> None:
        page = self._context(who).new_page()
        answer = page.goto(address)
        assert answer is not None
        assert (answer.status, page.url.removeprefix(self._address)) == (200, answer.url.removeprefix(self._address))
        self._ask(page, f"{address} by day")
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        self._ask(page, f"{address} by night", "color-contrast")
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        self._ask(page, f"{address} on a phone", "scrollable-region-focusable", "target-size")
        page.close()

    def _context(self, who: Person | None) -> BrowserContext:
        if who not in self._contexts:
            context = self._chromium.new_context(
                viewport={"width": DESK[0], "height": DESK[1]}, locale="zh-CN", base_url=self._address
            )
            context.add_init_script(path=AXE)
            if who:
                enter(context, self._night, who)
            self._contexts[who] = context
        return self._contexts[who]

    def _ask(self, page: Page, where: str, *only: str) -> None:
        rules = {"resultTypes": ["violations"]} | ({"runOnly": only} if only else {})
        violations = page.evaluate("rules => axe.run(document, rules).then(result => result.violations)", rules)
        self.found += [
            f"{where}: {each['id']}: {node['html'][:200]}: {node['failureSummary']}"
            for each in violations
            if each["impact"] in ("serious", "critical")
            for node in each["nodes"]
        ]


def pages_of(app: FastAPI) -> set[str]:
    """The addresses that a browser opens."""
    return {
        path
        for method, path, _ in routes(app)
        if method == "GET" and not path.startswith(NO_PAGE) and not path.endswith((".csv", ".xlsx", ".json", ".css"))
    }


def test_every_page_of_the_console(chromium: Browser, served: Served, night: Night) -> None:
    examples = console_pages(night)
    assert examples.keys() == pages_of(create_app(night.console())) - {"/"}, "/ sends everybody on to their own page"
    looking = Looking(chromium, served.address, night)
    looking.open_all(examples)
    assert not looking.found, "\n\n".join(looking.found)


def test_every_page_for_the_public(chromium: Browser, public: str, night: Night) -> None:
    assert PUBLIC_PAGES.keys() == pages_of(create_public_app(night.public()))
    looking = Looking(chromium, public, night)
    looking.open_all(PUBLIC_PAGES)
    assert not looking.found, "\n\n".join(looking.found)
