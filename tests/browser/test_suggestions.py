"""An officer confirms a suggestion with the mouse; the queue then says that it must be answered first."""

import pytest
from playwright.sync_api import Page, expect

from tests.console.night import Night

pytestmark = pytest.mark.browser


def test_a_confirmed_suggestion_says_who_and_stands_in_the_queue(night: Night, page: Page) -> None:
    night.matter("c-1", "全小区停水", tell=True)
    night.post("p-1", "c-1", "我们全小区停水两天了，没人管")
    page.goto("/concerns/c-1")
    expect(page.locator("#contrasts")).to_contain_text("没有装载模型")
    suggested = page.locator("#suggestions li").first
    expect(suggested).to_contain_text("涉及公众切身利益且产生较大影响的")
    suggested.get_by_role("button", name="确认").click()
    expect(page.locator("#suggestions [role=status]")).to_have_text("已记：确认")
    expect(page.locator("#suggestions li.confirmed .who")).to_contain_text("值班员")
    page.goto("/")
    expect(page.locator(".strip .firsttag")).to_have_text("须首先回应")
    page.goto("/concerns/c-1")
    page.locator("#suggestions li.confirmed").get_by_role("button", name="不是").click()
    expect(page.locator("#suggestions li.denied .who")).to_contain_text("不是")
    page.goto("/")
    expect(page.locator(".strip")).to_have_count(1)
    expect(page.locator(".firsttag")).to_have_count(0)
