"""A press officer at the queue, with keys and live changes, in a real browser."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from huiying.alert import AlertState
from huiying.level import Level
from huiying.messages import AlertChanged
from huiying.task import TaskState
from tests.browser.conftest import Served, enter
from tests.browser.slow_proxy import SlowProxy
from tests.builders import person
from tests.console.night import Night

pytestmark = pytest.mark.browser


def open_queue(page: Page, address: str = "/queue") -> None:
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
    assert page.title().startswith("(1，红色 1) ")
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
    page.locator("#preview").get_by_text("4 小时后").click()
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


def test_ticked_rows_are_silenced_by_keys_and_who_comes_second_is_told_what_changed(
    night: Night, page: Page, served: Served, chromium: Browser
) -> None:
    for number in range(3):
        night.matter(f"c-{number}", f"事项{number}", minutes=90 - number, tell=True)
    open_queue(page)
    for key in ("Space", "j", "Space", "s"):
        page.keyboard.press(key)
    bar = page.locator("#several")
    expect(bar).to_contain_text("2 项已勾选")
    reason = bar.locator('[data-several="silence"] input[name=reason]')
    expect(reason).to_be_focused()
    reason.fill("抢修已排期 x")
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, base_url=served.address)
    enter(context, night, person("高远"))
    other = context.new_page()
    open_queue(other)
    other.keyboard.press("c")
    expect(other.locator('.strip[data-concern="c-0"] .ow')).to_contain_text("高")
    context.close()
    reason.press("Control+Enter")
    expect(bar).to_contain_text("办成 1 项，没有办成 1 项")
    expect(bar.locator("li.no")).to_contain_text("事项0")
    expect(bar.locator("li.no")).to_contain_text("已由高远认领")
    expect(page.locator('.strip[data-concern="c-1"] .state')).to_contain_text("静默至")
    expect(page.locator('.strip[aria-checked="true"]')).to_have_count(1)
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()


def test_ticks_and_a_half_typed_reason_outlive_the_session(night: Night, page: Page) -> None:
    alert = night.matter("c-1", "路面塌陷", tell=True)
    open_queue(page)
    page.locator("[data-tick]").click()
    page.locator("#several").get_by_role("button", name="静默 S").click()
    reason = page.locator('[data-several="silence"] input[name=reason]')
    reason.fill("抢修已排期")
    page.context.clear_cookies()
    reason.press("Control+Enter")
    notice = page.locator("[data-signed-out]")
    expect(notice.get_by_role("link", name="在新标签页登录")).to_be_visible()
    enter(page.context, night)
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(notice).to_have_count(0)
    expect(reason).to_have_value("抢修已排期")
    reason.press("Control+Enter")
    expect(page.locator("#several")).to_contain_text("办成 1 项")
    with night.register.reading() as tx:
        silenced = tx.alerts.get(alert.id)
    assert silenced is not None
    assert silenced.silence_reason == "抢修已排期"


def test_a_filter_that_hides_what_is_new_says_so(night: Night, page: Page) -> None:
    night.matter("c-1", "路面塌陷", level=Level.RED, tell=True)
    open_queue(page, "/queue?level=red")
    night.matter("c-2", "路灯不亮", level=Level.BLUE, tell=True)
    night.matter("c-3", "居民楼冒黑烟", level=Level.RED, tell=True)
    pill = page.locator("[data-pill]")
    expect(pill).to_contain_text("新到 1 条")
    expect(pill).to_contain_text("另有 1 条新到不在本筛选内")
    page.keyboard.press("n")
    expect(page.locator(".strip")).to_have_count(2)


def test_five_hundred_alerts_leave_the_page_usable_and_red_is_heard_once(night: Night, page: Page) -> None:
    first = night.matter("c-first", "路面塌陷", tell=True)
    open_queue(page)
    for number in range(500):
        night.matter(f"c-{number}", f"事项{number}", level=Level.RED if number % 50 == 0 else Level.BLUE)
    night.relay()
    night.change(first)
    expect(page.locator("[data-pill]")).to_contain_text("新到 500 条", timeout=30_000)
    expect(page.locator("[data-pill]")).to_contain_text("其中 10 条红色")
    expect(page.locator('.strip[data-concern="c-first"]')).to_contain_text("刚更新")
    expect(page.locator("[data-sound]")).to_have_attribute("data-sounded", "1")
    page.keyboard.press("n")
    expect(page.locator(".strip")).to_have_count(100)
    page.get_by_role("button", name="再往下列").click()
    expect(page.locator(".strip")).to_have_count(200)
    page.locator("[data-sound]").click()
    page.reload()
    expect(page.locator("[data-sound]")).to_have_text("红色提示已静音")


def test_a_slow_server_is_waited_for_and_nothing_is_sent_twice(night: Night, page: Page, served: Served) -> None:
    night.matter("c-1", "路面塌陷", tell=True)
    with SlowProxy(served.port, slow_path=b"POST /queue/claim") as proxy:
        enter(page.context, night)
        open_queue(page, f"{proxy.address}/queue")
        button = page.locator("#preview").get_by_role("button", name="认领")
        button.click()
        expect(button).to_have_attribute("aria-busy", "true")
        page.keyboard.press("c")
        button.click()
        proxy.let_pass()
        expect(page.locator('.strip[data-concern="c-1"] .ow')).to_have_text("值班员")
        assert proxy.held == 1


def test_every_page_tells_its_keys_and_gives_the_focus_back(night: Night, page: Page) -> None:
    night.matter("c-1", "路面塌陷", tell=True)
    open_queue(page)
    page.locator("#list").focus()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="全部快捷键")
    expect(keys).to_contain_text("勾选，成批办理")
    page.keyboard.press("x")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#list').matches(':focus')") is False
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    expect(page.locator("#list")).to_be_focused()
    expect(page.locator('[data-form="close"]')).to_be_hidden()
    page.goto("/sources")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="全部快捷键")).not_to_contain_text("勾选")


def test_back_from_a_matter_the_queue_stands_as_it_was_left(night: Night, page: Page) -> None:
    night.matter("c-1", "路面塌陷", minutes=90, tell=True)
    night.matter("c-2", "路灯不亮", minutes=30, tell=True)
    open_queue(page, "/queue?level=yellow")
    page.keyboard.press("j")
    page.keyboard.press("m")
    expect(page.locator('[data-fix="merge"] input[name=number]')).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("Escape")
    expect(page).to_have_url("/queue?level=yellow")
    expect(page.locator('.strip[aria-selected="true"] h3')).to_have_text("路灯不亮")
    expect(page.locator("#preview h2")).to_have_text("路灯不亮")


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
    for address in ("/queue", "/tasks", "/concerns/c-1"):
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
