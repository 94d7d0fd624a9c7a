"""An administrator adds a word, looks at what it would change, and saves it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from huiying.person import Person, Role
from huiying.post import SourceKind
from tests.browser.conftest import Served, enter
from tests.console.night import Night
from tests.console.test_replay import BURST, QUIET
from tests.shipped import SHIPPED_OFFICE

pytestmark = pytest.mark.browser
BOTH = Person(id="both", name="于海", roles=frozenset({Role.ADMINISTRATOR, Role.OFFICER}))


@pytest.fixture
def served(night: Night, tmp_path: Path) -> Iterator[Served]:
    """The console of an office with a configuration of its own."""
    shutil.copytree(SHIPPED_OFFICE, tmp_path / "config")
    served = Served(night, lambda _: {"config": tmp_path / "config"})
    yield served
    served.stop()


def test_a_word_is_added_its_effect_seen_and_saved(page: Page, night: Night, tmp_path: Path) -> None:
    night.matter("c-mixer", "金马路搅拌站夜里噪音")
    for number, text in enumerate((*BURST, *QUIET)):
        night.post(f"p{number}", "c-mixer", text, minutes=900 - 10 * number, source_kind=SourceKind.HOTLINE)
    enter(page.context, night, BOTH)
    page.goto("/rules")
    page.get_by_role("group").filter(has_text="责任单位").locator("summary").click()
    page.get_by_role("link", name="市环保局").click()
    page.get_by_label("加一个词").first.fill("混凝土搅拌站")
    page.get_by_role("button", name="拟加").first.click()
    expect(page.get_by_role("heading", name="拟改")).to_be_visible()
    expect(page.get_by_role("button", name="保存拟改")).to_have_count(0)

    page.get_by_role("button", name="看效果").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_role("heading", name="效果")).to_be_visible(timeout=120_000)
    expect(page.get_by_text("正在按拟改的规则重算")).to_have_count(0)
    expect(page.get_by_text("帖文判断会不同")).to_be_visible()
    expect(page.get_by_role("link", name="p6")).to_have_attribute("href", "/posts/p6/why")

    page.get_by_label("为什么改").fill("搅拌站的扬尘归环保")
    page.get_by_role("button", name="保存拟改").click()
    expect(page.get_by_text("已保存：bureaus.yaml 第 2 版")).to_be_visible()
    assert ", 混凝土搅拌站]" in (tmp_path / "config" / "bureaus.yaml").read_text("utf-8")
