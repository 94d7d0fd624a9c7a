"""Signing in with a real browser, and a session that ends under somebody's hands."""

import pytest
from playwright.sync_api import Browser, expect

from huiying.person import Person, Role
from tests.browser.conftest import Served
from tests.console.night import Night

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"


@pytest.fixture
def zhang(night: Night) -> str:
    """An account with a password that nobody has changed yet."""
    admin = Person(id="root", name="罗嘉", roles=frozenset({Role.ADMINISTRATOR}))
    staff = night.console().staff
    staff.add(staff.new_account("zhang", "张小立", {Role.OFFICER}, None), PASSWORD, by=admin)
    return "zhang"


def test_one_signs_in_changes_the_password_works_and_is_told_when_the_session_is_over(
    chromium: Browser, served: Served, night: Night, zhang: str
) -> None:
    night.matter("c-1", "路面塌陷")
    context = chromium.new_context(locale="zh-CN", base_url=served.address)
    page = context.new_page()
    page.goto("/tasks")
    page.get_by_label("账号").fill(zhang)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_text("现在的密码是管理员给的")).to_be_visible()
    page.get_by_label("原密码").fill(PASSWORD)
    page.locator("[name=new]").fill("another good phrase")
    page.locator("[name=repeated]").fill("another good phrase")
    page.get_by_role("button", name="改密码").click()
    expect(page.locator(".nav .who")).to_contain_text("张小立")
    page.get_by_role("button", name="认领").first.click()
    expect(page.locator(".strip .ow")).to_have_text("张小立")
    night.console().staff.end_sessions(zhang, by=Person(id="r", name="r", roles=frozenset({Role.ADMINISTRATOR})))
    page.locator("[data-form-open=silence]").click()
    page.locator("[data-form=silence] [name=reason]").fill("写到一半的理由")
    page.locator("[data-form=silence] button[type=submit]").click()
    expect(page.get_by_text("登录已经结束")).to_be_visible()
    expect(page.locator("[data-form=silence] [name=reason]")).to_have_value("写到一半的理由")
    context.close()
