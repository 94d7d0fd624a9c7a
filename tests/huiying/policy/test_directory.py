"""The directory in `config/`: what is read, and how a mistake is told."""

import shutil
from pathlib import Path

import pytest

from huiying.failures import Misconfigured
from huiying.policy.city import read_city
from huiying.policy.directory import read_bureaus, read_duties
from huiying.policy.lexicon import read_lexicon

CONFIG = Path(__file__).parents[3] / "config"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A copy of the default office's configuration, to be spoilt."""
    shutil.copytree(CONFIG, tmp_path / "config")
    return tmp_path / "config"


def _replace(path: Path, old: str, new: str) -> int:
    """Replace the first occurrence and say on which line it stood."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_default_office_knows_its_bureaus_and_all_twenty_duties() -> None:
    bureaus = read_bureaus(CONFIG)
    duties = read_duties(CONFIG, bureaus)
    assert [duty.number for duty in duties] == list(range(1, 21))
    assert duties[18].leads == ("食安委办", "食品药品监管局")
    water = next(bureau for bureau in bureaus if bureau.id == "水务局")
    assert water.name == "市水务局"
    assert ("水管爆裂", 3.0) in water.words


def test_a_duty_led_by_an_unknown_bureau_is_told_with_file_line_value_and_remedy(config: Path) -> None:
    line = _replace(config / "duties.yaml", "leads: [审计局]", "leads: [审计处]")
    with pytest.raises(Misconfigured) as mistake:
        read_duties(config, read_bureaus(config))
    message = str(mistake.value)
    assert f"duties.yaml 第 {line} 行" in message
    assert "“审计处”" in message
    assert "请改成其中一个单位的 id" in message


def test_a_bureau_written_twice_is_told(config: Path) -> None:
    _replace(config / "bureaus.yaml", "id: 审计局", "id: 财政局")
    with pytest.raises(Misconfigured, match="“财政局”写了 2 次"):
        read_bureaus(config)


def test_a_word_of_one_character_is_told_with_its_line(config: Path) -> None:
    line = _replace(config / "bureaus.yaml", "3: [编委办,", "3: [㊙,")
    with pytest.raises(Misconfigured, match=rf"bureaus.yaml 第 {line} 行 编委办 words：“㊙”太短"):
        read_bureaus(config)


def test_a_number_counts_as_one_character(config: Path) -> None:
    _replace(config / "bureaus.yaml", "3: [编委办,", '3: ["12345",')
    with pytest.raises(Misconfigured, match="“12345”太短"):
        read_bureaus(config)


def test_a_word_with_two_weights_is_told(config: Path) -> None:
    _replace(config / "bureaus.yaml", "1: [编制问题,", "1: [编委办,")
    with pytest.raises(Misconfigured, match="“编委办”写了两次（分量 3 和 1）"):
        read_bureaus(config)


def test_an_unknown_entry_is_told_with_its_line(config: Path) -> None:
    line = _replace(config / "city.yaml", "\nscope: city\n", "\nscope: city\nscoop: city\n")
    with pytest.raises(Misconfigured, match=rf"city.yaml 第 {line + 2} 行 scoop"):
        read_city(config)


def test_a_scope_that_is_none_is_told(config: Path) -> None:
    line = _replace(config / "city.yaml", "\nscope: city\n", "\nscope: county\n")
    with pytest.raises(Misconfigured, match=rf"city.yaml 第 {line + 1} 行 scope：“county”"):
        read_city(config)


def test_a_kind_that_does_not_exist_is_told(config: Path) -> None:
    line = _replace(config / "lexicon" / "kinds.yaml", "  表扬:", "  夸奖:")
    with pytest.raises(Misconfigured, match=rf"kinds.yaml 第 {line} 行 lists：“夸奖”不认识"):
        read_lexicon(config)


def test_a_missing_file_names_the_remedy(config: Path) -> None:
    (config / "lexicon" / "tone.yaml").unlink()
    with pytest.raises(Misconfigured, match="huiying init"):
        read_lexicon(config)
