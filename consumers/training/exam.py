"""The exam by which a new model is let in: a fixed part of the data sets, and the held-back part of the corrections.

Its rows are chosen by a hash of their text, so that every training of an office is asked the same. Whoever sits it
was trained without them (`write_lessons`): both models are fitted anew for that, and judge by the office's own words.
"""

import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from consumers.judging.judge import Judge
from consumers.training.corpora import THREE_TONES, TONES, TWO_TONES, read_rows
from consumers.training.corrections import TaughtPost, write_taught
from consumers.training.measures import Measure, class_f1, macro_f1, share
from consumers.training.readings import read_messages, read_relevance
from huiying.correction import Judgement
from huiying.post import Assessment, Kind

_PARTS = 5
_DRAWS, _SEED = 1000, 20141
_FEWEST = 5
MOST_LOSS = 0.005
"""A loss is one where even the upper end of its 95 % interval lies below nought and it is more than this."""

_GOLD, _HOT_ISSUES = "messages/routing_gold.jsonl.gz", "messages/hot_issues.jsonl.gz"
_OF_THE_OFFICE = "corrections"
_KINDS = [kind.value for kind in Kind]


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A text with the right answers; what nobody said of it is empty, and not asked."""

    text: str
    origin: str
    tone: str | None = None
    bureaus: tuple[str, ...] = ()
    duties: tuple[int, ...] | None = None
    duties_any: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """What one model reached in one part of the exam."""

    name: str
    rows: int
    measure: Measure


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """One part of the exam before and after, with the 95 % interval of the change over rows drawn in pairs."""

    name: str
    rows: int
    before: float
    after: float
    low: float
    high: float

    @property
    def worse(self) -> bool:
        """Whether the new model has lost beyond chance."""
        return self.high < 0 and self.before - self.after > MOST_LOSS


def is_asked(text: str) -> bool:
    """Whether a text of the data sets belongs to the exam."""
    return int.from_bytes(hashlib.sha256(text.strip().encode()).digest()[:4], "big") % _PARTS == 0


def read_questions(data_sets: Path) -> list[Question]:
    """The exam's part of the data sets: tones, and messages that people read for bureau, duties and kind."""
    return [*_tone_questions(data_sets), *_gold_questions(data_sets), *_read_questions(data_sets)]


def questions_of(held_back: Iterable[TaughtPost]) -> list[Question]:
    """The office's own part: what officers said of posts that were held back."""
    return [_taught_question(post) for post in held_back]


def key_of(questions: Sequence[Question], program: str, seed: int) -> str:
    """Names the exam: a probe of the same name was asked the same, and was trained by the same program."""
    digest = hashlib.sha256(f"{program} {seed}".encode())
    for question in questions:
        digest.update(repr(question).encode())
    return digest.hexdigest()[:16]


def write_lessons(data_sets: Path, into: Path, taught: Sequence[TaughtPost]) -> None:
    """The data sets without the exam's rows, the corrections among them; what is not asked about is only linked.

    Rows are known by their number in some sets, so a row of the exam gives its place to the row before it.
    """
    for path in sorted(data_sets.rglob("*.gz")):
        target = into / path.relative_to(data_sets)
        target.parent.mkdir(parents=True, exist_ok=True)
        name = path.name.partition(".")[0]
        if str(path.relative_to(data_sets)) == _HOT_ISSUES:
            _write_rows(target, (row for row in read_rows(path) if not is_asked(row["text"])))
        elif name in (*THREE_TONES, *TWO_TONES) or str(path.relative_to(data_sets)) == _GOLD:
            _write_rows(target, _with_neighbours(name, list(read_rows(path))))
        else:
            target.symlink_to(path.resolve())
    if taught:
        write_taught(taught, into)


def sit(judge: Judge, questions: Sequence[Question]) -> list[Mark]:
    """What a judge reaches in each part."""
    answers = judge.assess([question.text for question in questions])
    pairs = list(zip(questions, answers, strict=True))
    fixed = [pair for pair in pairs if pair[0].origin != _OF_THE_OFFICE]
    own = [pair for pair in pairs if pair[0].origin == _OF_THE_OFFICE]
    marks = [
        _tone_mark(source, [pair for pair in fixed if pair[0].origin == source])
        for source in (*THREE_TONES, *TWO_TONES)
    ]
    marks += _matter_marks("", fixed, judge)
    marks.append(_tone_mark("更正 语气", own, name="更正 语气正确"))
    marks += _matter_marks("更正 ", own, judge)
    return [mark for mark in marks if mark is not None]


def compare(before: Sequence[Mark], after: Sequence[Mark]) -> list[Comparison]:
    """Part by part; rows are drawn for both at once, so that chance in the choice of rows hits both alike."""
    return [_compared(old, new) for old, new in zip(before, after, strict=True)]


def table_of(comparisons: Sequence[Comparison]) -> list[str]:
    """The comparison in lines for people."""
    return ["　　前　　　后　　　变化（95%区间）"] + [
        f"{one.before:.3f}　{one.after:.3f}　{one.after - one.before:+.3f} [{one.low:+.3f}, {one.high:+.3f}]　"
        f"{one.name}（{one.rows} 行）{'　变差' if one.worse else ''}"
        for one in comparisons
    ]


def _tone_questions(data_sets: Path) -> list[Question]:
    read = read_relevance()
    return [
        Question(text=row["text"], origin=source, tone=row["label"])
        for source in (*THREE_TONES, *TWO_TONES)
        for number, row in enumerate(read_rows(data_sets / "sentiment" / f"{source}.jsonl.gz"))
        if is_asked(row["text"]) and f"{source}:{number}" not in read
    ]


def _gold_questions(data_sets: Path) -> list[Question]:
    return [
        Question(
            text=row["text"],
            origin="routing_gold",
            bureaus=(row["bureau"], *row["also"]),
            duties=tuple(row["duties"]),
            duties_any=tuple(row["duties_any"]),
            kinds=(row["kind"],) if isinstance(row["kind"], str) else tuple(row["kind"]),
        )
        for row in read_rows(data_sets / _GOLD)
        if is_asked(row["text"])
    ]


def _read_questions(data_sets: Path) -> list[Question]:
    readings = read_messages()
    found = ((row["text"], readings.get(f"hot_issues:{row['id']}")) for row in read_rows(data_sets / _HOT_ISSUES))
    return [
        Question(
            text=text,
            origin="hot_issues",
            bureaus=(reading.bureau, *reading.also),
            duties=reading.duties if reading.whole else None,
            duties_any=reading.duties_any,
            kinds=(reading.kind,) if reading.whole else (),
        )
        for text, reading in found
        if reading is not None and reading.sure and is_asked(text)
    ]


def _taught_question(post: TaughtPost) -> Question:
    said = post.said
    return Question(
        text=post.text,
        origin=_OF_THE_OFFICE,
        tone=said[Judgement.TONE][0] if Judgement.TONE in said else None,
        bureaus=said.get(Judgement.LEAD, ()),
        duties=tuple(map(int, said[Judgement.DUTIES])) if Judgement.DUTIES in said else None,
        kinds=said.get(Judgement.KIND, ()),
    )


def _with_neighbours(name: str, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    read = read_relevance()
    asked = [is_asked(row["text"]) and f"{name}:{number}" not in read for number, row in enumerate(rows)]
    kept = next((row for row, is_one in zip(rows, asked, strict=True) if not is_one), None)
    result = []
    for row, is_one in zip(rows, asked, strict=True):
        kept = row if not is_one or kept is None else kept
        result.append(kept)
    return result


def _write_rows(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as lines:
        for row in rows:
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")


_Pairs = Sequence[tuple[Question, Assessment]]


def _tone_mark(source: str, pairs: _Pairs, name: str = "") -> Mark | None:
    mine = [(question.tone, answer.tone.value) for question, answer in pairs if question.tone]
    if len(mine) < _FEWEST:
        return None
    told, given = (np.array([TONES.index(tone) for tone in tones]) for tones in zip(*mine, strict=True))
    if name:
        return Mark(name=name, rows=len(mine), measure=share(told == given))
    if source in TWO_TONES:
        told, given = (told != 0).astype(np.int64), (given != 0).astype(np.int64)
    measure = macro_f1(told, given, range(2 if source in TWO_TONES else 3))
    return Mark(name=f"语气 {source} 宏平均F1", rows=len(mine), measure=measure)


def _matter_marks(prefix: str, pairs: _Pairs, judge: Judge) -> list[Mark | None]:
    return [
        _share_mark(
            f"{prefix}责任单位首位正确",
            [(q.bureaus, [match.bureau for match in a.bureaus[:1]]) for q, a in pairs if q.bureaus],
        ),
        _share_mark(
            f"{prefix}责任单位前三含正确",
            [(q.bureaus, [match.bureau for match in a.bureaus[:3]]) for q, a in pairs if q.bureaus],
        ),
        _share_mark(f"{prefix}诉求类别正确", [(q.kinds, [a.kind.value]) for q, a in pairs if q.kinds]),
        _duty_mark(f"{prefix}职责微平均F1", [(q, a) for q, a in pairs if q.duties is not None], judge),
    ]


def _share_mark(name: str, pairs: Sequence[tuple[Sequence[str], Sequence[str]]]) -> Mark | None:
    if len(pairs) < _FEWEST:
        return None
    right = np.array([bool(set(told) & set(given)) for told, given in pairs])
    return Mark(name=name, rows=len(pairs), measure=share(right))


def _duty_mark(name: str, pairs: _Pairs, judge: Judge) -> Mark | None:
    if len(pairs) < _FEWEST:
        return None

    def cells(chosen: Callable[[Question, Assessment], set[int]]) -> Any:
        return np.array([[number in chosen(q, a) for number in judge.clues.duties] for q, a in pairs])

    told = cells(lambda question, _: set(question.duties or ()))
    accepted = cells(lambda question, _: set(question.duties_any))
    given = cells(lambda _, answer: {duty.number for duty in answer.duties})
    return Mark(name=name, rows=len(pairs), measure=class_f1(told, given, accepted))


def _compared(old: Mark, new: Mark) -> Comparison:
    generator = np.random.default_rng(_SEED)
    draws = []
    for _ in range(_DRAWS):
        weights = np.bincount(generator.integers(0, old.rows, old.rows), minlength=old.rows).astype(np.float64)
        draws.append(new.measure(weights) - old.measure(weights))
    low, high = np.quantile(draws, [0.025, 0.975])
    whole = np.ones(old.rows)
    return Comparison(
        name=old.name,
        rows=old.rows,
        before=round(old.measure(whole), 4),
        after=round(new.measure(whole), 4),
        low=round(float(low), 4),
        high=round(float(high), 4),
    )
