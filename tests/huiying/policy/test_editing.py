"""A form changes what it is about in a file of the office and nothing else in it."""

from difflib import ndiff
from pathlib import Path

import pytest

from huiying.failures import NotAllowed
from huiying.policy.editing import Values, entries_of, with_entry, with_values, without_entry
from tests.shipped import SHIPPED_OFFICE

SOURCES = (SHIPPED_OFFICE / "sources.yaml").read_text("utf-8")


def changed_lines(before: str, after: str) -> list[str]:
    return [line.rstrip() for line in ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]


def test_one_value_of_an_entry_changes_one_line_and_the_comments_after_it_stay() -> None:
    after = with_entry(SOURCES, "sources", 3, {("enabled",): True, ("max_posts",): 50})
    assert changed_lines(SOURCES, after) == ["-     enabled: false", "+     enabled: true", "+     max_posts: 50"]
    assert entries_of(after, "sources")[3]["max_posts"] == 50


def test_a_new_entry_stands_at_the_end_set_apart_like_the_others() -> None:
    new: Values = {("name",): "新信源", ("url",): "https://a.example/", ("fields", "id"): "编号", ("encoding",): None}
    after = with_entry(SOURCES, "sources", None, new)
    assert after.startswith(SOURCES)
    assert after.removeprefix(SOURCES) == (
        "\n  - name: 新信源\n    url: https://a.example/\n    fields: {id: 编号}\n"
    )


def test_the_last_entry_taken_out_leaves_the_list_empty_and_the_next_key_alone() -> None:
    text = (SHIPPED_OFFICE / "workdays.yaml").read_text("utf-8")
    after = without_entry(text, "working", 0)
    assert "working: []\nfree: []\n" in after
    again = with_entry(after, "free", None, {("day",): "2026-10-10", ("reason",): "校运会：放假"})
    assert entries_of(again, "free") == [{"day": "2026-10-10", "reason": "校运会：放假"}]
    assert again.splitlines()[:2] == text.splitlines()[:2]


def test_an_entry_taken_out_takes_no_comment_of_its_neighbour_with_it() -> None:
    after = without_entry(SOURCES, "sources", 3)
    assert "# 本单位自建的 RSSHub" in after
    assert all(line.startswith("- ") for line in changed_lines(SOURCES, after))


def test_values_of_a_mapping_keep_the_comments_beside_them() -> None:
    text = (SHIPPED_OFFICE / "access.yaml").read_text("utf-8")
    after = with_values(text, {("session", "idle_minutes"): 60, ("password", "shortest"): 12})
    old, new = changed_lines(text, after)
    assert old.partition("#")[2] == new.partition("#")[2] != ""
    assert new.startswith("+   idle_minutes: 60 ")


@pytest.mark.parametrize("text", ["persons: [{id: a, roles: [officer]}]\n", "persons: {a: 1}\n"])
def test_a_list_written_otherwise_is_left_to_people(text: str) -> None:
    with pytest.raises(NotAllowed, match="方括号"):
        with_entry(text, "persons", 0, {("id",): "b"})


@pytest.mark.parametrize("hostile", ["a: b # c", "- x\n- y", "'\"{}[]&*!|>%@`", "on", "2026-01-01", "\u202ex"])
def test_whatever_is_typed_stands_in_the_file_as_text(hostile: str, tmp_path: Path) -> None:
    after = with_entry("shifts: []\n", "shifts", None, {("name",): hostile, ("hours",): {"begin": "22:00"}})
    file = tmp_path / "x.yaml"
    file.write_text(after, "utf-8")
    assert entries_of(file.read_text("utf-8"), "shifts") == [{"name": hostile, "hours": {"begin": "22:00"}}]
    assert 'begin: "22:00"' in after
