"""The address book and the rules of keeping: what is read, and what is refused with file, line and remedy."""

from pathlib import Path

import pytest

from huiying.failures import Misconfigured
from huiying.level import Level
from huiying.policy.contacts import read_contacts
from huiying.policy.directory import read_bureaus
from huiying.policy.policy import default_office
from huiying.policy.retention import read_retention

EMERGENCIES = 'emergencies: [{service: 消防, number: "119"}]\n'


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder


def test_the_shipped_book_tells_more_people_the_higher_the_level() -> None:
    book = read_contacts(default_office(), read_bureaus(default_office()))
    told = [len(book.to_be_told(level, ())) for level in (Level.BLUE, Level.YELLOW, Level.ORANGE, Level.RED)]
    assert told == sorted(told)
    assert told[0] == 1
    assert [each.number for each in book.emergencies] == ["110", "119", "120"]
    assert not any(contact.first.phone for contact in book.contacts), "a shipped number would be somebody's"


REFUSED = {
    "a bureau that does not exist": ("- {unit: 某局, post: 值班, bureau: 某局, levels: [red]}", "不在 bureaus.yaml"),
    "the same post twice": ("- &a {unit: 某局, post: 值班, levels: [red]}\n- *a", "写了 2 次"),
    "no level": ("- {unit: 某局, post: 值班, levels: []}", "levels"),
    "an unknown level": ("- {unit: 某局, post: 值班, levels: [purple]}", "levels"),
    "a word for a number": ("- {unit: 某局, post: 值班, first: {phone: 打给老王}, levels: [red]}", "phone"),
}


@pytest.mark.parametrize(("entry", "words"), REFUSED.values(), ids=REFUSED)
def test_a_mistake_in_the_book_is_told(tmp_path: Path, entry: str, words: str) -> None:
    folder = written(tmp_path, "contacts.yaml", f"{EMERGENCIES}contacts:\n{entry}\n")
    with pytest.raises(Misconfigured, match=words):
        read_contacts(folder, ())


def test_a_book_without_emergency_numbers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="emergencies"):
        read_contacts(written(tmp_path, "contacts.yaml", "emergencies: []\n"), ())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("post_days: 0\nevidence_posts: 5\nmatter_files: 30年\n", "post_days"),
        ("post_days: 30\nevidence_posts: 0\nmatter_files: 30年\n", "evidence_posts"),
        ("post_days: 30\nevidence_posts: 5\nmatter_files: 5年\n", "matter_files"),
    ],
)
def test_a_mistake_in_the_rules_of_keeping_is_told(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(Misconfigured, match=words):
        read_retention(written(tmp_path, "retention.yaml", text))
