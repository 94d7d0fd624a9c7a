"""The words of the papers: a matter, its sources, its deadlines, each as a line that somebody can check."""

from collections.abc import Sequence
from datetime import datetime

from huiying.alert import Alert
from huiying.clock import BEIJING
from huiying.concern import Concern
from huiying.contacts import Contact
from huiying.finding import Finding
from huiying.paper import BLANK
from huiying.task import DueClock
from responders.heat import KIND_WORDS

_REASONS = 3


def in_one_sentence(concern: Concern) -> str:
    """What the matter is, as it came to the office; nothing as a fact that is only said."""
    if concern.registered is None:
        return f"{moment(concern.first_post_at)}起，有反映称“{concern.title}”"
    came = concern.registered
    where = f"（{came.where}）" if came.where else ""
    when = f"{moment(came.occurred_at)}发生，" if came.occurred_at else ""
    return (
        f"{when}{moment(came.known_at)}由{came.from_whom}{came.origin.label}获知：{concern.title}{where}\n{came.what}"
    )


def because(alert: Alert) -> str:
    """Why the alert stands at its level: the weightiest reasons."""
    weighty = [reason.text for reason in alert.reasons if reason.points or reason.part == "by-hand"]
    return "；".join(weighty[:_REASONS])


def sources(concern: Concern) -> str:
    """How many posts from what kinds of sources."""
    if not concern.posts:
        return "手工登记，尚无网上帖文"
    kinds = "、".join(f"{KIND_WORDS[kind]}{count}条" for kind, count in sorted(concern.sources.items()))
    return f"共{concern.posts}条，去重后{concern.distinct_posts}条（{kinds}）"


def verified(findings: Sequence[Finding]) -> str:
    """Whether a bureau has said what is so; only what its head signed counts."""
    signed = [finding for finding in findings if finding.signed]
    if not signed:
        return "未核实：以上为反映的内容，责任单位尚未反馈"
    return "；".join(f"责任单位已反馈（{each.kind.label}）：{each.facts}" for each in signed)


def clock_words(clock: DueClock) -> str:
    """A deadline with its calculation and basis."""
    due = f"{moment(clock.due_at)}前" if clock.due_at else "及时"
    mark = "，本单位自定" if clock.mark == "U" else ""
    kind = "对外" if clock.outward else "对内"
    provisional = "（暂定）" if clock.provisional else ""
    return f"{clock.title}（{kind}{mark}）：{due}{provisional}。{clock.calculation}。依据：{clock.basis}"


def contact_words(contact: Contact) -> str:
    """Whom to call; blanks where the office has not filled them in."""
    return f"{contact.unit}{contact.post}　{contact.first.name or BLANK}　{contact.first.phone or BLANK}"


def moment(at: datetime) -> str:
    """A moment on paper, in Beijing time."""
    local = at.astimezone(BEIJING)
    return f"{local.year}年{local.month}月{local.day}日{local:%H:%M}"
