"""config/sources.yaml."""

from pathlib import Path

import pytest

from huiying.failures import Misconfigured
from huiying.policy.policy import default_office
from huiying.policy.sources import read_sources
from huiying.post import SourceKind

ONE = """office: Bincheng office
contact: mailto:office@example.gov.cn
sources:
  - name: 要闻
    kind: official
    spider: listing
    url: https://www.example.gov.cn/list/
"""


def read(folder: Path, text: str) -> object:
    """What this file means."""
    (folder / "sources.yaml").write_text(text, "utf-8")
    return read_sources(folder)


def test_the_examples_that_come_with_the_program_are_off() -> None:
    sources = read_sources(default_office())
    assert len(sources) >= 4
    assert not any(source.enabled for source in sources)


def test_a_source_needs_four_lines_and_names_the_office_to_the_site(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text(ONE, "utf-8")
    [source] = read_sources(tmp_path)
    assert (source.name, source.title, source.kind) == ("要闻", "要闻", SourceKind.OFFICIAL)
    assert source.user_agent == "Huiying/0.1 (Bincheng office; mailto:office@example.gov.cn)"
    assert source.robots
    assert not source.local


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("    url: ftp://www.example.gov.cn/", "http"),
        ("    every_minutes: 0", "every_minutes"),
        ("    link_pattern: '[a'", "正则表达式"),
        ("    fields: {tittle: a}", "tittle"),
        ("    selectors: {body: p}", "body"),
        ("    delay: 3", "不认识"),
        ("    spider: ajax", "spider"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, line: str, words: str) -> None:
    name = line.split(":", maxsplit=1)[0].strip()
    kept = [one for one in ONE.splitlines() if one.split(":")[0].strip() != name]
    with pytest.raises(Misconfigured, match=r"sources.yaml 第 \d+ 行") as raised:
        read(tmp_path, "\n".join([*kept, line]) + "\n")
    assert words in str(raised.value)


def test_two_sources_of_one_name_are_refused(tmp_path: Path) -> None:
    again = ONE[ONE.index("  - name") :]
    with pytest.raises(Misconfigured, match="要闻"):
        read(tmp_path, ONE + again)
