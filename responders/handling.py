"""Handling: a press officer acknowledges, silences or closes an alert.

Each move is one register transaction with its message and its line in the matter's log. Whoever comes second is told
what the first did (`NotAllowed`); a new heat measured meanwhile is no hindrance. Who silences or closes may say how
the alert stood when they decided (`seen`); where it stands otherwise by now, they are told so instead.
"""

from collections.abc import Callable
from datetime import datetime

from huiying.alert import Alert, AlertState, Stand
from huiying.clock import BEIJING, Clock
from huiying.correction import Correction, Judgement
from huiying.failures import NotAllowed
from huiying.messages import AlertChanged
from huiying.permission import Action, must_may
from huiying.person import Person
from huiying.register.register import Register, Transaction
from responders.rereading import reread_when_stale

Move = Callable[[Alert], tuple[Alert, str]]
"""What is done with an alert, and the words for it."""

Label = Callable[[Transaction, Alert], None]
"""What else is written down about the alert as it was."""


class Handling:
    """What a press officer does with alerts."""

    def __init__(self, register: Register, clock: Clock) -> None:
        self._register = register
        self._clock = clock

    def acknowledge(self, alert_id: str, *, by: Person) -> Alert:
        """知悉: every later notice of it stops. `NotAllowed` where it is closed, or somebody did so at this level."""

        def move(alert: Alert) -> tuple[Alert, str]:
            if not alert.needs_acknowledging:
                raise NotAllowed(f"已由{alert.owner}知悉")
            return alert.acknowledged(by=by.name, now=self._clock.now()), f"{by.name}知悉"

        return self._apply(alert_id, by, move)

    def silence(self, alert_id: str, *, until: datetime, reason: str, by: Person, seen: Stand | None = None) -> Alert:
        """静默 until a stated moment, for a stated reason."""

        def move(alert: Alert) -> tuple[Alert, str]:
            _must_stand(alert, seen)
            now = self._clock.now()
            if until <= now:
                raise NotAllowed("静默的截止时刻须在此刻之后")
            if not reason.strip():
                raise NotAllowed("静默须写明原因")
            local = until.astimezone(BEIJING)
            words = f"静默至{local.month}月{local.day}日{local:%H:%M}：{reason.strip()}"
            return alert.silenced(until=until, reason=reason, now=now), words

        return self._apply(alert_id, by, move)

    def close(self, alert_id: str, *, reason: str, by: Person, seen: Stand | None = None) -> Alert:
        """Close it for a stated reason (such as 非预警)."""

        def move(alert: Alert) -> tuple[Alert, str]:
            _must_stand(alert, seen)
            if not reason.strip():
                raise NotAllowed("关闭预警须写明原因")
            return alert.closed(reason=reason, now=self._clock.now()), f"关闭预警：{reason.strip()}"

        return self._apply(alert_id, by, move)

    def dismiss(self, alert_id: str, *, reason: str, by: Person, seen: Stand | None = None) -> Alert:
        """误报: close an alert that should not have been raised; that it should not is kept as a correction."""

        def move(alert: Alert) -> tuple[Alert, str]:
            _must_stand(alert, seen)
            if not reason.strip():
                raise NotAllowed("记为误报须写明原因")
            words = f"误报：{reason.strip()}"
            return alert.closed(reason=words, now=self._clock.now()), f"关闭预警，{words}"

        def label(tx: Transaction, alert: Alert) -> None:
            if alert.concern is None:
                return
            correction = Correction(
                judgement=Judgement.ALERT,
                concern=alert.concern,
                judged=(alert.id, alert.level.value),
                said=("误报",),
                who=by.name,
                at=self._clock.now(),
                note=reason.strip(),
            )
            tx.corrections.add(correction)

        return self._apply(alert_id, by, move, label)

    def _apply(self, alert_id: str, by: Person, move: Move, label: Label = lambda *_: None) -> Alert:
        return reread_when_stale(lambda: self._apply_once(alert_id, by, move, label))

    def _apply_once(self, alert_id: str, by: Person, move: Move, label: Label) -> Alert:
        with self._register.transaction() as tx:
            must_may(by, Action.HANDLE_ALERTS, self._clock.now())
            alert = tx.alerts.get(alert_id)
            if alert is None:
                raise NotAllowed(f"没有预警 {alert_id}")
            if alert.state is AlertState.CLOSED:
                raise NotAllowed(f"这条预警已关闭（{alert.close_reason}），不能再改")
            changed, what = move(alert)
            label(tx, alert)
            saved = tx.alerts.save(changed, alert.version)
            message = AlertChanged(
                alert=saved.id, concern=saved.concern, source=saved.source, level=saved.level.value, what=what
            )
            tx.outbox.add([message])
            if saved.concern:
                tx.concerns.add_doing(saved.concern, by.name, what)
            return saved


def _must_stand(alert: Alert, seen: Stand | None) -> None:
    changes = seen.changes_to(alert.stand) if seen else ""
    if changes:
        raise NotAllowed(f"您看过以后有变化：{changes}。没有办，请看过再按")
