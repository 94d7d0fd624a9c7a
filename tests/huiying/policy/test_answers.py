"""What `config/answers/` says of answers, with its clauses, and how a mistake in it is told."""

import shutil
from pathlib import Path

import pytest

from huiying.clarification import ClarificationKind
from huiying.failures import Misconfigured
from huiying.policy.answers import AnswerRules, read_answers
from huiying.policy.directory import read_bureaus, read_duties

CONFIG = Path(__file__).parents[3] / "config"


@pytest.fixture(scope="module")
def answers() -> AnswerRules:
    """The shipped rules."""
    return read_answers(CONFIG)


def test_every_kind_of_answer_has_its_required_contents(answers: AnswerRules) -> None:
    assert set(answers.kinds) == set(ClarificationKind)
    said = [part.title for part in answers.kinds[ClarificationKind.CLARIFYING].required]
    assert said == ["网传说法", "事实", "何处公布"]


def test_the_duties_ask_for_what_the_notice_says(answers: AnswerRules) -> None:
    asked = {number: [part.title for part in duty.required] for number, duty in answers.duties.items()}
    assert asked[19] == ["产生原因", "危害特点", "预防检测方法", "处理措施和进展"]
    assert asked[18] == ["处置举措", "抢险救援进展"]
    assert asked[16] == ["查办情况"]
    assert asked[2][0] == "社会关切的回应"


def test_every_quoted_clause_of_the_notice_stands_in_the_duty_it_is_quoted_from(answers: AnswerRules) -> None:
    clauses = {duty.number: duty.clause for duty in read_duties(CONFIG, read_bureaus(CONFIG))}
    for number, duty in answers.duties.items():
        for part in duty.required:
            assert part.mark == "P"
            quoted = part.basis.partition("“")[2].removesuffix("”").replace("，", ",")
            assert quoted
            assert quoted in clauses[number]


def test_the_model_is_off_as_shipped(answers: AnswerRules) -> None:
    assert answers.assistant.confirmed is None


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("kinds.yaml", "  reply:\n", "  gossip:\n", "gossip"),
        ("kinds.yaml", "id: said, title: 网传说法", "id: so, title: 网传说法", "so 写了两次"),
        ("kinds.yaml", "cues: [网传, 有网民称, 有传言, 有人称]", "cues: []", "kinds"),
        ("kinds.yaml", "cues: [网传, 有网民称, 有传言, 有人称]", "cues: [网]", "“网”太短"),
        ("kinds.yaml", "mark: N}", "mark: X}", "X"),
        ("duties.yaml", "least: 0.5", "least: 2", "不大于 1"),
        ("sentences.yaml", "likeness: 0.4", "likenes: 0.4", "不认识这一项"),
        ("sentences.yaml", "most_sentences: 120", "most_sentences: 0", "不小于 1"),
        ("wording.yaml", "{sent}，已交由{bureau}核查处置。", "{who}核查处置。", "who填不了"),
        ("assistant.yaml", "confirmed:\n", "confirmed: {where: 某云, by: 某人}\n", "缺少这一项"),
        ("assistant.yaml", "confirmed:\n", "confirmed: yes\n", "confirmed"),
        ("assistant.yaml", "seconds: 30", "seconds: 0", "大于 0"),
    ],
)
def test_a_mistake_names_its_file_and_what_is_wrong(
    tmp_path: Path, file: str, old: str, new: str, words: str
) -> None:
    shutil.copytree(CONFIG / "answers", tmp_path / "answers")
    path = tmp_path / "answers" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(Misconfigured) as told:
        read_answers(tmp_path)
    assert file in str(told.value)
    assert words in str(told.value)


def test_a_kind_that_is_not_described_is_missed(tmp_path: Path) -> None:
    shutil.copytree(CONFIG / "answers", tmp_path / "answers")
    path = tmp_path / "answers" / "kinds.yaml"
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("  reply:")], "utf-8")
    with pytest.raises(Misconfigured, match="缺少 reply"):
        read_answers(tmp_path)
