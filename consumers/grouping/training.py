"""Learns the weights of grams from the data sets and writes the file that ships (`consumers/models/grouping.npz`)."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import msgspec

from consumers.grouping.weights import SHIPPED, Weights, learn_weights

_SETS = (
    "messages/hot_issues.jsonl.gz",
    "messages/official_replies.jsonl.gz",
    "messages/category_raw.jsonl.gz",
    "stream/dated_posts.jsonl.gz",
)
_STREAM_SHARE = 8
"""Of the long stream every eighth post is read: messages and stream then count about alike."""

EVERYWHERE = 0.03
"""A gram that stands in more than this share of the texts tells nothing."""


def train_grouping(data_sets: Path, target: Path = SHIPPED) -> Weights:
    """Read the data sets, learn, write the file; the same sets give the same file."""
    weights = learn_weights(_texts(data_sets), everywhere=EVERYWHERE)
    target.parent.mkdir(parents=True, exist_ok=True)
    weights.save(target)
    return weights


def _texts(data_sets: Path) -> Iterator[str]:
    for name in _SETS:
        every = _STREAM_SHARE if name.startswith("stream/") else 1
        with gzip.open(data_sets / name, "rb") as lines:
            for number, line in enumerate(lines):
                if number % every == 0:
                    yield msgspec.json.decode(line)["text"]
