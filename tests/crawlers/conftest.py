"""A web site on loopback for the crawlers' tests."""

from collections.abc import Iterator

import pytest

from tests.crawlers.local_site import Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    """An empty site."""
    with serving() as site:
        yield site
