"""A leader on a phone: from the start page to a tracked 批示, and an event level with its consequences."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from huiying.person import Role
from tests.browser.conftest import Served, enter
from tests.builders import person
from tests.console.night import Night, busy_night

pytestmark = pytest.mark.browser

LEADER = person("qinzhao", Role.LEADER)


@pytest.fixture
def phone(chromium: Browser, served: Served, night: Night) -> Iterator[Page]:
    """A phone in the leader's hand that fails the test on a script error or a breach of the content policy."""
    busy_night(night)
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", base_url=served.address)
    enter(context, night, LEADER)
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda line: troubles.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    context.close()
    assert troubles == []


def test_words_typed_on_the_start_page_become_a_tracked_matter(phone: Page) -> None:
    phone.goto("/")
    phone.wait_for_url("**/leader")
    confirm = phone.get_by_role("button", name="确认批示")
    for button in (*phone.locator(".ld-mt .btn").all(), confirm):
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["y"] + box["height"] <= 844
    phone.get_by_label("批示内容").fill("供热投诉集中的小区，请市建委今晚前逐户回访，明早报结果。")
    expect(phone.locator(".made")).to_contain_text("市建委")
    expect(phone.locator(".made")).to_contain_text("供热首周多小区温度不达标")
    confirm.click()
    expect(phone.get_by_role("status").filter(has_text="已成为批示件")).to_contain_text("交市建委")
    mine = phone.locator(".panel", has_text="我的批示件")
    expect(mine).to_contain_text("逐户回访")
    expect(mine).to_contain_text("办理中")


def test_an_event_level_is_recorded_with_its_consequences_in_sight(phone: Page) -> None:
    phone.goto("/leader")
    phone.get_by_role("link", name="记录事件级别").click()
    major = phone.locator("label", has_text=re.compile("^重大"))
    expect(major).to_contain_text("届满")
    usual = phone.locator("label", has_text=re.compile("^较大"))
    expect(usual).to_contain_text("不适用")
    usual.click()
    phone.get_by_label("认定机关").fill("市应急管理局")
    phone.get_by_label("依据").fill("06:20 来电记录")
    phone.get_by_label("认定时间").fill("2014年5月30日 12:00")
    phone.get_by_role("button", name="记录事件级别").click()
    expect(phone.get_by_role("status").filter(has_text="已记录事件级别：较大")).to_be_visible()
    expect(phone.get_by_role("link", name="记录事件级别")).to_have_count(0)


def test_on_a_phone_the_overview_is_a_list_that_does_not_scroll_sideways(phone: Page) -> None:
    phone.goto("/duties")
    expect(phone.locator("#duties tbody tr")).to_have_count(20)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.locator("#bureaus a.st.bad, #bureaus td[data-of=在办任务] a").first.click()
    expect(phone.locator(".trow").first).to_be_visible()
