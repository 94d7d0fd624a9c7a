"""The shipped judge with the default office's words, loaded once."""

from pathlib import Path

import pytest

from consumers.judging.judge import Judge
from huiying.policy.city import read_city
from huiying.policy.directory import read_bureaus, read_duties
from huiying.policy.lexicon import read_lexicon

CONFIG = Path(__file__).parents[3] / "config"


@pytest.fixture(scope="session")
def judge() -> Judge:
    """The judge as it is shipped, for the city of the default office."""
    bureaus = read_bureaus(CONFIG)
    return Judge.load(
        bureaus=bureaus,
        duties=read_duties(CONFIG, bureaus),
        lexicon=read_lexicon(CONFIG),
        city=read_city(CONFIG),
    )
