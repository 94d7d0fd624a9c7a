"""A notice appears on the open page by itself, and leads to its matter."""

import pytest
from playwright.sync_api import Page, expect

from huiying.messages import AlertRaised
from responders.notifying import Notifying
from tests.console.night import Night
from tests.console.test_notices import Rules

pytestmark = pytest.mark.browser


def test_a_new_notice_shows_without_reloading_and_leads_to_the_matter(night: Night, page: Page) -> None:
    page.goto("/notices")
    expect(page.locator("#notices")).to_contain_text("没有给你的通知")
    expect(page.locator("[data-live]")).to_contain_text("实时")
    alert = night.matter("c-1", "全小区停水", tell=True)
    told = AlertRaised(alert=alert.id, concern=alert.concern, source=None, level=alert.level.value)
    list(Notifying(night.register, Rules(), night.clock)([told]))
    notice = page.locator("#notices").get_by_role("link", name="黄色提示 2026-1")
    expect(notice).to_be_visible(timeout=15_000)
    expect(page.locator("#notices")).not_to_contain_text("停水")
    notice.click()
    expect(page.get_by_role("heading", name="全小区停水").first).to_be_visible()
