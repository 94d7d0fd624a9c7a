"""The demonstration's rumour goes from its alert to a published clarification by hand: four people, twenty clicks."""

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, expect

from tests.services.server import free_port

pytestmark = pytest.mark.browser

_MOST = 20
_FACTS = "网传“今年中考取消体育加试”的截图没有发文单位。经核实，市教育局没有印发过这样的文件，网传内容不属实。"
_MEASURES = "市教育局已通知各初中学校按原安排组织训练。"
_NEXT = "今年的考试安排公布于市教育局官方网站。"
_PRESSED = "addEventListener('pointerdown', () => pressed(location.pathname), true)"


class Office:
    """The demonstration in processes of its own, and whoever is signed in to it, every press of the mouse counted."""

    def __init__(self, chromium: Browser, address: str) -> None:
        self._chromium = chromium
        self._address = address
        self._contexts: list[BrowserContext] = []
        self.troubles: list[str] = []
        self.clicks = self.sign_ins = 0

    def person(self, name: str) -> Page:
        """Sign in with one click, and begin where this person begins."""
        context = self._chromium.new_context(
            viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=self._address
        )
        self._contexts.append(context)
        context.expose_binding("pressed", lambda _, path: self._count(path))
        context.add_init_script(_PRESSED)
        page = context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("response", self._must_be_well)
        page.goto("/")
        page.get_by_role("button", name=name).click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    def _must_be_well(self, got: Response) -> None:
        if got.status >= 400:
            self.troubles.append(f"{got.status} {got.url}")

    def _count(self, path: str) -> None:
        if path == "/sign-in":
            self.sign_ins += 1
        else:
            self.clicks += 1

    def close(self) -> None:
        """Everybody leaves."""
        for context in self._contexts:
            context.close()


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[str]:
    """The address of a demonstration that has begun to answer."""
    address = f"http://127.0.0.1:{(port := free_port())}"
    command = [sys.executable, "-m", "console", "demo", "--port", str(port), "--data", str(tmp_path / "demo")]
    with (tmp_path / "log").open("w") as log:
        running = subprocess.Popen(command, env=_environment(), stdout=log, stderr=log)
        try:
            _wait_for(address, running)
            yield address
        finally:
            running.terminate()
            running.wait(60)


def _environment() -> Mapping[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("HUIYING_")}


def _wait_for(address: str, running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 90
    while True:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=5).close()
        except (urllib.error.URLError, TimeoutError):
            assert running.poll() is None, "the demonstration ended"
            assert time.monotonic() < until, "the demonstration does not answer"
            time.sleep(0.2)
        else:
            return


@pytest.fixture
def office(chromium: Browser, demo: str) -> Iterator[Office]:
    office = Office(chromium, demo)
    yield office
    office.close()


def alerted(officer: Page) -> Locator:
    """The rumour's row, once the office has raised its alert."""
    row = officer.locator("[data-concern]", has_text="中考").first
    until = time.monotonic() + 120
    while not row.is_visible():
        assert time.monotonic() < until, "no alert about the rumour"
        officer.wait_for_timeout(500)
        officer.reload()
    return row


def claim_and_appraise(officer: Page) -> str:
    row = alerted(officer)
    if "中考" not in officer.locator("#preview h2").inner_text():
        row.click()
    expect(officer.locator("#preview h2")).to_contain_text("中考")
    officer.get_by_role("button", name="认领").click()
    officer.get_by_role("link", name="打开事项").click()
    officer.get_by_label("公开回应").click()
    officer.get_by_role("button", name="记录研判去向").click()
    expect(officer.locator("#handling")).to_contain_text("林知夏：公开回应")
    return officer.url.split("#")[0]


def find_out_and_draft(bureau: Page) -> str:
    paper = bureau.get_by_role("link", name="打印交办单").get_attribute("href")
    bureau.get_by_role("button", name="签收", exact=True).last.click()
    for name, words in {"facts": _FACTS, "measures": _MEASURES, "next_steps": _NEXT, "responsible": "孟秋石"}.items():
        bureau.locator(f"[name={name}]").fill(words)
    bureau.get_by_role("button", name="填写并签字").click()
    bureau.locator(".dk-begin").get_by_role("button", name="澄清").click()
    bureau.get_by_role("button", name="采用已签反馈的全部句子").click()
    expect(bureau.locator(".sen.bad")).to_have_count(0)
    bureau.get_by_role("button", name="送审核会签").click()
    expect(bureau.get_by_text("已送审。")).to_be_visible()
    return paper or ""


def check_and_review(reviewer: Page) -> None:
    reviewer.get_by_role("link", name="的澄清").click()
    reviewer.get_by_role("button", name="市委宣传部：同意").click()
    reviewer.get_by_role("link", name="逐项看过，均为“无”").click()
    reviewer.get_by_label("予以公开", exact=True).click()
    reviewer.get_by_role("button", name="签署公开审查结论").click()
    expect(reviewer.locator(".gate").nth(1)).to_contain_text("予以公开")


def sign(signer: Page) -> str:
    signer.get_by_role("link", name="的澄清").click()
    signer.get_by_role("button", name="签发：同意签发").click()
    expect(signer.locator(".gate.d")).to_have_count(3)
    return signer.url


def publish(officer: Page) -> str:
    officer.get_by_role("button", name="有新变化，更新").click()
    officer.locator("#drafts").get_by_role("link", name="去发布").click()
    officer.get_by_role("button", name="发布第 1 版").click()
    return officer.locator(".pubrow a").first.get_attribute("href") or ""


def sheets(page: Page, address: str, file: Path) -> int:
    """On how many sheets of A4 a page prints."""
    page.goto(address)
    page.pdf(path=file, prefer_css_page_size=True)
    return len(re.findall(rb"/Type\s*/Page\b", file.read_bytes()))


def test_four_people_answer_the_rumour_in_twenty_clicks(office: Office, tmp_path: Path) -> None:
    officer = office.person("林知夏")
    concern = claim_and_appraise(officer)
    bureau = office.person("孟秋石")
    paper = find_out_and_draft(bureau)
    check_and_review(office.person("高远"))
    signer = office.person("程砚北")
    review = sign(signer)
    link = publish(officer)

    assert office.troubles == []
    assert (office.sign_ins, office.clicks) <= (4, _MOST)

    officer.goto(link)
    expect(officer.get_by_role("heading")).to_contain_text("的澄清")
    expect(officer.locator("body")).to_contain_text("网传内容不属实。")
    officer.goto(link.rsplit("/", 1)[0] + "/index.html")
    expect(officer.get_by_role("link", name="的澄清")).to_be_visible()

    officer.goto(f"{concern}/record")
    expect(officer.locator(".record")).to_contain_text("程砚北（签发人）")
    assert sheets(officer, f"{concern}/record", tmp_path / "record.pdf") <= 4
    assert sheets(officer, f"{review.split('?')[0]}/form", tmp_path / "form.pdf") == 1
    assert sheets(bureau, paper, tmp_path / "task.pdf") == 1
