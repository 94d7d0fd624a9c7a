"""The page of a concern shows how far it has come, takes what persons decide, and prints the whole record."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from console.clocks import view_task_clock
from huiying.policy.policy import default_office
from huiying.policy.procedures import read_procedures
from huiying.running_clocks import outward_clocks
from responders.tasks.clocks import step_done
from tests.builders import make_signed
from tests.console.client import Client
from tests.console.night import Night
from tests.steps import write_step

WATER = "c-water:1:opinion-response"


@pytest.fixture
def water(busy: Night, client: Client) -> Client:
    """The console on the busy night, on which the matter of the water was sent to its bureau."""
    del busy
    return client


def send(client: Client, move: str, **fields: str) -> httpx.Response:
    return client.post(f"/proceedings/{WATER}/{move}", data=fields)


def page(client: Client) -> str:
    return client.get("/concerns/c-water").text


def test_the_chain_goes_on_to_the_publication_and_says_what_comes_next(water: Client) -> None:
    text = page(water)
    for words in ("反馈", "回应稿", "公开审查", "待研判", "明确责任单位", "研判（会商）", "全程记录"):
        assert words in text
    assert '<ol class="chain long"' in text


def test_an_appraisal_is_taken_with_those_who_took_part(water: Client) -> None:
    answer = send(water, "appraise", outcome="public-answer", participants="宣传部，网信办", reasons="涉饮用水")

    assert (answer.status_code, answer.headers["location"]) == (303, "/concerns/c-water#handling")
    assert "公开回应，会商 宣传部、网信办（涉饮用水）" in page(water)


def test_a_refusal_says_why_and_keeps_the_page(water: Client) -> None:
    action = f"/proceedings/{WATER}/appraise"
    page = water.send_form(action, {"outcome": "no-answer"}, on="/concerns/c-water").text

    assert "去向“不回应”须写明理由" in page
    assert "待研判" in page
    assert 'name="outcome" value="no-answer" required="" checked=""' in page


def test_the_three_levels_stand_in_three_places(water: Client) -> None:
    assert page(water).count("暂定") >= 2
    send(water, "opinion-level", level="major", reasons="全国媒体关注")
    send(
        water,
        "event-level",
        level="major",
        authority="市应急管理局",
        basis="应急〔2026〕7号",
        determined_at="2026-11-22 02:10",
    )
    text = page(water)

    assert "重大（值班员 02:14 定）" in text
    assert "市应急管理局 02:10 认定，应急〔2026〕7号；值班员 02:14 记录" in text
    assert "发现（事发时刻不详）＋5小时＝" in text
    assert "<h2>舆情等级" in text
    assert "<h2>事件级别" in text


@pytest.mark.parametrize(
    ("move", "fields", "complaint"),
    [
        ("event-level", {"level": "major", "determined_at": "昨儿个"}, "认定时间看不懂"),
        ("event-level", {"level": "huge", "authority": "局", "basis": "文"}, "请选定认定的事件级别"),
        ("opinion-level", {"level": "", "reasons": "x"}, "请选定舆情等级"),
        ("occurred", {"at": "", "reasons": "x"}, "事发时刻看不懂"),
        ("met", {"clock": "no-such", "at": "2026-11-22 02:00"}, "没有时限“no-such”"),
        ("file", {"archive_term": "ten"}, "还有任务没有办结：水务局"),
    ],
)
def test_what_cannot_be_read_or_done_is_said(
    water: Client, move: str, fields: dict[str, str], complaint: str
) -> None:
    answer = send(water, move, **fields)

    assert answer.status_code == 409
    assert complaint in answer.text


def test_a_proceeding_that_does_not_exist_is_said(water: Client) -> None:
    answer = water.post("/proceedings/nowhere/file", data={"archive_term": "ten"})
    assert answer.status_code == 409
    assert "nowhere" in answer.text


def test_the_record_tells_in_order_who_did_what_on_what_basis(busy: Night, client: Client) -> None:
    busy.at(-1)
    send(client, "occurred", at="2026-11-21 20:30", reasons="供水集团调度记录")
    busy.at(-2)
    send(client, "appraise", outcome="public-answer", participants="宣传部")
    text = client.get("/concerns/c-water/record").text

    told = ("最早帖文", "归为舆情事项", "林知夏知悉", "交办水务局", "事发时刻登记为", "公开回应，会商：宣传部")
    places = [text.index(words) for words in told]
    assert places == sorted(places)
    assert "供水集团调度记录" in text
    assert "时限重算" not in text  # the log says again what the record of each clock says
    assert "国办发〔2016〕61号" in text


SHIPPED = (default_office() / "procedures" / "opinion-response.yaml").read_text(encoding="utf-8")
GROUNDS = """
    interruptions:
      - {id: third, title: 征求第三方意见, effect: pauses, basis: 政府信息公开条例第三十三条第三款, mark: P}
"""


def test_a_clock_is_stopped_only_on_a_ground_that_its_procedure_names(
    busy: Night, client: Client, tmp_path: Path
) -> None:
    assert "停走时限" not in page(client)
    assert "任何情形都不停" in send(client, "interrupt", ground="respond/third", reasons="涉第三方").text

    (tmp_path / "procedures").mkdir()
    written = SHIPPED.replace("    ends_with: publish\n", f"    ends_with: publish{GROUNDS}", 1)
    (tmp_path / "procedures" / "opinion-response.yaml").write_text(written, encoding="utf-8")
    procedure = read_procedures(tmp_path)["opinion-response"]
    with busy.register.transaction() as tx:
        present = tx.proceedings.get(WATER)
        assert present is not None
        tx.proceedings.save(replace(present, procedure=procedure), present.version)
    assert "对外回应：征求第三方意见（停走，不计入时限，政府信息公开条例第三十三条第三款）" in page(client)
    assert "须写明理由" in send(client, "interrupt", ground="respond/third", reasons=" ").text

    assert send(client, "interrupt", ground="respond/third", reasons="涉第三方").status_code == 303
    text = page(client)
    assert "停走（征求第三方意见：政府信息公开条例第三十三条第三款）" in text
    assert ("恢复时限" in text, "<summary>停走时限" in text) == (True, False)
    assert send(client, "resume", clock="respond").status_code == 303
    assert "（扣除征求第三方意见）" in page(client)
    assert "没有停走，无须恢复" in send(client, "resume", clock="respond").text


def test_an_answered_matter_shows_its_outward_clock_as_met_wherever_it_stands(busy: Night, client: Client) -> None:
    by = make_signed(at=busy.clock.now())
    with busy.register.transaction() as tx:
        for step in ("appraise", "find", "draft", "countersign", "review", "sign", "publish"):
            present = write_step(tx, WATER, step, by=by, outcome="public-answer" if step == "appraise" else None)
        [task] = [task for task in tx.tasks.of_concern("c-water") if task.leads]
        # The night wrote its tasks with clocks of their own; as the office opens them they are the matter's.
        tx.tasks.save(replace(task, clocks=outward_clocks(present)), task.version)
        step_done(tx, "c-water:1", "respond", who=by.name, at=by.at)
        [task] = [task for task in tx.tasks.of_concern("c-water") if task.leads]
    took = view_task_clock(task, task.clocks[0], busy.clock.now())
    assert took.words.startswith("用时")
    for path in ("/queue", "/queue/preview/c-water:1", "/concerns/c-water", "/tasks"):
        assert took.words in client.get(path).text, path
