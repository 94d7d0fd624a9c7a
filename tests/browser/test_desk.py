"""A handler clears a full desk in a real browser: signs in for many at once, reports, puts the signed paper to it."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from huiying.level import Level
from huiying.person import Person, Role
from tests.browser.conftest import Served, enter
from tests.builders import person
from tests.console.night import Night
from tests.scanned import PDF

pytestmark = pytest.mark.browser
HANDLER = person("沈敬", Role.HANDLER, bureau="水务局")
HEAD = person("韩立新", Role.BUREAU_HEAD, bureau="水务局")
TITLES = ("自来水发黄", "水压偏低", "水表轮换通知", "阶梯水价按户还是按人", "二次供水泵房渗漏")


def full_desk(night: Night) -> None:
    """Forty tasks of one bureau; three wait for its signature."""
    for number in range(40):
        title = f"{TITLES[number % 5]}（第 {number + 1} 件）"
        alert = night.matter(f"c-{number}", title, level=list(Level)[number % 4], minutes=30 + number)
        task = night.task(alert, "水务局", hours_gone=number * 1.3)
        sent = night.assigning.send_task(task.id, by=person("高远"))
        if number > 2:
            night.desk.sign_in(sent.id, by=HANDLER)


def page_of(browser: Browser, served: Served, night: Night, who: Person) -> Page:
    context = browser.new_context(
        viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=served.address, accept_downloads=True
    )
    enter(context, night, who)
    return context.new_page()


def put_paper(page: Page, folder: Path) -> None:
    """One too large and one that is no scan are refused; a third is put to the finding, and saved again."""
    scans = page.locator("#finding .scans")
    scans.get_by_text("附反馈材料（扫描件、照片）").click()
    scans.get_by_label("是什么材料").fill("负责人签字页")
    scans.get_by_label("每一页都看过").check()
    large = folder / "large.pdf"
    large.write_bytes(PDF[:-6] + b" " * (10 * 1024 * 1024) + b"%%EOF")
    scans.locator("input[type=file]").set_input_files(large)
    assert page.evaluate("document.querySelector('input[type=file]').validationMessage").startswith("文件超过 10 MB")
    scans.locator("input[type=file]").set_input_files({"name": "a.pdf", "mimeType": "", "buffer": b"<svg/>"})
    scans.get_by_role("button", name="附反馈材料").click()
    expect(page.get_by_role("alert")).to_contain_text("按内容看不是 PDF、PNG 或 JPEG")
    expect(page.get_by_role("alert")).to_contain_text("请重新选定")
    expect(scans.get_by_label("是什么材料")).to_have_value("负责人签字页")
    scans.locator("input[type=file]").set_input_files({"name": "签字页.pdf", "mimeType": "", "buffer": PDF})
    scans.get_by_role("button", name="附反馈材料").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="负责人签字页").click()
    assert saved.value.suggested_filename == "签字页.pdf"
    assert Path(saved.value.path()).read_bytes() == PDF


def test_a_full_desk_is_signed_for_found_in_and_a_paper_is_put_to_a_finding(
    night: Night, served: Served, chromium: Browser, tmp_path: Path
) -> None:
    full_desk(night)
    page = page_of(chromium, served, night, HANDLER)
    page.goto("/desk")
    groups = page.locator(".dk-gh").all_inner_texts()
    assert [group.split()[0] for group in groups][:1] == ["已超时"]
    assert any(group.startswith("待签收 3 项") for group in groups)
    page.keyboard.press("b")
    page.get_by_role("button", name="签收所选").click()
    expect(page.get_by_text("已签收 3 件")).to_be_visible()
    page.fill(".dk-find input[type=search]", "水压 沈敬")
    page.keyboard.press("Enter")
    expect(page.locator(".dk-row")).to_have_count(8)
    page.locator(".dk-row a").first.click()
    for name, words in (("facts", "末端水压低"), ("measures", "已调泵"), ("next_steps", "4时复检")):
        page.fill(f"textarea[name={name}]", words)
    page.fill("input[name=responsible]", "邹平川")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("初报已送单位负责人签字")).to_be_visible()
    expect(page.locator(".dk-row")).to_have_count(8)

    put_paper(page, tmp_path)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator(".dk-list")).to_be_hidden()
    page.get_by_role("link", name="回任务列表").click()
    expect(page.locator(".dk-row")).to_have_count(8)
    expect(page.locator("#finding")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.set_viewport_size({"width": 1366, "height": 768})
    page.go_back()

    page.locator("body").press("g")
    page.wait_for_url("**/record")
    expect(page.get_by_text("附反馈材料“负责人签字页”")).to_be_visible()
    page.go_back()
    page.locator("body").press("p")
    page.wait_for_url("**/paper")
    page.context.close()
