"""What falls due at the gates and after them: words by telephone that nobody signed, late gates, links to prove."""

from datetime import datetime, timedelta

from huiying.clock import BEIJING
from huiying.gate import Gate
from huiying.permission import must_may
from huiying.person import SYSTEM
from huiying.policy.publishing import LinkRules
from huiying.publication import Published
from huiying.register.register import Register, Transaction
from huiying.review import GateRecord, Standing
from responders.answers.answer import clarification_of, tell
from responders.answers.gates import settle_steps
from responders.answers.publishing import Publishing
from responders.channels.links import check_link
from responders.ticking import Tick

_LOOK_BACK = timedelta(days=60)
_GATE_SECONDS = 20
_PUBLICATION_SECONDS = 60


def gate_tick(register: Register) -> Tick:
    """What the timers do about gates."""

    def tell_due(now: datetime) -> None:
        tell_lapsed_consents(register, now)
        tell_late_gates(register, now)

    return tell_due, _GATE_SECONDS


def publication_tick(register: Register, rules: LinkRules, publishing: Publishing) -> Tick:
    """What is done again and again about publications. It waits for websites: no deadline may wait with it."""

    def publish_due(now: datetime) -> None:
        publishing.deliver_waiting()
        prove_links(register, rules, now)

    return publish_due, _PUBLICATION_SECONDS


def tell_lapsed_consents(register: Register, now: datetime) -> None:
    """A word by telephone that was not signed in time counts no longer: said once, and its gate stands open again."""
    with register.transaction() as tx:
        for record in tx.reviews.lapsed(now):
            _tell_lapsed(tx, record, now)


def tell_late_gates(register: Register, now: datetime) -> None:
    """Each gate of a newest text that is not passed by its own clock is said once."""
    with register.transaction() as tx:
        for standing in tx.reviews.opened(now - _LOOK_BACK, now):
            for clock in standing.review.clocks:
                if clock.due_at < now and not standing.passed(clock.gate, now):
                    _tell_late(tx, standing, clock.gate, clock.due_at)


def prove_links(register: Register, rules: LinkRules, now: datetime) -> None:
    """Look at every link that nobody has reached yet, again and again until it is reached or the attempts run out."""
    with register.reading() as tx:
        due = [each for each in tx.publications.with_unproved_link() if _is_due(tx, each, rules, now)]
    for each in due:
        _prove(register, each, rules, now)


def _tell_lapsed(tx: Transaction, record: GateRecord, now: datetime) -> None:
    standing = tx.reviews.of_text(record.clarification, record.sha256)
    if standing is None or record.confirm_by is None:
        return
    seat = next(each for each in standing.review.seats if (each.gate, each.id) == (record.gate, record.seat))
    if standing.last(seat) != record or not tx.tasks.fire_once("consent-lapsed", str(record.id), record.confirm_by):
        return
    clarification = clarification_of(tx, record.clarification)
    what = f"{record.by.name}在“{seat.title}”的电话同意逾期未补签，已失效，须重办"
    tell(tx, clarification, SYSTEM.name, what)
    if tx.clarifications.texts(record.clarification)[-1].sha256 == record.sha256:
        settle_steps(tx, clarification, standing, must_may(SYSTEM, record.gate.action, now))


def _tell_late(tx: Transaction, standing: Standing, gate: Gate, due_at: datetime) -> None:
    review = standing.review
    if tx.clarifications.texts(review.clarification)[-1].sha256 != review.sha256:
        return
    if not tx.tasks.fire_once(f"gate-late:{gate.value}", f"{review.number}", due_at):
        return
    local = due_at.astimezone(BEIJING)
    what = f"{gate.label}已超时：应于{local.month}月{local.day}日{local:%H:%M}前办完（本单位自定）"
    tell(tx, clarification_of(tx, review.clarification), SYSTEM.name, what)


def _is_due(tx: Transaction, published: Published, rules: LinkRules, now: datetime) -> bool:
    checks = tx.publications.checks(published.publication.id)
    if not checks:
        return True
    return len(checks) < rules.attempts and checks[-1].at + timedelta(minutes=rules.retry_minutes) <= now


def _prove(register: Register, published: Published, rules: LinkRules, now: datetime) -> None:
    publication, delivery = published.publication, published.delivery
    if delivery is None or delivery.link is None:
        return
    with register.reading() as tx:
        text = tx.clarifications.texts(publication.clarification)[publication.text - 1]
    check, page = check_link(publication.id, delivery.link, text, rules, now)
    with register.transaction() as tx:
        first = not tx.publications.checks(publication.id)
        tx.publications.add_check(check, page)
        if first or check.reached:
            what = f"{publication.channel.label}的链接：{check.what}"
            tell(tx, clarification_of(tx, publication.clarification), SYSTEM.name, what)
