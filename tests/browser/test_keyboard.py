"""From an alert to a confirmed task by keys alone: an officer whose hand never leaves the keyboard."""

import pytest
from playwright.sync_api import Page, expect

from huiying.level import Level
from huiying.task import TaskState
from tests.console.night import Night

pytestmark = pytest.mark.browser

_MOST = 6
_PRESSED = "addEventListener('keydown', () => pressed(), true)"
_POINTED = "addEventListener('pointerdown', () => pressed(), true)"


@pytest.fixture
def pressed(page: Page) -> list[int]:
    """Every press of a key or of the mouse, as it happens; the pages opened later count on."""
    presses: list[int] = []
    page.context.expose_binding("pressed", lambda _: presses.append(1))
    page.context.add_init_script(f"{_PRESSED}; {_POINTED}")
    return presses


def test_a_new_alert_becomes_a_sent_task(night: Night, page: Page, pressed: list[int]) -> None:
    night.matter("c-old", "路灯不亮", tell=True)
    page.goto("/")
    expect(page.locator("[data-live]")).to_contain_text("实时")
    alert = night.matter("c-new", "居民楼冒黑烟", level=Level.RED, tell=True)
    task = night.task(alert, "安监局", hours_gone=1)
    night.relay()
    expect(page.locator("[data-pill]")).to_be_visible()
    page.keyboard.press("n")
    expect(page.locator(".strip")).to_have_count(2)
    page.keyboard.press("k")
    expect(page.locator("#preview h2")).to_have_text("居民楼冒黑烟")
    page.keyboard.press("c")
    expect(page.locator('.strip[data-concern="c-new"] .ow')).to_have_text("值班员")
    page.keyboard.press("d")
    expect(page.locator('.strip[data-concern="c-new"] .state')).to_contain_text("已交办")
    with night.register.reading() as tx:
        sent = tx.tasks.get(task.id)
    assert sent is not None
    assert sent.state is TaskState.SENT
    assert 0 < len(pressed) <= _MOST


def test_a_lead_that_is_not_sure_is_chosen_by_its_first_letters(night: Night, page: Page, pressed: list[int]) -> None:
    night.matter("c-1", "培训机构闭店", lead=None, tell=True)
    page.goto("/")
    expect(page.locator("[data-live]")).to_contain_text("实时")
    page.keyboard.press("c")
    expect(page.locator('.strip[data-concern="c-1"] .ow')).to_have_text("值班员")
    page.keyboard.press("d")
    expect(page.locator("#preview select[name=bureau]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Enter")
    expect(page.locator('.strip[data-concern="c-1"] .state')).to_contain_text("已交办")
    assert 0 < len(pressed) <= _MOST


def test_the_first_tab_skips_the_frame_and_the_list_says_what_is_selected(night: Night, page: Page) -> None:
    night.matter("c-1", "路面塌陷", minutes=90, tell=True)
    night.matter("c-2", "路灯不亮", minutes=30, tell=True)
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator('.strip[data-concern="c-2"]')).to_have_attribute("aria-selected", "true")
    chosen = page.locator("#list").get_attribute("aria-activedescendant")
    assert chosen == page.locator('.strip[data-concern="c-2"]').get_attribute("id")
