"""The scenarios of the users' handbook, walked in a real browser; each step of it that has a picture gives it.

`make pictures` keeps what is taken here; otherwise the test says which picture is old.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from huiying.clock import SetClock
from huiying.person import Person
from tests.browser.conftest import Served, enter
from tests.browser.handbook import PICTURES, Camera, kept_words, named_in_the_handbook
from tests.console.full_night import (
    ADMINISTRATOR,
    AUDITOR,
    HANDLER,
    HEAD,
    LEADER,
    OFFICER,
    PUBLICITY,
    give_accounts,
)
from tests.console.night import NOW, Night, busy_night
from tests.console.offices import configured

pytestmark = pytest.mark.browser

DESK, PHONE = (1366, 768), (390, 844)
LARGEST = 100_000

FACTS = "11月21日21时40分，华北路管道恢复送水，水流换向，致使泉水街道部分用户水色发黄。"
MEASURES = "已开排水口14处冲洗管网，3处取样正在化验。"
NEXT = "4时复检浊度，合格后停止冲洗。"


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    """The busy night at 02:14, with everybody's account."""
    night = Night(tmp_path, SetClock(NOW))
    busy_night(night)
    give_accounts(night)
    yield night
    night.close()


@pytest.fixture
def served(night: Night) -> Iterator[Served]:
    """Its console, run by a configuration of its own."""
    config = configured(night).config
    served = Served(night, lambda _: {"config": config})
    yield served
    served.stop()


class House:
    """The people of the office, each at a browser of their own."""

    def __init__(self, chromium: Browser, served: Served, night: Night) -> None:
        self._chromium, self._served, self._night = chromium, served, night
        self._contexts: list[BrowserContext] = []
        self.camera = Camera()

    def at(self, who: Person | None, address: str, size: tuple[int, int] = DESK, theme: str = "light") -> Page:
        """A page as somebody opens it."""
        context = self._chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="zh-CN", base_url=self._served.address
        )
        context.add_init_script(f"localStorage.setItem('theme', '{theme}')")
        self._contexts.append(context)
        if who:
            enter(context, self._night, who)
        page = context.new_page()
        page.goto(address)
        return page

    def picture(self, name: str, who: Person | None, address: str, size: tuple[int, int] = DESK) -> None:
        """A page that is only looked at."""
        self.camera.take(self.at(who, address, size), name)

    def leave(self) -> None:
        """Everybody goes home."""
        for context in self._contexts:
            context.close()


@pytest.fixture
def house(chromium: Browser, served: Served, night: Night) -> Iterator[House]:
    house = House(chromium, served, night)
    yield house
    house.leave()


def officers_first_night(house: House) -> None:
    """Chapter 1: sign in, look, claim, send, open, appraise, register, hand over."""
    house.picture("sign-in", None, "/sign-in")
    house.picture("queue", OFFICER, "/queue")
    house.camera.take(house.at(OFFICER, "/queue", theme="dark"), "queue-by-night")
    page = house.at(OFFICER, "/queue")
    expect(page.locator("[data-live]")).to_contain_text("实时")
    page.keyboard.press("j")
    expect(page.locator("#preview h2")).to_contain_text("冒黑烟")
    page.keyboard.press("c")
    expect(page.locator('.strip[data-concern="c-smoke"] .ow')).to_contain_text("林知夏")
    page.keyboard.press("d")
    expect(page.locator('.strip[data-concern="c-smoke"] .state')).to_contain_text("已交办")
    page.keyboard.press("?")
    expect(page.locator("[data-keys]")).to_be_visible()
    house.camera.take(page, "keys")
    page = house.at(OFFICER, "/concerns/c-water")
    page.get_by_label("公开回应").click()
    page.get_by_role("button", name="记录研判去向").click()
    expect(page.locator("#handling")).to_contain_text("林知夏：公开回应")
    house.picture("concern", OFFICER, "/concerns/c-water")
    register_by_hand(house)
    page = house.at(OFFICER, "/log")
    page.locator("textarea[name=what], input[name=what]").first.fill("水务局电话报：华北路换向，冲洗中")
    page.get_by_role("button", name="记入日志").click()
    expect(page.locator(".log")).to_contain_text("华北路换向，冲洗中")
    house.picture("log", OFFICER, "/log")


def register_by_hand(house: House) -> None:
    page = house.at(OFFICER, "/register")
    page.get_by_label("来电").check()
    page.locator("[name=title]").fill("人民路地铁口积水")
    page.locator("[name=what]").fill("来电人说地铁口外积水约二十厘米，行人绕到车行道上走。")
    page.locator("[name=from_whom]").fill("市政府总值班室")
    page.get_by_label("黄色").check()
    page.locator("[name=reason]").fill("影响出行，尚无人受伤")
    house.camera.take(page, "register")


def handlers_first_day(house: House) -> None:
    """Chapter 2: sign in for the task, find out, have it signed, draft, send to the gates."""
    house.picture("desk", HANDLER, "/desk")
    page = house.at(HANDLER, "/desk")
    page.get_by_role("button", name="签收", exact=True).last.click()
    for name, words in {"facts": FACTS, "measures": MEASURES, "next_steps": NEXT, "responsible": "邹平川"}.items():
        page.locator(f"[name={name}]").fill(words)
    page.locator("[name=facts]").scroll_into_view_if_needed()
    page.get_by_role("button", name="送单位负责人签字").click()
    expect(page.locator("body")).to_contain_text("初报已送单位负责人签字")
    head = house.at(HEAD, "/desk")
    head.get_by_role("button", name="签字：初报属实").scroll_into_view_if_needed()
    house.camera.take(head, "finding")
    head = house.at(HEAD, "/desk")
    head.get_by_role("button", name="签字：初报属实").click()
    expect(head.locator("body")).to_contain_text("初报已签字")
    page = house.at(HANDLER, "/desk")
    page.locator(".dk-begin").get_by_role("button", name="情况通报").click()
    page.get_by_role("button", name="采用已签反馈的全部句子").click()
    expect(page.locator(".sen.bad")).to_have_count(0)
    address = page.url
    house.picture("draft", HANDLER, address)
    page.locator("[name=note]").fill("原因、恢复时间待化验后续报")
    page.get_by_role("button", name="送审核会签").click()
    expect(page.get_by_text("已送审。")).to_be_visible()
    checker = house.at(PUBLICITY, "/review")
    checker.get_by_role("link", name="情况通报").first.click()
    house.camera.take(checker, "review")


def leaders_first_day(house: House) -> None:
    """Chapter 3: today on a phone, an event level, a word that becomes a tracked matter; the duties and a record."""
    house.picture("leader", LEADER, "/leader", PHONE)
    page = house.at(LEADER, "/leader", PHONE)
    page.get_by_role("link", name="记录事件级别").first.click()
    expect(page.locator("h1")).to_have_text("记录事件级别")
    house.camera.take(page, "leader-event")
    page = house.at(LEADER, "/leader", PHONE)
    page.get_by_label("批示内容").fill("供热投诉集中的小区，请市建委今晚前逐户回访，明早报结果。")
    expect(page.locator(".made")).to_contain_text("市建委")
    page.get_by_role("button", name="确认批示").click()
    expect(page.get_by_role("status").filter(has_text="已成为批示件")).to_be_visible()
    page.locator(".panel", has_text="我的批示件").scroll_into_view_if_needed()
    house.camera.take(page, "leader-instructed")
    house.picture("duties", LEADER, "/duties")
    house.picture("record", LEADER, "/concerns/c-water/record")


def administrators_first_day(house: House) -> None:
    """Chapter 4: accounts, sources, channels; and what an auditor reads."""
    house.picture("users", ADMINISTRATOR, "/users")
    house.picture("sources", ADMINISTRATOR, "/sources")
    house.picture("channels", ADMINISTRATOR, "/notices?view=channels")
    house.picture("new-source", ADMINISTRATOR, "/settings/sources/entry")
    page = house.at(ADMINISTRATOR, "/rules")
    page.get_by_text("责任单位", exact=False).first.click()
    page.get_by_role("link", name="市水务局").click()
    expect(page.locator("main, #main")).to_contain_text("市水务局")
    house.camera.take(page, "rules")
    page = house.at(AUDITOR, "/audit")
    expect(page.locator("h1")).to_have_text("审计")


def test_the_handbook_shows_what_is_on_the_screens(house: House) -> None:
    officers_first_night(house)
    handlers_first_day(house)
    leaders_first_day(house)
    administrators_first_day(house)
    taken = house.camera
    assert set(named_in_the_handbook()) == set(taken.pictures), "each picture stands in the handbook, and no other"
    assert {name: len(picture) for name, picture in taken.pictures.items() if len(picture) > LARGEST} == {}
    if os.environ.get("HUIYING_TEST_PICTURES") == "keep":
        taken.keep()
    old = sorted(name for name, words in taken.words.items() if kept_words().get(name) != words)
    assert old == [], "these pictures show other words than the pages do now: make pictures"
    assert all((PICTURES / f"{name}.webp").exists() for name in taken.pictures)
