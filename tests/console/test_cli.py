"""The command line as a person or a script meets it: stdout, stderr and exit code."""

import contextlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from console import cli
from consumers.judging.model import SHIPPED


def huiying(*arguments: str, folder: Path, given: str | None = None) -> Result:
    """Run a command in a folder, with that folder's `var` as the office."""
    with contextlib.chdir(folder):
        return CliRunner().invoke(cli.huiying, list(arguments), input=given, prog_name="huiying")


def lines(run: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_a_stranger_gets_help_in_chinese(tmp_path: Path) -> None:
    run = huiying("--help", folder=tmp_path)
    assert run.exit_code == 0
    assert "用法：huiying" in run.stdout
    assert "命令" in run.stdout
    assert "Usage" not in run.stdout


def test_an_unknown_option_is_wrong_usage(tmp_path: Path) -> None:
    assert huiying("judge", "--whoops", folder=tmp_path).exit_code == 2


def test_init_copies_the_default_office_once_and_never_over_it(tmp_path: Path) -> None:
    assert huiying("init", "office", folder=tmp_path).exit_code == 0
    assert (tmp_path / "office" / "heat.yaml").is_file()
    again = huiying("init", "office", folder=tmp_path)
    assert again.exit_code == 1
    assert "已经有文件" in again.stderr


def test_check_names_the_file_the_line_and_the_remedy(tmp_path: Path) -> None:
    huiying("init", "office", folder=tmp_path)
    city = tmp_path / "office" / "city.yaml"
    city.write_text(city.read_text("utf-8").replace("threshold: 0.5", "threshold: planet", 1), "utf-8")
    run = huiying("check", "--config", "office", folder=tmp_path)
    assert run.exit_code == 1
    found = next(line for line in lines(run) if line["what"] == "配置")
    assert "city.yaml 第" in str(found["found"])
    assert "“planet”应为数字" in str(found["found"])


def test_judge_answers_line_by_line_in_the_same_order(tmp_path: Path) -> None:
    given = '{"id":"b","text":"泉水小区水管爆裂，停水两天没人修"}\n\n今天天气不错\n'
    run = huiying("judge", folder=tmp_path, given=given)
    assert run.exit_code == 0, run.stderr
    judged = lines(run)
    assert [line["id"] for line in judged] == ["b", "3"]
    assert set(judged[0]) == {
        "id", "relevant", "tone", "tone_scores", "attention", "lead", "bureaus", "duties", "kind", "urgency"
    }  # fmt: skip
    bureaus = judged[0]["bureaus"]
    assert isinstance(bureaus, list)
    assert bureaus[0]["short"] == "水务局"


def test_judge_goes_on_after_a_bad_line_and_says_which(tmp_path: Path) -> None:
    run = huiying("judge", folder=tmp_path, given='{"id":1}\n{"id":2,"text":"路灯不亮"}\n')
    assert [line["id"] for line in lines(run)] == [2]
    assert run.exit_code == 1
    assert "第 1 行" in run.stderr


def test_mask_hides_a_phone_and_keeps_the_compound(tmp_path: Path) -> None:
    run = huiying("mask", folder=tmp_path, given='{"id":"1","text":"泉水K1区12号楼漏水，电话13900001234"}\n')
    text = str(lines(run)[0]["text"])
    assert "13900001234" not in text
    assert "泉水K1区12号楼" in text


def test_gather_puts_the_same_matter_together(tmp_path: Path) -> None:
    given = "".join(
        json.dumps({"id": id, "text": text}, ensure_ascii=False) + "\n"
        for id, text in (
            ("a", "泉水街道自来水发黄有异味，放了半小时还是黄的"),
            ("b", "星海公园夜市占道经营，噪声到半夜"),
            ("c", "泉水街道自来水又发黄了，有异味不敢喝"),
        )
    )
    grouped = {line["id"]: line["concern"] for line in lines(huiying("gather", folder=tmp_path, given=given))}
    assert grouped["a"] == grouped["c"] != grouped["b"]


def test_extract_finds_the_article_of_a_stored_page(tmp_path: Path) -> None:
    body = "<p>" + "市水务局今天上午通报，泉水街道一带供水管线已经修复，水质恢复正常。" * 4 + "</p>"
    page = f"<html><head><meta charset='gb2312'><title>通报</title></head><body><h1>通报</h1>{body}</body></html>"
    (tmp_path / "page.html").write_bytes(page.encode("gb18030"))
    article = lines(huiying("extract", "page.html", folder=tmp_path))[0]
    assert set(article) == {"title", "text", "published_at", "encoding"}
    assert "供水管线已经修复" in str(article["text"])


def test_due_prints_the_answer_clock_with_its_basis(tmp_path: Path) -> None:
    run = huiying("due", "opinion-response", "--from", "2026-11-21T21:58", folder=tmp_path)
    respond = next(line for line in lines(run) if line["step"] == "respond")
    assert respond["due_at"] == "2026-11-23T21:58:00+08:00"
    assert "61号" in str(respond["basis"])


def test_due_names_no_hours_under_the_rules_of_2014(tmp_path: Path) -> None:
    run = huiying("due", "opinion-response", "--from", "2014-06-01", "--regime", "2014", folder=tmp_path)
    assert next(line for line in lines(run) if line["step"] == "respond")["due_at"] is None


def test_importing_the_same_file_twice_adds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_text(
        '{"id":"1","text":"路灯不亮"}\n{"id":"2","text":"\\u0000"}\nnot json\n{"id":"3","text":"井盖缺失"}\n', "utf-8"
    )
    first = huiying("import", "posts.jsonl", "--source", "试验", folder=tmp_path)
    assert first.exit_code == 1
    assert lines(first)[-1] == {"new": 2, "changed": 0, "known": 0, "rejected": 2}
    rejects = (tmp_path / "var" / "rejects" / "posts.jsonl.rejects.jsonl").read_text("utf-8").splitlines()
    assert len(rejects) == 2
    second = huiying("import", "posts.jsonl", "--source", "试验", folder=tmp_path)
    assert lines(second)[-1] == {"new": 0, "changed": 0, "known": 2, "rejected": 2}


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::"])
def test_the_console_refuses_to_listen_to_the_world(
    tmp_path: Path, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUIYING_HOST", host)
    run = huiying("serve", folder=tmp_path)
    assert run.exit_code == 1
    assert "只监听 127.0.0.1" in run.stderr


def test_status_of_a_fresh_office_is_all_zero(tmp_path: Path) -> None:
    status = lines(huiying("status", folder=tmp_path))[0]
    assert (status["posts"], status["concerns"], status["alerts"], status["tasks"]) == (0, 0, 0, 0)


@pytest.mark.slow
def test_the_demo_drains_in_a_process_of_its_own_and_says_what_came_of_it(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "console", "demo", "--once"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=180)
    assert run.returncode == 0, run.stderr
    (line,) = run.stdout.splitlines()
    summary = json.loads(line)
    assert summary["posts"] >= 300
    assert summary["fates"]["quarantined"] == 1
    assert min(summary["concerns"], summary["alerts"], summary["tasks"]) > 0


def test_train_without_data_sets_is_wrong_usage(tmp_path: Path) -> None:
    run = huiying("train", folder=tmp_path)
    assert run.exit_code == 2
    assert "--data-sets" in run.stderr


def test_there_is_no_way_back_from_the_programs_own_model(tmp_path: Path) -> None:
    run = huiying("train", "--back", folder=tmp_path)
    assert run.exit_code == 1
    assert "随程序的模型" in run.stderr


def test_the_version_before_is_in_force_again_after_going_back(tmp_path: Path) -> None:
    models = tmp_path / "var" / "models"
    models.mkdir(parents=True)
    (models / "installed.json").write_text('{"versions": ["linear-a", "linear-b"]}', "utf-8")
    run = huiying("train", "--back", folder=tmp_path)
    assert (run.exit_code, lines(run)) == (0, [{"installed": "linear-a"}])
    lost = huiying("judge", folder=tmp_path, given="路灯不亮\n")
    assert lost.exit_code == 1
    assert "没有判断模型" in lost.stderr
    assert lines(huiying("train", "--back", folder=tmp_path)) == [{"installed": None}]
    assert huiying("judge", folder=tmp_path, given="路灯不亮\n").exit_code == 0


def test_what_an_office_installed_judges_for_it(tmp_path: Path) -> None:
    own = tmp_path / "var" / "models" / "linear-own"
    shutil.copytree(SHIPPED, own)
    facts = json.loads((own / "judge.json").read_text("utf-8"))
    facts["calibration"]["lead_sure"] = 1.1
    (own / "judge.json").write_text(json.dumps(facts, ensure_ascii=False), "utf-8")
    given = "泉水小区水管爆裂，自来水停了两天没人修\n"
    [sure] = lines(huiying("judge", folder=tmp_path, given=given))
    (own.parent / "installed.json").write_text('{"versions": ["linear-own"]}', "utf-8")
    [never_sure] = lines(huiying("judge", folder=tmp_path, given=given))
    assert (sure["lead"], never_sure["lead"]) == ("水务局", None)
