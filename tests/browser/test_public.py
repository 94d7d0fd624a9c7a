"""A stranger asks for a post to be deleted, an officer deletes it, the stranger reads the answer: in a real browser,
without JavaScript on the public's side.
"""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from huiying.intake import post_id
from tests.console.night import Night

pytestmark = pytest.mark.browser

LINK = "https://forum.example/thread/7"


@pytest.fixture
def stranger(chromium: Browser, public: str) -> Iterator[Page]:
    """A phone that runs no scripts."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN", base_url=public, java_script_enabled=False
    )
    yield context.new_page()
    context.close()


def test_from_a_strangers_request_to_its_answer(night: Night, stranger: Page, page: Page) -> None:
    post = post_id("forum", LINK)
    night.matter("c-1", "水管爆裂", tell=True)
    night.post(post, "c-1", "老周家的水管爆了", source="forum", url=LINK)

    stranger.goto("/")
    expect(stranger.locator("h1")).to_have_text("个人信息处理规则")
    stranger.get_by_role("link", name="提出请求").first.click()
    stranger.get_by_label("删除").check()
    stranger.get_by_label("理由").fill("写了我家的姓")
    stranger.get_by_role("button", name="提交请求").click()
    expect(stranger.get_by_role("alert")).to_contain_text("请填写帖文的链接")
    expect(stranger.get_by_label("理由")).to_have_value("写了我家的姓")
    stranger.get_by_label("帖文的链接").fill(LINK)
    time.sleep(3.1)  # a form that comes back at once is a program's
    stranger.get_by_role("button", name="提交请求").click()
    receipt = stranger.locator(".receipt .number").inner_text()

    page.goto("/personal-requests")
    page.get_by_role("link", name="办理").click()
    page.get_by_role("checkbox").check()
    page.get_by_label("已删除").check()
    page.get_by_label("给请求人的答复").fill("已删除，以后不再收录。")
    page.get_by_role("button", name="答复并办结").click()
    expect(page.locator(".st").first).to_contain_text("已删除")
    assert night.archive.get([post]) == {}

    stranger.get_by_role("link", name="查办理情况").first.click()
    stranger.get_by_label("回执号").fill(receipt)
    stranger.get_by_role("button", name="查看").click()
    expect(stranger.locator("main")).to_contain_text("已删除，以后不再收录。")
    assert stranger.goto("/personal-requests") is not None
    expect(stranger.locator("h1")).to_have_text("没有这一页")
