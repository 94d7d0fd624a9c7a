"""Signing in with a real browser, and a session that ends under somebody's hands."""

import pytest
from playwright.sync_api import Browser, expect

from console.provider import Provider
from huiying.identity import Identity
from huiying.person import Person, Role
from huiying.policy.access import read_access
from huiying.policy.policy import default_office
from huiying.settings import ProviderSettings
from tests.browser.conftest import Served
from tests.console.night import Night
from tests.services.oidc import CLIENT, SECRET, OidcProvider

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


def test_one_comes_in_by_a_provider_on_another_site_and_leaves_by_it(chromium: Browser, night: Night) -> None:
    """Cookies of both kinds, the policy of content and the provider's redirects, as a real browser keeps them."""
    with OidcProvider(night.clock, "localhost") as sso:
        sso.asks_first = True
        rules = read_access(default_office()).single_sign_on
        settings = ProviderSettings(issuer=sso.issuer, client=CLIENT, secret=SECRET)
        served = Served(night, lambda address: {"provider": Provider(settings, rules, address, night.clock)})
        admin = Person(id="root", name="罗嘉", roles=frozenset({Role.ADMINISTRATOR}))
        staff = night.console().staff
        known = Identity(issuer=sso.issuer, claim="sub", subject="100234")
        staff.add_known(staff.new_account("li", "李静", {Role.OFFICER}, None), known, by=admin)
        context = chromium.new_context(locale="zh-CN", base_url=served.address)
        page = context.new_page()
        troubles: list[str] = []
        page.on("console", lambda line: troubles.append(line.text) if "Content Security" in line.text else None)
        page.goto("/tasks")
        page.get_by_role("link", name="用统一身份认证登录").click()
        page.get_by_role("link", name="同意登录").click()
        page.wait_for_url("**/tasks")
        expect(page.locator(".nav .who")).to_contain_text("李静")
        page.goto("/me")
        page.get_by_role("button", name="退出登录").click()
        expect(page.get_by_text("已退出统一身份认证")).to_be_visible()
        page.goto(f"{served.address}/tasks")
        expect(page.get_by_role("link", name="用统一身份认证登录")).to_be_visible()
        context.close()
        served.stop()
    assert troubles == []
    assert [asked["post_logout_redirect_uri"] for asked in sso.signed_out] == [f"{served.address}/sign-in"]
