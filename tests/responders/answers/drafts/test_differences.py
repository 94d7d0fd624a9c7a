"""A text is cut into sentences, and every difference between two versions is shown, none invented."""

from hypothesis import given
from hypothesis import strategies as st

from responders.answers.drafts.differences import Stretch, differences
from responders.answers.drafts.sentences import split_sentences
from tests.builders import make_text

SENTENCES = st.lists(st.text("管道爆裂已修复，水。14", min_size=1, max_size=12), max_size=8)


def test_a_sentence_ends_at_its_mark_with_the_quotation_closed() -> None:
    text = "网传“水源被污染！”不属实。预计几时恢复？\n 特此通报 \n\n咨询电话：12345。"
    assert split_sentences(text) == (
        "网传“水源被污染！”",
        "不属实。",
        "预计几时恢复？",
        "特此通报",
        "咨询电话：12345。",
    )


@given(st.text(max_size=200))
def test_no_word_is_lost_in_cutting(text: str) -> None:
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())


@given(SENTENCES, SENTENCES)
def test_both_texts_can_be_read_from_the_difference(old: list[str], new: list[str]) -> None:
    changes = differences(old, new)

    def read(leave_out: Stretch, of: str) -> list[str]:
        return [
            "".join(piece.words for piece in change.pieces if piece.stretch is not leave_out)
            for change in changes
            if getattr(change, of) is not None
        ]

    assert read(Stretch.ADDED, "old") == old
    assert read(Stretch.REMOVED, "new") == new
    assert [change.old for change in changes if change.old] == list(range(1, len(old) + 1))
    assert [change.new for change in changes if change.new] == list(range(1, len(new) + 1))
    assert any(change.changed for change in changes) == (old != new)


def test_only_the_words_that_changed_are_marked() -> None:
    [kept, changed] = differences(["水管已修复。", "预计6时恢复供水。"], ["水管已修复。", "预计8时恢复供水。"])
    assert not kept.changed
    shown = [(piece.stretch.value, piece.words) for piece in changed.pieces]
    assert shown == [("same", "预计"), ("del", "6"), ("ins", "8"), ("same", "时恢复供水。")]


@given(st.text(min_size=1, max_size=40), st.integers(0, 39), st.characters(codec="utf-8"))
def test_one_changed_character_changes_the_hash(sentence: str, place: int, other: str) -> None:
    place %= len(sentence)
    changed = sentence[:place] + other + sentence[place + 1 :]
    same = make_text(sentence).sha256 == make_text(changed).sha256
    assert same == (sentence == changed)


def test_the_hash_knows_where_a_sentence_ends_and_the_title_begins() -> None:
    texts = (make_text("甲乙", "丙"), make_text("甲", "乙丙"), make_text("甲乙丙"), make_text("乙", title="丙甲"))
    assert len({text.sha256 for text in texts}) == len(texts)
