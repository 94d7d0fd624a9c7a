"""Ways to make a text public without all three gates for exactly this text; each ends with nothing public.

Some go by the program's own moves, some by its parts, some by SQL past the program: the last are stopped by the
database itself, on SQLite and on PostgreSQL.
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Table, delete, insert, text, update
from sqlalchemy.exc import IntegrityError

from huiying.failures import NotAllowed, Stale, Unavailable
from huiying.gate import Conclusion, Gate
from huiying.person import Role
from huiying.publication import Channel, Part, Publication
from huiying.register.register import Register, Transaction
from huiying.register.schema.clarifications import texts
from huiying.register.schema.publications import publications
from huiying.register.schema.reviews import gate_records, gate_seats, reviews
from huiying.release_review import Finding, Ground
from responders.answers.answer import clarification_of
from responders.answers.ordering import Order, publish
from responders.answers.releasing import ReleasableText, release
from responders.channels.reported import Report
from responders.channels.website import WebsiteFiles
from responders.proceedings.proceeding import proceeding_of, reopen_steps
from tests.builders import person
from tests.responders.answer import (
    ANSWER,
    CLEAR,
    CYBERSPACE,
    DRAFTER,
    FIRST,
    OFFICER,
    ONE_SEAT_EACH,
    PROCEEDING,
    PUBLICITY,
    SEATS,
    SECOND,
    SIGNER,
    Answer,
    signed,
)
from tests.responders.office import SmallOffice, small_policy

ON_SITE = Order(channel=Channel.WEBSITE)
NOT_PASSED = "all three gates|every seat of every gate|at least two people|publication_review|FOREIGN KEY"
"""Where several locks hold, which of them speaks first is the database's affair."""


@pytest.fixture
def answer(office: SmallOffice, tmp_path: Path) -> Answer:
    return Answer(office, tmp_path / "site")


def must_not_be_public(answer: Answer) -> None:
    """Nothing was released, nothing was put anywhere, and the step is not done."""
    with answer.office.register.reading() as tx:
        assert tx.publications.of_concern("concern-1") == []
    assert not answer.folder.exists()
    assert "publish" not in answer.done()


def try_to_publish(answer: Answer, why: str) -> None:
    with pytest.raises(NotAllowed, match=why):
        answer.publishing.publish(ANSWER, ON_SITE, by=OFFICER)
    must_not_be_public(answer)


def publication(answer: Answer, **changes: object) -> dict[str, object]:
    """A row past the program."""
    found = Publication(
        id="2014-0001:website",
        clarification=ANSWER,
        concern="concern-1",
        text=answer.text.number,
        sha256=answer.text.sha256,
        title=answer.text.title,
        channel=Channel.WEBSITE,
        part=Part.FIRST,
        by=signed(OFFICER, answer.office, Role.OFFICER),
    )
    names = ("id", "clarification", "concern", "text", "sha256")
    row = {name: getattr(found, name) for name in names}
    return row | {"channel": "website", "at": answer.office.clock.now(), "body": found} | changes


def refuse_sql(answer: Answer, statement: Callable[[Transaction], object], why: str) -> None:
    with pytest.raises(IntegrityError, match=why), answer.office.register.transaction() as tx:
        statement(tx)


def insert_publication(answer: Answer, why: str, **changes: object) -> None:
    row = publication(answer, **changes)
    refuse_sql(answer, lambda tx: tx._connection.execute(insert(publications).values(**row)), why)
    must_not_be_public(answer)


def _delete_all(tx: Transaction, table: Table) -> None:
    tx._connection.execute(delete(table))


def test_the_lawful_way_is_open(answer: Answer) -> None:
    answer.pass_gates()
    answer.publishing.publish(ANSWER, ON_SITE, by=OFFICER)
    assert "publish" in answer.done()
    assert "水管已于12时修复。" in (answer.folder / "2014-0001-website.html").read_text("utf-8")


@pytest.mark.parametrize("seat", SEATS)
def test_without_one_seat_of_one_gate(answer: Answer, seat: tuple[Gate, str]) -> None:
    later = [each for each in SEATS if each[0] in seat[0].before or each[0] is seat[0]]
    answer.pass_gates(*(each for each in SEATS if each == seat or each not in later))
    try_to_publish(answer, "还不能发布")
    insert_publication(answer, NOT_PASSED)


def test_with_a_forged_key(answer: Answer) -> None:
    answer.pass_gates()
    with answer.office.register.transaction() as tx:
        with pytest.raises(TypeError, match="asks for all three gates"):
            ReleasableText(object(), tx, clarification_of(tx, ANSWER), answer.text, answer.standing)
        made_without = ReleasableText.__new__(ReleasableText)
        with pytest.raises(NotAllowed, match="重新核对三道关"):
            publish(tx, made_without, ON_SITE, by=signed(OFFICER, answer.office, Role.OFFICER))
    must_not_be_public(answer)


def test_with_a_release_kept_from_another_transaction(answer: Answer) -> None:
    answer.pass_gates()
    with answer.office.register.transaction() as tx:
        kept = release(tx, ANSWER, answer.office.clock.now())
    answer.write("换了一稿。")
    with answer.office.register.transaction() as tx, pytest.raises(NotAllowed, match="不是在这一次办理中取得的"):
        publish(tx, kept, ON_SITE, by=signed(OFFICER, answer.office, Role.OFFICER))
    must_not_be_public(answer)


def test_by_a_row_past_the_program(answer: Answer) -> None:
    insert_publication(answer, NOT_PASSED)
    answer.agree(Gate.CONTENT, "publicity")
    insert_publication(answer, NOT_PASSED)


def test_by_changing_the_hash_of_what_was_said(answer: Answer) -> None:
    answer.pass_gates()
    other = answer.write("另一稿。")
    change = update(gate_records).values(sha256=other.sha256, text=other.number)
    refuse_sql(answer, lambda tx: tx._connection.execute(change), "added and never changed")
    change_text = update(texts).where(texts.c.number == 2).values(sha256=answer.standing_of(1).review.sha256)
    refuse_sql(answer, lambda tx: tx._connection.execute(change_text), "added and never changed")
    try_to_publish(answer, "这一稿还没有送审")


def test_with_the_gates_of_an_older_text(answer: Answer) -> None:
    first = answer.text
    answer.pass_gates()
    answer.write("新稿。")
    try_to_publish(answer, "第 2 版还不能发布：这一稿还没有送审")
    insert_publication(answer, "only the newest text", text=1, sha256=first.sha256)


def test_by_one_person_at_every_seat(office: SmallOffice, tmp_path: Path) -> None:
    office.rules = small_policy(review=ONE_SEAT_EACH)
    answer = Answer(office, tmp_path / "site")
    alone = person("独一", Role.CHECKER, Role.REVIEWER, Role.SIGNER, Role.OFFICER)
    answer.agree(Gate.CONTENT, "only", by=alone)
    answer.agree(Gate.RELEASE, "only", by=alone)
    with pytest.raises(NotAllowed, match="三道关至少由 2 人分别办理"):
        answer.agree(Gate.SIGNATURE, "only", by=alone)
    record = answer.standing.records[0]
    written = replace(record, gate=Gate.SIGNATURE, by=replace(record.by, role=Role.SIGNER))
    with office.register.transaction() as tx:
        tx.reviews.add_record(written)
    insert_publication(answer, "at least two people")
    try_to_publish(answer, "至少由 2 人")


def test_by_a_drafter_who_reviews(answer: Answer) -> None:
    with pytest.raises(NotAllowed, match="沈敬（部门经办）不能审核会签"):
        answer.agree(Gate.CONTENT, "publicity", by=DRAFTER)
    must_not_be_public(answer)


def test_by_a_drafter_in_a_second_role(answer: Answer) -> None:
    for (gate, seat), who in SEATS.items():
        double = person(DRAFTER.name, *Role, bureau=who.bureau)
        if gate is Gate.CONTENT:
            with pytest.raises(NotAllowed, match="沈敬起草过这份回应稿"):
                answer.agree(gate, seat, by=double)
    answer.agree(Gate.CONTENT, "publicity")
    record = replace(answer.standing.records[0], seat="cyberspace", by=signed(DRAFTER, answer.office, Role.CHECKER))
    refuse_sql(answer, lambda tx: tx.reviews.add_record(record), "nobody records about a text of theirs")


def test_by_a_reviewer_who_then_writes_a_version_and_takes_it_back(answer: Answer) -> None:
    answer.pass_gates()
    answer.write("复审人改的一稿。", by=SECOND)
    answer.write("水管已于12时修复。", "给您带来不便，深表歉意。")
    try_to_publish(answer, "罗静川起草过这份回应稿，其意见不算")
    insert_publication(answer, "nobody lets a text of theirs pass")


def test_by_somebody_whose_role_was_taken_away(answer: Answer) -> None:
    answer.pass_gates((Gate.SIGNATURE, "sign"))
    with pytest.raises(NotAllowed, match="程砚北（分管领导）不能签发，可以办的是：签发人"):
        answer.agree(Gate.SIGNATURE, "sign", by=person(SIGNER.name, Role.LEADER))
    record = replace(answer.standing.records[0], gate=Gate.SIGNATURE, seat="sign")
    refuse_sql(answer, lambda tx: tx.reviews.add_record(record), "gate_record_role")
    try_to_publish(answer, "签发“签发”未办")


def test_with_a_text_that_was_exchanged_after_the_signature(answer: Answer) -> None:
    answer.pass_gates()
    swap = update(texts).values(body=replace(answer.text, title="换了题目"))
    refuse_sql(answer, lambda tx: tx._connection.execute(swap), "added and never changed")
    with answer.office.register.reading() as tx:
        kind = tx._connection.dialect.name
    over = "INSERT OR REPLACE" if kind == "sqlite" else "INSERT"
    values = "SELECT clarification, number, sha256, 'nobody', body FROM clarification_text"
    statement = text(f"{over} INTO clarification_text (clarification, number, sha256, author, body) {values}")
    refuse_sql(answer, lambda tx: tx._connection.execute(statement), "this version of the text is there")


def test_with_consent_by_telephone_that_ran_out(answer: Answer) -> None:
    answer.by_telephone(Gate.CONTENT, "publicity")
    for seat in list(SEATS)[1:]:
        answer.agree(*seat)
    assert answer.done() == ["countersign", "review", "sign"]
    answer.office.wait(hours=6, seconds=1)
    try_to_publish(answer, "电话同意逾期未补签，已失效")
    insert_publication(answer, "every seat of every gate")


def test_with_what_was_said_about_another_answer(answer: Answer) -> None:
    answer.pass_gates((Gate.SIGNATURE, "sign"))
    other = replace(answer.standing.records[0], clarification="answer-2", gate=Gate.SIGNATURE, seat="sign")
    refuse_sql(answer, lambda tx: tx.reviews.add_record(other), "record|FOREIGN KEY|gate_record")
    try_to_publish(answer, "签发“签发”未办")


def test_twice_at_once(answer: Answer) -> None:
    answer.pass_gates()
    outcomes: list[str] = []

    def go() -> None:
        try:
            answer.publishing.publish(ANSWER, ON_SITE, by=OFFICER)
        except (NotAllowed, Stale, Unavailable) as refusal:
            outcomes.append(str(refusal))
        else:
            outcomes.append("published")

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("published") == 1
    assert [each for each in outcomes if "不能重复发布" in each] == [each for each in outcomes if each != "published"]
    with answer.office.register.reading() as tx:
        assert len(tx.publications.of_concern("concern-1")) == 1


def test_by_calling_the_adapter_itself(answer: Answer) -> None:
    site = WebsiteFiles(answer.folder, "http://www.example.gov.cn/")
    row = publication(answer)["body"]
    assert isinstance(row, Publication)
    with pytest.raises(NotAllowed, match="不是由三道关取得的"):
        site.put(ReleasableText.__new__(ReleasableText), row)
    must_not_be_public(answer)


def test_by_putting_one_release_in_two_places(answer: Answer) -> None:
    answer.pass_gates()
    site = WebsiteFiles(answer.folder, "http://www.example.gov.cn/")
    row = publication(answer)["body"]
    assert isinstance(row, Publication)
    with answer.office.register.transaction() as tx:
        once = release(tx, ANSWER, answer.office.clock.now())
    site.put(once, row)
    with pytest.raises(NotAllowed, match="已经用过"):
        site.put(once, replace(row, id="elsewhere"))


def test_after_a_refusal(answer: Answer) -> None:
    answer.agree(Gate.CONTENT, "publicity")
    answer.agree(Gate.CONTENT, "cyberspace")
    found = replace(CLEAR, grounds={**CLEAR.grounds, Ground.STATE: Finding.PRESENT})
    answer.agree(Gate.RELEASE, "first", conclusion=Conclusion.REFUSED, release=found, remarks="涉密")
    answer.agree(Gate.RELEASE, "second")
    with pytest.raises(NotAllowed, match="签发之前还要先过：公开审查"):
        answer.agree(Gate.SIGNATURE, "sign")
    try_to_publish(answer, "“初审”：不予公开")
    forged = replace(answer.standing.records[2], passed=True)
    refuse_sql(answer, lambda tx: tx.reviews.add_record(forged), "gate_record_passed")


def test_with_the_whole_text_after_a_partial_release(answer: Answer) -> None:
    answer.write("联系人张某，手机139。", "水管已修复。")
    answer.agree(Gate.CONTENT, "publicity")
    answer.agree(Gate.CONTENT, "cyberspace")
    partly = replace(CLEAR, removed=("联系人张某， 手机139。",))
    for seat in ("first", "second"):
        answer.agree(Gate.RELEASE, seat, conclusion=Conclusion.PARTLY, release=partly, remarks="涉及个人隐私")
    try_to_publish(answer, "部分公开（区分处理）")
    answer.write("水管已修复。")
    answer.agree(Gate.CONTENT, "publicity")
    answer.agree(Gate.CONTENT, "cyberspace")
    for seat in ("first", "second"):
        answer.agree(Gate.RELEASE, seat, conclusion=Conclusion.PARTLY, release=partly, remarks="已删去")
    answer.agree(Gate.SIGNATURE, "sign")
    assert answer.publishing.publish(ANSWER, ON_SITE, by=OFFICER).at


def test_after_a_word_was_taken_back(answer: Answer) -> None:
    answer.pass_gates()
    answer.reviewing.revoke(answer.decision(Gate.RELEASE, "second", remarks="附件未审"), by=SECOND)
    try_to_publish(answer, "“复审”：撤回意见")
    insert_publication(answer, "every seat of every gate")


def test_by_deleting_what_was_said(answer: Answer) -> None:
    answer.pass_gates()
    answer.reviewing.revoke(answer.decision(Gate.RELEASE, "second", remarks="附件未审"), by=SECOND)
    for table in (gate_records, gate_seats, texts):
        refuse_sql(answer, partial(_delete_all, table=table), "added and never changed")
    try_to_publish(answer, "撤回意见")


def test_by_replaying_an_approval(answer: Answer) -> None:
    seen = answer.decision(Gate.CONTENT, "publicity")
    answer.reviewing.decide(seen, by=PUBLICITY)
    answer.write("另一稿。")
    with pytest.raises(NotAllowed, match="看过的那一稿作废"):
        answer.reviewing.decide(seen, by=PUBLICITY)
    answer.agree(Gate.CONTENT, "cyberspace")
    replayed = replace(answer.standing_of(1).records[0], text=2)
    refuse_sql(answer, lambda tx: tx.reviews.add_record(replayed), "a record is about a text that exists")


@pytest.mark.parametrize(
    "almost",
    [
        "水管已于12时修复。 ",
        "水管已于１２时修复。",
        "水管已于12时修复.",
        "水管已于12时修复。\u200b",
        "水管已于12时修復。",
    ],
)
def test_with_a_text_that_only_looks_the_same(answer: Answer, almost: str) -> None:
    answer.pass_gates()
    answer.write(almost, "给您带来不便，深表歉意。")
    try_to_publish(answer, "这一稿还没有送审")


def test_by_moving_a_character_between_title_and_sentences(answer: Answer) -> None:
    answer.pass_gates()
    answer.write("水管已于12时修复。给您带来不便，深表歉意。")
    try_to_publish(answer, "这一稿还没有送审")


def test_by_publishing_before_the_step_is_reached(answer: Answer) -> None:
    answer.pass_gates()
    with answer.office.register.transaction() as tx:
        reopen_steps(tx, PROCEEDING, ("sign",), by=signed(OFFICER, answer.office, Role.OFFICER), reasons="试")
    try_to_publish(answer, "“发布”之前还要先办：签发")


def test_by_one_who_may_not_publish(answer: Answer) -> None:
    answer.pass_gates()
    for other in (DRAFTER, FIRST, SIGNER, CYBERSPACE):
        with pytest.raises(NotAllowed, match="不能发布"):
            answer.publishing.publish(ANSWER, ON_SITE, by=other)
    must_not_be_public(answer)


def test_by_reporting_what_was_never_released(answer: Answer) -> None:
    report = Report(place="政务微博@本市发布", at=answer.office.clock.now())
    with pytest.raises(NotAllowed, match="没有发布记录"):
        answer.publishing.report("2014-0001:microblog", report, by=OFFICER)
    must_not_be_public(answer)


def test_by_reporting_that_it_was_public_before_it_was_released(answer: Answer) -> None:
    answer.pass_gates()
    early = answer.office.clock.now()
    answer.office.wait(minutes=1)
    released = answer.publishing.publish(ANSWER, Order(channel=Channel.MICROBLOG), by=OFFICER)
    with pytest.raises(NotAllowed, match="未过三道关不得发布"):
        answer.publishing.report(released.publication.id, Report(place="@本市发布", at=early), by=OFFICER)
    assert "publish" not in answer.done()


def test_by_an_answer_of_a_matter_that_was_merged_away(answer: Answer) -> None:
    """Its own gates still count for it, and for no answer of the matter it was merged into."""
    answer.pass_gates()
    with answer.office.register.transaction() as tx:
        other = replace(clarification_of(tx, ANSWER), id="answer-2", concern="concern-2")
        tx.clarifications.insert(other)
        tx.clarifications.add_text(replace(answer.text, clarification="answer-2"))
    with pytest.raises(NotAllowed, match="这一稿还没有送审"):
        answer.publishing.publish("answer-2", ON_SITE, by=OFFICER)
    row = {"clarification": "answer-2", "id": "x"}
    insert_publication(answer, NOT_PASSED, **row)


def test_by_emptying_the_chain(answer: Answer) -> None:
    answer.pass_gates((Gate.RELEASE, "first"), (Gate.RELEASE, "second"), (Gate.SIGNATURE, "sign"))
    with answer.office.register.transaction() as tx:
        review = answer.standing.review
        seats = tuple(seat for seat in review.seats if seat.gate is Gate.CONTENT)
        tx.reviews.save(replace(review, seats=seats), review.version)
    try_to_publish(answer, "公开审查（含保密审查）没有席位")
    other = answer.write("只给会签的一稿。")
    short = replace(review, sha256=other.sha256, text=other.number, number="2014-0099", seats=seats)
    with answer.office.register.transaction() as tx:
        tx.reviews.insert(short)
    for seat in seats:
        answer.agree(seat.gate, seat.id)
    insert_publication(answer, "all three gates")


def test_by_moving_a_review_to_another_text(answer: Answer) -> None:
    answer.pass_gates()
    other = answer.write("另一稿。")
    move = update(reviews).values(sha256=other.sha256)
    refuse_sql(answer, lambda tx: tx._connection.execute(move), "stays with its text|FOREIGN KEY|seat_review")
    try_to_publish(answer, "这一稿还没有送审")


def test_while_a_word_is_being_taken_back(answer: Answer, register_url: str) -> None:
    """Whoever is second sees what the first did: never both a word taken back and a publication."""
    answer.pass_gates()
    other = Register(register_url, answer.office.clock)
    back = answer.decision(Gate.RELEASE, "second", remarks="附件未审")
    outcomes: list[str] = []

    def run(move: Callable[[], object], name: str) -> None:
        try:
            move()
        except NotAllowed:
            return
        outcomes.append(name)

    moves: list[tuple[Callable[[], object], str]] = [
        (lambda: answer.reviewing.revoke(back, by=SECOND), "revoked"),
        (lambda: answer.publishing.publish(ANSWER, ON_SITE, by=OFFICER), "published"),
    ]
    threads = [threading.Thread(target=run, args=each) for each in moves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert len(outcomes) == 1


def test_the_steps_say_what_the_gates_say(answer: Answer) -> None:
    answer.pass_gates()
    with answer.office.register.reading() as tx:
        assert [step.id for step in proceeding_of(tx, PROCEEDING).open_steps] == ["publish"]
