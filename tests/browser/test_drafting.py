"""A handler drafts an answer in a real browser: the untied sentence is loudest and has its ways out."""

from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Served, enter
from tests.builders import make_finding
from tests.console.night import Night

pytestmark = pytest.mark.browser
DRAFT = f"/drafts/{quote('c-1:1:situation:水务局:1', safe='')}"


def matter(night: Night) -> None:
    night.matter("c-1", "泉水自来水发黄")
    night.post("p-1", "c-1", "听说水源地被污染了")
    with night.register.transaction() as tx:
        tx.findings.insert(
            make_finding(concern="c-1", facts="华北路管道恢复送水，导致水色发黄。", measures="冲洗14处。")
        )


def test_an_untied_sentence_is_tied_where_the_page_points_to_it(night: Night, page: Page) -> None:
    matter(night)
    page.goto("/concerns/c-1")
    page.get_by_role("button", name="起草回应稿").click()
    page.locator("textarea[name=body]").fill("华北路管道恢复送水，导致水色发黄。\n目前已全部恢复正常。")
    page.get_by_role("button", name="保存为新一稿").click()
    expect(page.get_by_role("button", name="送审核会签")).to_be_disabled()
    expect(page.locator(".sen.bad")).to_have_count(2)
    page.get_by_role("link", name="跳到第 1 句").click()
    first = page.locator("#s1")
    first.get_by_text("关联依据", exact=True).click()
    first.locator("select[name=evidence]").select_option("finding finding-1")
    first.get_by_role("button", name="关联到第 1 句").click()
    expect(page.locator(".sen.bad")).to_have_count(1)
    page.locator("#s2").get_by_role("button", name="删去").click()
    expect(page.locator(".sen.bad")).to_have_count(0)
    expect(page.get_by_role("button", name="送审核会签")).to_be_enabled()


def test_cleared_wording_is_looked_for_without_leaving_the_page(night: Night, page: Page) -> None:
    matter(night)
    page.goto("/concerns/c-1")
    page.get_by_role("button", name="起草首次回应口径").click()
    page.get_by_label("在已审口径中查找").fill("歉意")
    page.get_by_role("button", name="查找口径").click()
    expect(page.locator("#cleared li")).to_have_count(1)
    page.locator("#cleared input").check()
    page.get_by_role("button", name="把勾选的口径加到文末").click()
    expect(page.locator(".sen").last).to_contain_text("深表歉意")


def test_the_page_fits_a_phone(night: Night, served: Served, chromium: Browser) -> None:
    matter(night)
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", base_url=served.address)
    enter(context, night)
    phone = context.new_page()
    phone.goto("/concerns/c-1")
    phone.get_by_role("button", name="起草首次回应口径").click()
    expect(phone).to_have_url(served.address + DRAFT)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
