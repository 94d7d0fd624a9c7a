"""A matter registered by key R stands in the queue, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_queue import open_queue
from tests.console.night import Night

pytestmark = pytest.mark.browser


def test_by_key_r_a_matter_is_registered_and_stands_in_the_queue(night: Night, page: Page) -> None:
    night.matter("c-1", "路灯不亮", tell=True)
    open_queue(page)
    page.keyboard.press("r")
    expect(page.locator("h1")).to_have_text("手工登记")
    page.get_by_label("领导交办").check()
    page.get_by_label("标题").fill("楼房着火有人被困")
    page.locator("[name=what]").fill("向阳路3号楼着火，有人被困在楼上")
    page.get_by_label("来自").fill("市政府总值班室")
    page.get_by_label("红色提示").check()
    page.get_by_label("为何定为这一级").fill("人命关天")
    page.get_by_role("button", name="登记事项并发出提示").click()
    expect(page.locator("h1")).to_have_text("楼房着火有人被困")
    open_queue(page)
    first = page.locator(".strip").first
    expect(first).to_contain_text("楼房着火有人被困")
    expect(first).to_have_attribute("data-level", "red")
    first.click()
    danger = page.locator("#preview .danger")
    danger.get_by_role("button", name="记已打119").click()
    expect(danger).to_contain_text("值班员已打消防119")


def test_keys_lead_to_the_log_and_to_a_call(night: Night, page: Page) -> None:
    night.matter("c-1", "路灯不亮", tell=True)
    open_queue(page)
    page.keyboard.press("t")
    page.wait_for_url("**/log#call")
    open_queue(page)
    page.keyboard.press("l")
    expect(page.locator("h1")).to_have_text("值班日志")
