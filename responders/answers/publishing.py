"""Publishing: a text that passed its gates is released for a channel, put there, followed up, and taken back.

Releasing is a row that the database refuses without all gates; being put there is a further row. A machine puts it
there at once, and again by a timer where the place could not be reached; a person reports where no machine can.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from huiying.clarification import ClarificationState
from huiying.clock import Clock
from huiying.failures import NotAllowed, Unavailable
from huiying.permission import Action, must_may
from huiying.person import SYSTEM, Person, Signed
from huiying.policy.publishing import PublishingRules
from huiying.proceeding import Proceeding
from huiying.publication import Channel, Delivery, Part, Publication, Published, Withdrawal
from huiying.register.register import Register, Transaction
from responders.answers.answer import clarification_of, tell
from responders.answers.gates import newest_text
from responders.answers.ordering import Order, publish
from responders.answers.releasing import release
from responders.answers.unclassified import must_be_unclassified
from responders.channels.adapter import Adapter
from responders.channels.reported import Report, must_be_appointed, must_be_complete
from responders.proceedings.proceeding import complete_step, proceeding_id, proceeding_of
from responders.rereading import reread_when_stale
from responders.rules import PROCEDURE
from responders.tasks.clocks import step_done


class PublishingOffice(Protocol):
    """The part of the office's policy that publishing needs."""

    @property
    def publishing(self) -> PublishingRules:
        """The ways to the public."""
        ...


class Publishing:
    """What people and timers do with what may be made public."""

    def __init__(
        self, register: Register, rules: PublishingOffice, adapters: Mapping[Channel, Adapter], clock: Clock
    ) -> None:
        self._register = register
        self._rules = rules
        self._adapters = adapters
        self._clock = clock

    @property
    def rules(self) -> PublishingRules:
        """The ways to the public, for those who show them."""
        return self._rules.publishing

    def publish(self, clarification_id: str, order: Order, *, by: Person) -> Published:
        """发布: release the newest text for a channel, and put it there where a machine can.

        Where the place cannot be reached now the release stands, and a timer tries again.
        """
        signed = must_may(by, Action.PUBLISH, self._clock.now())
        must_be_unclassified(*order.words)
        if order.channel not in self._rules.publishing.channels:
            raise NotAllowed(f"本单位没有启用{order.channel.label}，可用的见 config/publishing.yaml")
        must_be_appointed(order.channel, order.appointment, signed.at)
        publication = reread_when_stale(lambda: self._release(clarification_id, order, signed))
        try:
            self.deliver(publication.id)
        except Unavailable as away:
            self._tell(publication, f"还没有发到{publication.channel.label}，稍后自动再送：{away}")
        return self._published(publication.id)

    def report(self, publication_id: str, report: Report, *, by: Person) -> Published:
        """登记发布: what, where, by which link and when somebody made it public by hand."""
        signed = must_may(by, Action.PUBLISH, self._clock.now())
        must_be_unclassified(report.place, report.link)
        return reread_when_stale(lambda: self._report(publication_id, report, signed))

    def deliver(self, publication_id: str) -> None:
        """Put a released text in its place by machine; its gates are asked once more, for it may be much later.

        `Unavailable` where the place cannot be reached now. Nothing happens where a person has to do it.
        """
        with self._register.transaction() as tx:
            found = _found(tx, publication_id)
            adapter = self._adapters.get(found.publication.channel)
            if adapter is None or found.delivery or found.withdrawal:
                return
            releasable = release(tx, found.publication.clarification, self._clock.now())
            if releasable.text.sha256 != found.publication.sha256:
                raise NotAllowed(f"放行的第 {found.publication.text} 版已改，不再发布；请放行新稿")
        placed = adapter.put(releasable, found.publication)
        signed = must_may(SYSTEM, Action.PUBLISH, self._clock.now())
        delivery = Delivery(
            publication=publication_id,
            place=placed.place,
            link=placed.link,
            at=signed.at,
            by=signed,
            sha256=placed.sha256,
        )
        reread_when_stale(lambda: self._go_public(found.publication, delivery))

    def deliver_waiting(self) -> None:
        """Put everything in its place that is on its way by machine; what can go nowhere any more is told once."""
        with self._register.reading() as tx:
            waiting = [each.publication for each in tx.publications.undelivered() if not each.withdrawal]
        for publication in waiting:
            try:
                self.deliver(publication.id)
            except Unavailable:
                continue
            except NotAllowed as refusal:
                self._tell_once(publication, str(refusal))

    def withdraw(self, publication_id: str, *, reasons: str, by: Person) -> Published:
        """撤下: take a publication back, for stated reasons; that it stood there stays known."""
        signed = must_may(by, Action.PUBLISH, self._clock.now())
        if not reasons.strip():
            raise NotAllowed("撤下须写明理由")
        must_be_unclassified(reasons)
        with self._register.transaction() as tx:
            found = _found(tx, publication_id)
            if not tx.publications.withdraw(
                Withdrawal(publication=publication_id, by=signed, reasons=reasons.strip())
            ):
                raise NotAllowed(f"{found.publication.title}已经从{found.publication.channel.label}撤下")
            clarification = clarification_of(tx, found.publication.clarification)
            tell(tx, clarification, signed.name, f"从{found.publication.channel.label}撤下：{reasons.strip()}")
        adapter = self._adapters.get(found.publication.channel)
        try:
            if adapter and found.delivery:
                adapter.take_back(found, reasons.strip())
        except (Unavailable, NotAllowed) as refusal:
            where = found.publication.channel.label
            self._tell(found.publication, f"撤下已记录，但{where}上还在，请与网站管理方撤下：{refusal}")
        return self._published(publication_id)

    def finish_following(self, clarification_id: str, *, reasons: str, by: Person) -> Proceeding:
        """持续发布办结: nothing more is to be published about this answer, for stated reasons."""
        signed = must_may(by, Action.PUBLISH, self._clock.now())
        must_be_unclassified(reasons)
        if not reasons.strip():
            raise NotAllowed("持续发布办结须写明理由，如“终报已发布”“无后续”")
        with self._register.transaction() as tx:
            tx.reviews.hold(clarification_id)
            clarification = clarification_of(tx, clarification_id)
            text = newest_text(tx, clarification_id)
            public = tx.publications.of_clarification(clarification_id)
            if not any(each.publication.sha256 == text.sha256 and each.at for each in public):
                raise NotAllowed(f"第 {text.number} 版还没有发布，持续发布不能办结")
            id = proceeding_id(clarification.episode, PROCEDURE)
            return complete_step(tx, id, "follow-up", by=signed, reasons=reasons)

    def _release(self, clarification_id: str, order: Order, signed: Signed) -> Publication:
        with self._register.transaction() as tx:
            return publish(tx, release(tx, clarification_id, signed.at), order, by=signed)

    def _report(self, publication_id: str, report: Report, signed: Signed) -> Published:
        with self._register.reading() as tx:
            publication = _found(tx, publication_id).publication
        must_be_complete(publication.channel, report, publication.by.at, signed.at)
        delivery = Delivery(
            publication=publication_id,
            place=report.place.strip(),
            link=report.link.strip() or None,
            at=report.at,
            by=signed,
        )
        if not self._go_public(publication, delivery):
            raise NotAllowed(f"{publication.title}在{publication.channel.label}的发布已登记过")
        return self._published(publication_id)

    def _go_public(self, publication: Publication, delivery: Delivery) -> bool:
        with self._register.transaction() as tx:
            tx.reviews.hold(publication.clarification)
            clarification = clarification_of(tx, publication.clarification)
            if not tx.publications.add_delivery(delivery):
                return False
            id = proceeding_id(clarification.episode, PROCEDURE)
            done = replace(publication.by, at=self._clock.now())
            before = proceeding_of(tx, id)
            # What was on its way when its matter went up in another is public; that one's own answer closes it.
            goes_on = before.joined is None
            if goes_on and before.done_as("publish") is None:
                for clock in (rule.step for rule in before.procedure.clocks if rule.ends_with == "publish"):
                    step_done(tx, clarification.episode, clock, who=done.name, at=done.at)
                complete_step(tx, id, "publish", by=done)
            if goes_on and publication.part is Part.FINAL and proceeding_of(tx, id).done_as("follow-up") is None:
                complete_step(tx, id, "follow-up", by=done, reasons="终报已发布")
            saved = replace(clarification, state=ClarificationState.PUBLISHED)
            link = f"：{delivery.link}" if delivery.link else ""
            tell(tx, saved, delivery.by.name, f"已发布到{delivery.place}{link}")
            tx.clarifications.save(saved, clarification.version)
            return True

    def _published(self, publication_id: str) -> Published:
        with self._register.reading() as tx:
            return _found(tx, publication_id)

    def _tell(self, publication: Publication, what: str) -> None:
        with self._register.transaction() as tx:
            tell(tx, clarification_of(tx, publication.clarification), SYSTEM.name, what)

    def _tell_once(self, publication: Publication, what: str) -> None:
        with self._register.transaction() as tx:
            if tx.tasks.fire_once("publication-stuck", publication.id, publication.by.at):
                clarification = clarification_of(tx, publication.clarification)
                tell(tx, clarification, SYSTEM.name, f"未能发到{publication.channel.label}：{what}")


def _found(tx: Transaction, publication_id: str) -> Published:
    found = tx.publications.get(publication_id)
    if found is None:
        raise NotAllowed(f"没有发布记录 {publication_id}")
    return found
