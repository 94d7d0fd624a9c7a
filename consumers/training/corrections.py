"""What officers corrected, as rows the next training learns from: a post's text and what a person said of it.

The office's corrections are one more set beside the data sets: a training reads them from the folder it is given
(`read_taught`), with weights (`lessons`). A fixed fifth of the posts is never taught before the question is decided
whether the newly trained model is better (`held_back`); it is chosen by the post's id, so it stays the same fifth.
"""

import gzip
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from huiying.archive.archive import Archive
from huiying.correction import OF_POSTS, Correction, Judgement
from huiying.register.register import Register

CORRECTED, CONFIRMED, OF_CONCERN = 1.0, 0.5, 0.5
"""How much one label counts beside one reader's: a corrected one as much, a confirmed one half, because it was easy;
the lead of a whole concern half, because it was said of the matter and not of the post that names it."""

_FILE = Path("office") / "corrections.jsonl.gz"
_AT_ONCE = 500
_PARTS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class TaughtPost:
    """A post of the office with what people said of it; a judgement of which nobody spoke is missing."""

    post: str
    text: str
    said: Mapping[Judgement, tuple[str, ...]]
    weights: Mapping[Judgement, float]


@dataclass(kw_only=True, slots=True)
class _Label:
    said: dict[Judgement, tuple[str, ...]] = field(default_factory=dict)
    weights: dict[Judgement, float] = field(default_factory=dict)


def gather_taught(register: Register, archive: Archive) -> list[TaughtPost]:
    """Every post of which a correction stands and whose text is still kept, in the order of their ids."""
    labels = _labels(register)
    ids = sorted(labels)
    taught = []
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        kept = archive.get(some)
        taught += [
            TaughtPost(
                post=post, text=kept[post].post.whole_text, said=labels[post].said, weights=labels[post].weights
            )
            for post in some
            if post in kept
        ]
    return taught


def held_back(post: str) -> bool:
    """Whether a post belongs to the fifth on which a training is measured."""
    return int.from_bytes(hashlib.sha256(post.encode()).digest()[:4], "big") % _PARTS == 0


def lessons(taught: Sequence[TaughtPost], judgement: Judgement) -> list[tuple[int, tuple[str, ...], float]]:
    """The rows that teach one judgement: the place in `taught`, what was said, and how much it counts.

    Said is one tone, one bureau or one kind; of duties all that the post touches, so that the others are told too.
    """
    return [
        (place, post.said[judgement], post.weights[judgement])
        for place, post in enumerate(taught)
        if judgement in post.said
    ]


def count_lessons(taught: Sequence[TaughtPost]) -> dict[str, int]:
    """How many rows teach each judgement."""
    return {judgement.value: len(lessons(taught, judgement)) for judgement in OF_POSTS}


def write_taught(taught: Iterable[TaughtPost], data_sets: Path) -> None:
    """Put corrections among the data sets of a folder."""
    path = data_sets / _FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        for post in taught:
            row = {"post": post.post, "text": post.text, "said": post.said, "weights": post.weights}
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")


def read_taught(data_sets: Path) -> tuple[TaughtPost, ...]:
    """The corrections among the data sets of a folder; none where there is no such set."""
    path = data_sets / _FILE
    if not path.exists():
        return ()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return tuple(
        TaughtPost(
            post=row["post"],
            text=row["text"],
            said={Judgement(name): tuple(said) for name, said in row["said"].items()},
            weights={Judgement(name): float(weight) for name, weight in row["weights"].items()},
        )
        for row in rows
    )


def _labels(register: Register) -> dict[str, _Label]:
    with register.reading() as tx:
        standing = list(tx.corrections.standing())
        leads = [one for one in standing if one.concern and one.judgement is Judgement.LEAD]
        concerns = tx.concerns.get(one.concern for one in leads if one.concern)
    labels: dict[str, _Label] = {}
    for one in leads:
        title_post = concerns[one.concern].title_post if one.concern in concerns else None
        if title_post:
            _label(labels, title_post, one, OF_CONCERN)
    # What was said of the post itself comes last and counts instead.
    for one in standing:
        if one.post:
            _label(labels, one.post, one, CORRECTED if one.changed else CONFIRMED)
    return labels


def _label(labels: dict[str, _Label], post: str, correction: Correction, weight: float) -> None:
    label = labels.setdefault(post, _Label())
    label.said[correction.judgement] = correction.said
    label.weights[correction.judgement] = weight
