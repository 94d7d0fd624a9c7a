"""A press officer at the queue, with keys and live changes, in a real browser."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from huiying.alert import AlertState
from huiying.level import Level
from huiying.messages import AlertChanged
from huiying.task import TaskState
from tests.browser.conftest import Served, enter
from tests.builders import person
from tests.console.night import Night

pytestmark = pytest.mark.browser


def open_queue(page: Page, address: str = "/") -> None:
    """Open the queue and wait until it is live."""
    page.goto(address)
    expect(page.locator("[data-live]")).to_contain_text("实时")


def rows(page: Page) -> list[str]:
    """The titles of the rows, from the top."""
    return [title.strip() for title in page.locator(".strip h3").all_inner_texts()]


def test_a_new_alert_waits_behind_the_pill_and_nothing_moves_until_it_is_asked_for(night: Night, page: Page) -> None:
    night.matter("c-1", "路面塌陷", tell=True)
    open_queue(page)
    night.matter("c-2", "居民楼冒黑烟", level=Level.RED, tell=True)
    pill = page.locator("[data-pill]")
    expect(pill).to_be_visible()
    expect(pill).to_contain_text("新到 1 条")
    expect(pill).to_contain_text("其中 1 条红色")
    assert rows(page) == ["路面塌陷"]
    assert page.title().startswith("(1) ")
    page.keyboard.press("n")
    expect(page.locator(".strip")).to_have_count(2)
    assert rows(page) == ["居民楼冒黑烟", "路面塌陷"]
    expect(pill).to_be_hidden()
    expect(page.locator('.strip[aria-selected="true"] h3')).to_have_text("路面塌陷")


def test_a_changed_row_changes_in_place_and_says_so(night: Night, page: Page) -> None:
    first = night.matter("c-1", "路面塌陷", minutes=90, tell=True)
    night.matter("c-2", "路灯不亮", minutes=30, tell=True)
    open_queue(page)
    night.handling.acknowledge(first.id, by=person("高远"))
    night.relay()
    row = page.locator('.strip[data-concern="c-1"]')
    expect(row.locator(".ow")).to_contain_text("高")
    expect(row).to_contain_text("刚更新")
    assert [title.removesuffix("刚更新") for title in rows(page)] == ["路面塌陷", "路灯不亮"]


def test_the_keyboard_walks_claims_and_opens(night: Night, page: Page) -> None:
    night.matter("c-1", "路面塌陷", minutes=90, tell=True)
    second = night.matter("c-2", "路灯不亮", minutes=30, tell=True)
    open_queue(page)
    page.keyboard.press("j")
    expect(page.locator("#preview h2")).to_have_text("路灯不亮")
    page.keyboard.press("c")
    expect(page.locator('.strip[data-concern="c-2"] .ow')).to_have_text("值班员")
    with night.register.reading() as tx:
        claimed = tx.alerts.get(second.id)
    assert claimed is not None
    assert claimed.state is AlertState.ACKNOWLEDGED
    page.keyboard.press("Enter")
    expect(page).to_have_url("/concerns/c-2")
    expect(page.locator("[data-live]")).to_contain_text("实时")
    page.keyboard.press("Escape")
    expect(page.locator(".strip")).to_have_count(2)


def test_one_key_sends_the_waiting_task(night: Night, page: Page) -> None:
    alert = night.matter("c-1", "路面塌陷", tell=True)
    task = night.task(alert, "水务局", hours_gone=1)
    open_queue(page)
    page.keyboard.press("d")
    expect(page.locator('.strip[data-concern="c-1"] .state')).to_contain_text("已交办")
    with night.register.reading() as tx:
        sent = tx.tasks.get(task.id)
    assert sent is not None
    assert sent.state is TaskState.SENT


def test_silence_asks_for_an_end_and_a_reason(night: Night, page: Page) -> None:
    alert = night.matter("c-1", "路面塌陷", tell=True)
    open_queue(page)
    page.keyboard.press("s")
    reason = page.locator('[data-form="silence"] input[name="reason"]')
    page.get_by_text("4 小时后").click()
    reason.fill("抢修已排期 n j x")
    reason.press("Control+Enter")
    expect(page.locator('.strip[data-concern="c-1"] .state')).to_contain_text("静默至")
    with night.register.reading() as tx:
        silenced = tx.alerts.get(alert.id)
    assert silenced is not None
    assert silenced.silence_reason == "抢修已排期 n j x"


def test_closing_asks_for_a_reason_and_escape_backs_out(night: Night, page: Page) -> None:
    alert = night.matter("c-1", "路面塌陷", tell=True)
    open_queue(page)
    form = page.locator('[data-form="close"]')
    page.keyboard.press("x")
    expect(form).to_be_visible()
    page.keyboard.press("Escape")
    expect(form).to_be_hidden()
    page.keyboard.press("x")
    form.locator('input[name="reason"]').fill("旧闻重发")
    form.get_by_role("button", name="关闭预警").click()
    expect(page.locator('.strip[data-concern="c-1"] .state')).to_contain_text("已关闭")
    with night.register.reading() as tx:
        closed = tx.alerts.get(alert.id)
    assert closed is not None
    assert closed.close_reason == "旧闻重发"


def test_an_unsure_lead_is_settled_from_the_preview(night: Night, page: Page) -> None:
    night.matter("c-1", "培训机构闭店", lead=None, tell=True)
    open_queue(page)
    page.locator('#preview select[name="bureau"]').select_option("教育局")
    page.get_by_role("button", name="指定责任单位").click()
    expect(page.locator('.strip[data-concern="c-1"] .bu')).to_contain_text("市教育局")


def test_a_broken_connection_is_said_and_what_was_missed_comes_after_it(
    night: Night, page: Page, served: Served
) -> None:
    night.matter("c-1", "路面塌陷", tell=True)
    open_queue(page)
    served.stop()
    expect(page.locator("[data-live]")).to_contain_text("连接中断，停在")
    night.matter("c-2", "居民楼冒黑烟", level=Level.RED, tell=True)
    served.start()
    expect(page.locator("[data-live]")).to_contain_text("实时", timeout=15_000)
    expect(page.locator("[data-pill]")).to_contain_text("新到 1 条")
    assert rows(page) == ["路面塌陷"]


def test_the_dark_theme_stays_for_the_next_page(night: Night, page: Page) -> None:
    night.matter("c-1", "路面塌陷", tell=True)
    open_queue(page)
    page.get_by_role("button", name="切换日间与夜间配色").click()
    page.goto("/tasks")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_desk_needs_no_scrolling_and_the_phone_no_sideways_scrolling(
    night: Night, page: Page, served: Served, chromium: Browser
) -> None:
    night.matter("c-1", "长兴岛一化工装置区冒黑烟，居民问是否有毒，有没有人出来说一句", tell=True)
    open_queue(page)
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    context = chromium.new_context(viewport={"width": 390, "height": 844}, base_url=served.address)
    enter(context, night)
    phone = context.new_page()
    for address in ("/", "/concerns/c-1", "/tasks", "/sources", "/posts", "/concerns"):
        phone.goto(address)
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    phone.goto("/")
    phone.locator(".strip").click()
    expect(phone).to_have_url(f"{served.address}/concerns/c-1")
    context.close()


def test_the_concern_page_offers_its_changes_instead_of_moving(night: Night, page: Page) -> None:
    alert = night.matter("c-1", "路面塌陷", tell=True)
    page.goto("/concerns/c-1")
    expect(page.locator("[data-live]")).to_contain_text("实时")
    expect(page.locator("[data-reload]")).to_be_hidden()
    night.handling.acknowledge(alert.id, by=person("高远"))
    night.relay()
    expect(page.locator("[data-reload]")).to_be_visible()
    page.keyboard.press("n")
    expect(page.locator(".chain")).to_contain_text("高　远 已认领")


def test_a_page_that_missed_too_much_offers_the_whole_list_anew(night: Night, page: Page, served: Served) -> None:
    night.matter("c-1", "路面塌陷", tell=True)
    open_queue(page)
    with night.register.transaction() as tx:
        tx.outbox.add([AlertChanged(alert="gone", concern="gone", source=None, level="red", what="级别")] * 3)
    served.stop()
    night.relay()
    night.matter("c-2", "居民楼冒黑烟", tell=True)
    with night.register.transaction() as tx:
        tx.outbox.prune(night.clock.now() + timedelta(seconds=1))
    night.change(night.matter("c-3", "路灯不亮", tell=False))
    served.start()
    expect(page.locator("[data-pill]")).to_contain_text("列表已落后", timeout=15_000)
    page.keyboard.press("n")
    expect(page.locator(".strip")).to_have_count(3)


def test_the_slash_opens_the_search_field_on_every_page_and_a_number_leads_to_its_matter(
    night: Night, page: Page
) -> None:
    night.matter("c-1", "路面塌陷", tell=True)
    open_queue(page)
    field = page.locator("[data-seek]")
    for address in ("/", "/tasks", "/concerns/c-1"):
        page.goto(address)
        expect(field).to_be_hidden()
        page.keyboard.press("/")
        expect(field.get_by_role("searchbox")).to_be_focused()
        page.keyboard.type("a/b")
        expect(field.get_by_role("searchbox")).to_have_value("a/b")
        page.keyboard.press("Escape")
        expect(field).to_be_hidden()
        assert page.url.endswith(address)
    page.goto("/tasks")
    page.keyboard.press("/")
    page.keyboard.type("2026-1")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/concerns/c-1")
