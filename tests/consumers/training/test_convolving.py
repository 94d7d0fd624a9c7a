"""A convolution learns what stands where, which no sum of characters could tell."""

import numpy as np
import pytest

from consumers.judging.features import encode, runs
from consumers.training.convolving import Sequences, fit_convolution
from consumers.training.networks import Task
from consumers.training.vectors import SIZE, Vectors, learn_vectors

NO_VECTORS = Vectors(buckets=np.zeros(1, np.int32), rows=np.zeros((1, SIZE), np.float32))


def drawn_texts(size: int) -> tuple[list[str], np.ndarray]:
    """Texts of the same characters in other orders; the answer is yes where 不 stands right before 好."""
    draw = np.random.default_rng(5)
    texts, yes = [], []
    for number in range(size):
        rest = ["路", "灯", "水", "车", "门", "楼"]
        draw.shuffle(rest)
        negated = number % 2 == 0
        middle = ["不", "好"] if negated else ["好", rest.pop(), "不"]
        at = int(draw.integers(len(rest) + 1))
        texts.append("".join([*rest[:at], *middle, *rest[at:]]))
        yes.append(negated)
    return texts, np.array(yes)


def task(yes: np.ndarray) -> Task:
    return Task(
        names=["yes"],
        target=yes[:, None].astype(np.float32),
        weight=np.ones((len(yes), 1), np.float32),
        exclusive=False,
    )


def test_order_is_learnt() -> None:
    texts, yes = drawn_texts(1200)
    sequences = Sequences.of(texts)
    fitted = fit_convolution(sequences, np.arange(1000), NO_VECTORS, [task(yes)], seed=1)
    scores = fitted.scores(encode(texts[1000:]))[:, 0]
    assert ((scores > 0) == yes[1000:]).mean() > 0.95


def test_the_same_seed_gives_the_same_weights() -> None:
    texts, yes = drawn_texts(300)
    sequences = Sequences.of(texts)
    one, other = (fit_convolution(sequences, np.arange(300), NO_VECTORS, [task(yes)], seed=2) for _ in range(2))
    assert np.array_equal(one.quantised, other.quantised)
    assert np.array_equal(one.output, other.output)


def test_places_of_texts_are_those_of_their_characters() -> None:
    texts = ["停水停水停水", "", "停水了停水了停水"]
    sequences = Sequences.of(texts)
    places = sequences.places(np.array([2, 1]))
    single = runs(encode([texts[2], texts[1]]), 1)
    known = np.isin(single, sequences.buckets)
    assert np.array_equal(sequences.buckets[sequences.single[places][known] - 1], single[known])
    assert not sequences.single[places][~known].any()


@pytest.mark.parametrize("size", [3, 400])
def test_runs_between_the_same_neighbours_get_like_vectors(size: int) -> None:
    draw = np.random.default_rng(8)
    texts = [
        f"{'甲乙丙丁'[int(draw.integers(4))]}路{'水电'[int(draw.integers(2))]}停了，{'晴雨'[int(draw.integers(2))]}天"
        for _ in range(size)
    ]
    vectors = learn_vectors(texts, seed=1)
    assert np.allclose(np.linalg.norm(vectors.rows, axis=1), 1, atol=1e-3)
    if size > 100:
        water, power, sunny = (
            vectors.of(runs(encode([character]), 1)[:1].astype(np.int32))[0] for character in "水电晴"
        )
        assert water @ power > 0.5
        assert water @ sunny < 0.3
