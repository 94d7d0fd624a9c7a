"""Takes the README's pictures of a running console: `python -m tests.browser.pictures [ADDRESS] [--all DIR]`.

Start `huiying demo --port 8131`, wait about three minutes for the burst, then run this. It signs in as the officer of
the demonstration and writes
`docs/pictures/queue.png` (the queue, the newest row of the highest level selected) and `docs/pictures/concern.png`.
`--all DIR` adds the other pages, the dark theme and a phone, to look at. Pages are only asked for: the office stays
as it is.
"""

import argparse
import os
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
_DESK, _PHONE = (1366, 768), (390, 844)
_OTHERS = {"tasks": "/tasks", "sources": "/sources", "concerns": "/concerns", "posts": "/posts"}


def main() -> None:
    """Take them."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("address", nargs="?", default="http://127.0.0.1:8131")
    arguments.add_argument("--into", type=Path, default=PICTURES)
    arguments.add_argument("--all", type=Path, metavar="DIR")
    asked = arguments.parse_args()
    executable = os.environ.get("HUIYING_TEST_CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        take_readme_pictures(browser, asked.address, asked.into)
        if asked.all:
            take_every_page(browser, asked.address, asked.all)
        browser.close()


def take_readme_pictures(browser: Browser, address: str, into: Path) -> None:
    """The two pictures of the README, light, at the size of a desk."""
    into.mkdir(parents=True, exist_ok=True)
    page = _page(browser, address, _DESK, "light")
    concern = _select_newest_of_the_highest(page)
    page.screenshot(path=into / "queue.png")
    page.goto(f"/concerns/{concern}")
    _settle(page)
    page.screenshot(path=into / "concern.png")
    page.context.close()


def take_every_page(browser: Browser, address: str, into: Path) -> None:
    """Every page, light and dark, at the desk and on a phone, whole."""
    into.mkdir(parents=True, exist_ok=True)
    themes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for theme in themes:
        for size, name in ((_DESK, "desk"), (_PHONE, "phone")):
            page = _page(browser, address, size, theme)
            page.screenshot(path=into / f"queue-{name}-{theme}.png")
            concern = page.locator("[data-concern]").first.get_attribute("data-concern")
            for title, path in (_OTHERS | {"concern": f"/concerns/{concern}"}).items():
                page.goto(path)
                _settle(page)
                page.screenshot(path=into / f"{title}-{name}-{theme}.png", full_page=size == _PHONE)
            page.context.close()


def _page(browser: Browser, address: str, size: tuple[int, int], theme: Literal["light", "dark"]) -> Page:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="zh-CN", base_url=address, color_scheme=theme
    )
    context.add_init_script(f"localStorage.setItem('theme', '{theme}')")
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_role("button", name="舆情值班员").click()
    _settle(page)
    return page


def _select_newest_of_the_highest(page: Page) -> str:
    """Rows of one level stand oldest first, so the newest is the last of the first level."""
    rows = page.locator(".strip[data-concern]")
    level = rows.first.get_attribute("data-level")
    row = page.locator(f".strip[data-concern][data-level='{level}']").last
    row.click()
    page.wait_for_timeout(700)
    return row.get_attribute("data-concern") or ""


def _settle(page: Page) -> None:
    page.wait_for_load_state("load")
    page.wait_for_timeout(700)


if __name__ == "__main__":
    main()
