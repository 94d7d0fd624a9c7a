"""Opens an archive on Elasticsearch and takes down what is said of it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from huiying.archive.elastic import ElasticArchive
from huiying.failures import Unavailable, Unusable
from huiying.settings import ElasticsearchSettings

SETTINGS = ElasticsearchSettings()
ELASTIC = {"X-Elastic-Product": "Elasticsearch", "Content-Type": "application/json"}
"""Headers by which Elasticsearch is known."""


@contextmanager
def opened(url: str, settings: ElasticsearchSettings = SETTINGS) -> Iterator[ElasticArchive]:
    archive = ElasticArchive(url, settings)
    yield archive
    archive.close()


def told(url: str, settings: ElasticsearchSettings = SETTINGS) -> str:
    """What an operator is told of an Elasticsearch that cannot be worked with."""
    with opened(url, settings) as archive, pytest.raises(Unusable) as failure:
        archive.get(["pipe"])
    return str(failure.value)


def away(url: str) -> str:
    """What is said of an Elasticsearch that is worth waiting for."""
    with opened(url) as archive, pytest.raises(Unavailable) as failure:
        archive.get(["pipe"])
    assert type(failure.value) is Unavailable
    return str(failure.value)
