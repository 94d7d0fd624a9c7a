"""What is typed into a form is not lost in a real browser: refused, reloaded, closed, signed out meanwhile."""

from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, expect

from huiying.person import Role
from huiying.task import Task
from tests.browser.conftest import Served, enter
from tests.builders import person
from tests.console.night import Night

pytestmark = pytest.mark.browser
HANDLER = person("沈敬", Role.HANDLER, bureau="水务局")
FACTS = "textarea[name=facts]"


def signed_in_task(night: Night) -> Task:
    task = night.task(night.matter("c-1", "泉水自来水发黄"), "水务局")
    night.assigning.send_task(task.id, by=person("高远"))
    with night.register.reading() as tx:
        sent = tx.tasks.get(task.id)
    assert sent is not None
    return night.desk.sign_in(task.id, by=HANDLER, seen=sent.version)


def test_a_finding_survives_a_closed_browser_a_refusal_a_reload_and_an_ended_session(
    night: Night, served: Served, chromium: Browser
) -> None:
    task = signed_in_task(night)
    desk = f"/desk?task={quote(task.id, safe='')}"
    context = chromium.new_context(locale="zh-CN", base_url=served.address)
    enter(context, night, HANDLER)
    page = context.new_page()
    page.goto(desk)
    page.fill(FACTS, "管网末端水黄")
    expect(page.get_by_text("已留存，提交之前不算数")).to_be_visible(timeout=15_000)
    page.close()
    page = context.new_page()
    page.goto(desk)
    page.get_by_role("link", name="取回").click()
    expect(page.locator(FACTS)).to_have_value("管网末端水黄")
    page.get_by_role("button", name="送单位负责人签字").click()
    expect(page.get_by_role("alert")).to_contain_text("还没有写")
    page.reload()
    expect(page.locator(FACTS)).to_have_value("管网末端水黄")
    page.fill(FACTS, "管网末端水黄，已冲洗")
    context.clear_cookies()
    page.get_by_role("button", name="送单位负责人签字").click()
    expect(page.get_by_role("alert")).to_contain_text("登录已经结束")
    expect(page.locator("pre")).to_contain_text(["管网末端水黄，已冲洗"])
    context.close()
