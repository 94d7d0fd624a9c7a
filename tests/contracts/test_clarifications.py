"""What every database must do with answers, their versions and the help given with them."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from huiying.clarification import Assistance, ClarificationState, Evidence, EvidenceKind, Sentence, Struck
from huiying.failures import Stale
from huiying.register.register import Register
from tests.builders import make_clarification, make_signed, make_text

OPENED = make_clarification()


def test_a_text_comes_back_as_it_was_saved_with_evidence_and_hash(register: Register) -> None:
    judged = Evidence(kind=EvidenceKind.JUDGEMENT, words="现场查看", by=make_signed())
    document = Evidence(kind=EvidenceKind.DOCUMENT, reference="https://a.example/", title="办法", words="“三日”")
    sentences = (
        Sentence(text="引号“”、\\、𠮷。", evidence=(judged, document), parts=("cause",)),
        Sentence(text="乙。"),
    )
    text = replace(make_text(), sentences=sentences)
    with register.transaction() as tx:
        tx.clarifications.insert(OPENED)
        tx.clarifications.add_text(text)
    with register.reading() as tx:
        [kept] = tx.clarifications.texts(OPENED.id)
    assert kept == text
    assert kept.sha256 == text.sha256


def test_a_version_is_never_written_over(register: Register) -> None:
    with register.transaction() as tx:
        tx.clarifications.insert(OPENED)
        tx.clarifications.add_text(make_text("甲。"))
    with pytest.raises(IntegrityError), register.transaction() as tx:
        tx.clarifications.add_text(make_text("乙。"))
    with register.reading() as tx:
        assert tx.clarifications.texts(OPENED.id) == [make_text("甲。")]


def test_an_answer_changed_meanwhile_is_stale(register: Register) -> None:
    with register.transaction() as tx:
        tx.clarifications.insert(OPENED)
        tx.clarifications.save(replace(OPENED, texts=1), 0)
    with pytest.raises(Stale), register.transaction() as tx:
        tx.clarifications.save(replace(OPENED, texts=1), 0)


@pytest.mark.parametrize("words", [["停水"], ["停水", "100%_"], ["“送水点”"]])
def test_only_what_was_published_last_is_found_by_its_words(register: Register, words: list[str]) -> None:
    said = "停水期间100%_设“送水点”。"
    published = replace(OPENED, state=ClarificationState.PUBLISHED, texts=2)
    drafted = make_clarification("concern-1:1:reply:水务局:1", texts=1)
    with register.transaction() as tx:
        tx.clarifications.insert(published)
        tx.clarifications.insert(drafted)
        tx.clarifications.add_text(make_text(f"旧：{said}"))
        tx.clarifications.add_text(make_text(said, number=2))
        tx.clarifications.add_text(make_text(said, clarification=drafted.id))
    with register.reading() as tx:
        assert [text.number for text in tx.clarifications.published_with(words)] == [2]
        assert tx.clarifications.published_with([*words, "没有的词"]) == []


def test_the_help_of_a_model_is_kept_whole_the_newest_first(register: Register) -> None:
    first = Assistance(
        id="a",
        clarification=OPENED.id,
        by=make_signed(),
        where="市政务云",
        model="m-1",
        sent=3,
        kept=(Sentence(text="甲。", evidence=(Evidence(kind=EvidenceKind.FINDING, reference="f"),)),),
        struck=(Struck(text="乙\ud800。", reason="没有注明依据"),),
    )
    with register.transaction() as tx:
        tx.clarifications.insert(OPENED)
        tx.clarifications.add_assistance(replace(first, struck=()))
        tx.clarifications.add_assistance(replace(first, id="b"))
    with register.reading() as tx:
        kept = tx.clarifications.assistances(OPENED.id)
    assert [each.id for each in kept] == ["b", "a"]
    assert kept[1] == replace(first, struck=())
    assert kept[0].struck[0].reason == "没有注明依据"
