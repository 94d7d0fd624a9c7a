"""The convolution looks up what it multiplied out; here it is compared with the plain sums that it stands for."""

import numpy as np
import pytest
from numpy.typing import NDArray

from consumers.judging.convolution import OFFSETS, Convolution
from consumers.judging.features import encode, runs
from consumers.judging.heads import in_eight_bits

SIZE, FILTERS, ANSWERS = 8, 5, 3
TEXTS = ["小区停水三天了", "", "好", "物业说不归他们管，谁来管？" * 40]


@pytest.fixture(scope="module")
def convolution() -> Convolution:
    draw = np.random.default_rng(3)
    batch = encode(TEXTS)
    buckets = np.unique(np.concatenate([runs(batch, 1), runs(batch, 2)]))
    # One run has no vector, as most rare ones have none.
    buckets = np.delete(buckets[buckets >= 0], 2).astype(np.int32)

    def drawn(*shape: int) -> NDArray[np.float32]:
        return draw.standard_normal(shape).astype(np.float32)

    return Convolution(
        ["a", "b", "c"],
        buckets,
        *in_eight_bits(drawn(len(buckets), SIZE)),
        drawn(len(OFFSETS), SIZE, FILTERS),
        drawn(FILTERS),
        drawn(FILTERS + SIZE, ANSWERS),
        drawn(ANSWERS),
    )


def plain(convolution: Convolution, text: str) -> NDArray[np.float64]:
    """The scores of one text, window by window."""
    batch = encode([text])
    vectors = convolution.quantised * convolution.scale.astype(np.float64)[:, None]
    row_of = {int(bucket): vectors[number] for number, bucket in enumerate(convolution.buckets)}
    none = np.zeros(SIZE)
    places = [
        row_of.get(int(single), none) + row_of.get(int(pair), none)
        for single, pair in zip(runs(batch, 1)[:-1], runs(batch, 2)[:-1], strict=True)
    ]
    framed = [none, *places, none]
    windows = [
        sum(framed[place + 1 + offset] @ convolution.filters[number] for number, offset in enumerate(OFFSETS))
        for place in range(len(places))
    ]
    found = np.maximum(np.max(windows, axis=0) + convolution.hidden_bias, 0)
    total = np.tanh(np.sum(places, axis=0) / np.sqrt(len(places) + 1))
    return np.asarray(np.concatenate([found, total]) @ convolution.output + convolution.bias, np.float64)


def test_it_says_what_the_plain_sums_say(convolution: Convolution) -> None:
    scores = convolution.scores(encode(TEXTS))
    for text, told in zip(TEXTS, scores, strict=True):
        if text:
            assert np.allclose(told, plain(convolution, text), atol=0.01)


def test_an_empty_text_gets_what_nothing_speaks_against(convolution: Convolution) -> None:
    assert np.array_equal(convolution.scores(encode([""]))[0], convolution.bias)


def test_a_text_is_judged_alike_alone_and_among_others(convolution: Convolution) -> None:
    together = convolution.scores(encode(TEXTS * 30))
    for number, text in enumerate(TEXTS):
        assert np.array_equal(convolution.scores(encode([text]))[0], together[number + 60])
