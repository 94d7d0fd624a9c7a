"""An officer corrects in the browser; the screen shows it at once, and the next training learns it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Served, enter
from tests.console.night import Night
from tests.consumers.training.small_sets import write_small_sets

pytestmark = pytest.mark.browser

PARK = "公园里的健身器材坏了，希望有人来修"


def correct(page: Page, judgement: str, answer: str) -> None:
    page.locator(".fix summary", has_text=f"更正{judgement}").click()
    page.locator(".fix[open] select").select_option(label=answer)
    page.get_by_role("button", name=f"按所选更正{judgement}").click()
    expect(page.locator(".jd [role=status]")).to_contain_text(f"已记：{judgement}更正为 {answer}")


def test_a_bureau_corrected_in_search_is_seen_at_once_and_is_learnt_by_the_next_training(
    night: Night, page: Page, tmp_path: Path
) -> None:
    night.matter("c-1", "健身器材坏了", tell=True)
    night.post("p-1", "c-1", PARK)
    page.goto("/posts")
    page.locator(".ask-why summary").click()
    correct(page, "牵头单位", "市体育局")
    expect(page.locator(".said del")).to_have_text("市水务局")
    expect(page.locator(".said ins")).to_have_text("市体育局")
    expect(page.locator(".marks")).to_contain_text("市体育局")
    page.goto("/concerns/c-1")
    expect(page.locator("#posts .said")).to_contain_text("值班员")
    told = huiying_train(tmp_path)
    assert told["lessons"] == {"tone": 0, "lead": 1, "duties": 0, "kind": 0}
    assert (tmp_path / "models" / str(told["installed"]) / "judge.npz").exists()


def huiying_train(office: Path) -> dict[str, object]:
    sets = write_small_sets(office / "sets")
    program = [sys.executable, "-m", "console", "train", "--data-sets", str(sets), "--corrections"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [*program, "--data", str(office)], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_a_second_correction_takes_the_place_of_the_first(night: Night, page: Page) -> None:
    night.matter("c-1", "健身器材坏了", tell=True)
    night.post("p-1", "c-1", PARK)
    page.goto("/posts/p-1/why")
    correct(page, "语气", "中性")
    correct(page, "语气", "正面")
    expect(page.locator(".jrow.by-hand .val > b")).to_have_text("正面")
    expect(page.locator(".jrow.by-hand .who")).to_contain_text("原判 负面")
    expect(page.locator(".jd .tl li")).to_have_count(2)


def test_m_opens_the_merge_and_the_winner_is_shown(night: Night, page: Page) -> None:
    night.matter("c-1", "路灯不亮", tell=True)
    night.matter("c-2", "路灯又不亮", tell=True)
    page.goto("/concerns/c-1")
    page.keyboard.press("m")
    field = page.locator('[data-fix="merge"] input[name="number"]')
    expect(field).to_be_focused()
    field.fill("2026-2")
    page.locator('[data-fix="merge"] input[name="note"]').fill("同一条街")
    page.get_by_role("button", name="并入该事项").click()
    expect(page.locator("h1")).to_have_text("路灯又不亮")
    expect(page.locator(".tl").last).to_contain_text("并入事项 2026-1")


def test_an_alert_is_closed_as_false_with_x(night: Night, page: Page) -> None:
    alert = night.matter("c-1", "旧闻重发", tell=True)
    page.goto("/")
    expect(page.locator("[data-live]")).to_contain_text("实时")
    page.keyboard.press("x")
    form = page.locator('[data-form="close"]')
    form.get_by_label("误报：不该预警，记作更正").check()
    form.locator('input[name="reason"]').fill("三年前的帖子")
    form.get_by_role("button", name="关闭预警").click()
    expect(page.locator("#preview .note")).to_contain_text("已记为误报")
    with night.register.reading() as tx:
        closed = tx.alerts.get(alert.id)
    assert closed is not None
    assert closed.close_reason == "误报：三年前的帖子"


def test_the_pages_that_say_why_fit_a_phone(night: Night, served: Served, chromium: Browser) -> None:
    night.matter("c-1", "路灯不亮", tell=True, title_post="p-1")
    night.post("p-1", "c-1", PARK)
    context = chromium.new_context(viewport={"width": 390, "height": 844}, base_url=served.address)
    enter(context, night)
    phone = context.new_page()
    for address in ("/posts/p-1/why", "/concerns/c-1/why", "/concerns/c-1/split"):
        phone.goto(address)
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    phone.goto("/posts/p-1/why")
    correct(phone, "语气", "中性")
    context.close()
