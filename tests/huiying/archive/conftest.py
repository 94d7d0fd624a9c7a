"""One Elasticsearch for all, and for each test a prefix of its own."""

from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from tests.services.elasticsearch import own_indices


@pytest.fixture
def url(elasticsearch_url: str) -> Iterator[str]:
    with own_indices(elasticsearch_url) as mine:
        yield mine


@pytest.fixture
def posts(url: str) -> str:
    """The alias of the index of posts."""
    return f"{url.rpartition('/')[2]}-posts"


@pytest.fixture
def directory(url: str) -> str:
    """The alias of the index of who answers."""
    return f"{url.rpartition('/')[2]}-directory"


@pytest.fixture
def client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    with Elasticsearch(elasticsearch_url) as opened:
        yield opened
