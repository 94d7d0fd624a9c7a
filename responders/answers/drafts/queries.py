"""The named queries from which a number in an answer may come: asked again whenever the answer is checked.

A reference is a query's name and what it is asked about, such as `posts@2026-11-21T18:14:00+00:00`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from huiying.clock import BEIJING
from huiying.concern import Concern
from huiying.failures import NotAllowed
from huiying.register.register import Transaction

Ask = Callable[[Transaction, Concern, str], str | None]
"""The answer in words; None where there is none yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """One question to the register that has a number or a moment for an answer."""

    title: str
    ask: Ask


def ask_again(tx: Transaction, concern: Concern, reference: str) -> str:
    """What the query says now; `NotAllowed` where there is no such query, or nothing to say."""
    name, _, about = reference.partition("@")
    query = QUERIES.get(name)
    if query is None:
        raise NotAllowed(f"没有名为“{name}”的查询，可用的是：{'、'.join(QUERIES)}")
    try:
        words = query.ask(tx, concern, about)
    except ValueError:
        raise NotAllowed(f"查询“{query.title}”的截止时刻“{about}”读不懂") from None
    if words is None:
        raise NotAllowed(f"查询“{query.title}”没有结果")
    return words


def references(tx: Transaction, concern: Concern, now: datetime) -> tuple[tuple[str, str], ...]:
    """Every query that says something about this concern now, as reference and words."""
    until = now.astimezone(UTC).replace(second=0, microsecond=0).isoformat()
    bureaus = [task.bureau for task in tx.tasks.of_concern(concern.id)]
    asked = [f"posts@{until}", f"source-kinds@{until}", "first-post", "discovered"]
    asked += [f"task-sent@{bureau}" for bureau in dict.fromkeys(bureaus)]
    found: list[tuple[str, str]] = []
    for reference in asked:
        try:
            found.append((reference, ask_again(tx, concern, reference)))
        except NotAllowed:
            continue
    return tuple(found)


def moment_in_answer(moment: datetime) -> str:
    """A moment as an answer writes it: 11月22日2时14分."""
    local = moment.astimezone(BEIJING)
    return f"{local.month}月{local.day}日{local.hour}时" + (f"{local.minute}分" if local.minute else "")


def _posts(tx: Transaction, concern: Concern, until: str) -> str | None:
    moment = _moment(until)
    posts, _ = tx.posts.counted_until(concern.id, moment)
    return f"截至{moment_in_answer(moment)}，收到相关帖文{posts}条" if posts else None


def _source_kinds(tx: Transaction, concern: Concern, until: str) -> str | None:
    moment = _moment(until)
    _, kinds = tx.posts.counted_until(concern.id, moment)
    return f"截至{moment_in_answer(moment)}，来自{kinds}类信源" if kinds else None


def _first_post(tx: Transaction, concern: Concern, about: str) -> str | None:  # noqa: ARG001 (a given signature)
    span = tx.posts.span_of(concern.id)
    return f"最早的帖文发于{moment_in_answer(span[0])}" if span else None


def _discovered(tx: Transaction, concern: Concern, about: str) -> str | None:  # noqa: ARG001 (a given signature)
    return f"{moment_in_answer(concern.found_at)}发现"


def _task_sent(tx: Transaction, concern: Concern, bureau: str) -> str | None:
    sent = [task.sent_at for task in tx.tasks.of_concern(concern.id) if task.bureau == bureau and task.sent_at]
    return f"{moment_in_answer(max(sent))}交办{bureau}" if sent else None


def _moment(written: str) -> datetime:
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is None:
        raise ValueError(f"{written} has no time zone")
    return moment


QUERIES: Mapping[str, Query] = {
    "posts": Query(title="帖文数", ask=_posts),
    "source-kinds": Query(title="信源类数", ask=_source_kinds),
    "first-post": Query(title="最早帖文时刻", ask=_first_post),
    "discovered": Query(title="发现时刻", ask=_discovered),
    "task-sent": Query(title="交办时刻", ask=_task_sent),
}
"""Every query that a number may rest on."""
