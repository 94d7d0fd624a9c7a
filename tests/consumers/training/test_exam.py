"""The exam: which rows it asks, that nobody is taught them, and when a model counts as worse."""

from pathlib import Path

import numpy as np
import pytest

from consumers.judging.judge import Judge
from consumers.training.corpora import read_rows
from consumers.training.corrections import TaughtPost, read_taught
from consumers.training.exam import (
    Mark,
    Question,
    compare,
    is_asked,
    key_of,
    questions_of,
    read_questions,
    sit,
    table_of,
    write_lessons,
)
from consumers.training.measures import share
from huiying.correction import Judgement
from tests.consumers.training.small_sets import write_small_sets

PIPE = "自来水停水，水管爆裂没人修"
OWN = TaughtPost(post="p", text=PIPE, said={Judgement.LEAD: ("水务局",)}, weights={Judgement.LEAD: 1.0})


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_sets(tmp_path_factory.mktemp("sets"))


def texts(folder: Path, name: str) -> list[str]:
    return [row["text"] for row in read_rows(folder / name)]


def test_no_text_of_the_exam_is_taught_and_every_row_keeps_its_number(sets: Path, tmp_path: Path) -> None:
    write_lessons(sets, tmp_path, [OWN])
    asked = {question.text for question in read_questions(sets)}
    assert asked
    for name in ("messages/routing_gold.jsonl.gz", "sentiment/osm2022.jsonl.gz"):
        before, after = texts(sets, name), texts(tmp_path, name)
        assert len(before) == len(after)
        assert not asked & set(after)
        assert [a for a, b in zip(after, before, strict=True) if not is_asked(b)] == [
            text for text in before if not is_asked(text)
        ]
    assert not asked & set(texts(tmp_path, "messages/hot_issues.jsonl.gz"))
    assert texts(tmp_path, "messages/official_replies.jsonl.gz") == texts(sets, "messages/official_replies.jsonl.gz")
    assert read_taught(tmp_path) == (OWN,)


def test_the_exam_has_its_name_from_what_is_asked(sets: Path) -> None:
    questions = read_questions(sets)
    assert key_of(questions, "1.0", 7) == key_of(read_questions(sets), "1.0", 7)
    assert len({key_of(questions, "1.0", 7), key_of(questions[1:], "1.0", 7), key_of(questions, "1.1", 7)}) == 3


def test_only_what_somebody_said_is_asked(judge: Judge) -> None:
    lead_only = questions_of([OWN] * 6)
    assert {mark.name for mark in sit(judge, lead_only)} == {"更正 责任单位首位正确", "更正 责任单位前三含正确"}
    [first, _] = sit(judge, lead_only)
    assert (first.rows, first.measure(np.ones(6))) == (6, 1.0)


def test_too_few_rows_are_no_part_of_the_exam(judge: Judge) -> None:
    assert sit(judge, questions_of([OWN] * 4)) == []
    assert sit(judge, [Question(text=PIPE, origin="routing_gold", bureaus=("水务局",))]) == []


def mark(right: int, of: int = 400) -> list[Mark]:
    return [Mark(name="首位正确", rows=of, measure=share(np.arange(of) < right))]


def test_a_loss_beyond_chance_is_worse() -> None:
    [change] = compare(mark(320), mark(290))
    assert (change.before, change.after, change.worse) == (0.8, 0.725, True)
    assert "变差" in "".join(table_of([change]))


@pytest.mark.parametrize("after", [320, 330, 319])
def test_what_is_as_good_or_better_or_within_chance_is_not_worse(after: int) -> None:
    [change] = compare(mark(320), mark(after))
    assert not change.worse
    assert change.low <= change.after - change.before <= change.high
