"""Ordering: that a text which passed its gates is to be made public in a place; the row that the database guards."""

from dataclasses import dataclass, field

from huiying.failures import NotAllowed
from huiying.person import Signed
from huiying.publication import Channel, Part, Publication
from huiying.register.register import Transaction
from responders.answers.answer import tell
from responders.answers.releasing import ReleasableText
from responders.channels.reported import Appointment
from responders.proceedings.proceeding import proceeding_id, proceeding_of
from responders.rules import PROCEDURE


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """Where a text is to be made public, and as which part of the answer."""

    channel: Channel
    part: Part = Part.FIRST
    appointment: Appointment = field(default=Appointment())

    @property
    def words(self) -> tuple[str, ...]:
        """Everything that was written in it."""
        return tuple(word for each in self.appointment.questions for word in (each.question, each.answer))


def publish(tx: Transaction, releasable: ReleasableText, order: Order, *, by: Signed) -> Publication:
    """Release a text for a channel. Only a `ReleasableText` of this very transaction is taken; once per channel."""
    releasable.must_be_of(tx)
    clarification, text = releasable.clarification, releasable.text
    _must_be_signed(tx, clarification.episode)
    public = tx.publications.of_clarification(clarification.id)
    for each in public:
        if each.publication.sha256 == text.sha256 and each.publication.channel is order.channel:
            who = each.publication.by.name
            raise NotAllowed(f"第 {text.number} 版已由{who}放行到{order.channel.label}，不能重复发布")
    publication = Publication(
        id=f"{releasable.standing.review.number}:{order.channel.value}",
        clarification=clarification.id,
        concern=clarification.concern,
        text=text.number,
        sha256=text.sha256,
        title=text.title,
        channel=order.channel,
        part=order.part,
        by=by,
        appointed_at=order.appointment.at,
        questions=order.appointment.questions,
    )
    tx.publications.insert(publication)
    tell(tx, clarification, by.name, f"第 {text.number} 版（{order.part.label}）放行到{order.channel.label}")
    return publication


def _must_be_signed(tx: Transaction, episode: str) -> None:
    proceeding = proceeding_of(tx, proceeding_id(episode, PROCEDURE))
    if missing := proceeding.missing_before(proceeding.step("publish")):
        raise NotAllowed(f"“发布”之前还要先办：{'、'.join(step.title for step in missing)}")
