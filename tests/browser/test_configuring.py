"""An administrator adds a source by form: sees what it would give, saves, and the next crawl takes it."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Served, enter
from tests.console.night import Night
from tests.console.offices import ADMINISTRATOR, configured
from tests.crawlers.local_site import PARAGRAPHS, article_page, serving

pytestmark = pytest.mark.browser


@pytest.fixture
def served(night: Night) -> Iterator[Served]:
    """A console with a configuration of its own to change."""
    config = configured(night).config
    served = Served(night, lambda _: {"config": config})
    yield served
    served.stop()


def test_a_source_is_added_by_form_with_a_preview_and_then_crawled(
    night: Night, served: Served, chromium: Browser
) -> None:
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=served.address)
    enter(context, night, ADMINISTRATOR)
    page = context.new_page()
    breaches: list[str] = []
    page.on("console", lambda line: breaches.append(line.text) if "Content Security" in line.text else None)
    with serving() as site:
        site.put("/1.html", article_page("中山路水管破裂", *PARAGRAPHS))
        page.goto("/settings")
        page.get_by_role("link", name="信源", exact=True).last.click()
        page.get_by_role("link", name="新增信源").click()
        page.get_by_label("名称", exact=False).first.fill("滨城新闻网")
        page.locator("[name=url]").fill(site.list_of("/1.html"))
        page.locator("[name=kind]").select_option("news")
        page.locator("[name=spider]").select_option("listing")
        for ticked in ("启用", "在内网"):
            page.get_by_role("checkbox", name=ticked).check()
        page.locator("[name=delay_seconds]").fill("0")
        page.get_by_role("button", name="看会怎样").click()
        expect(page.locator("#preview")).to_contain_text("中山路水管破裂", timeout=90_000)
        page.get_by_role("button", name="保存信源").click()
        expect(page.locator(".kept-note")).to_contain_text("请写明为什么改")
        expect(page.locator("[name=url]")).to_have_value(f"{site.base}/list/")
        page.locator("[name=why]").fill("市新闻办来函")
        page.get_by_role("button", name="看会怎样").click()
        page.get_by_role("button", name="保存信源").click(timeout=90_000)
        expect(page.locator(".kept-note")).to_contain_text("已保存：新增信源“滨城新闻网”", timeout=30_000)
        where = ["--config", str(night.data / "config"), "--data", str(night.data)]
        subprocess.run([sys.executable, "-m", "console", "crawl", "--once", *where], check=True, timeout=120)
    with night.register.reading() as tx:
        health = tx.sources.health_of("滨城新闻网")
    assert (health.posts, health.failures_in_a_row) == (1, 0)
    assert breaches == []
    context.close()
