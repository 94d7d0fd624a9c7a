"""Releasing: the one way to a text that may be made public. Whoever holds a `ReleasableText` need not ask again.

Three locks hold, each by itself: this type, the transaction in which it is made, and the triggers of the database.
"""

from datetime import datetime

from huiying.clarification import Clarification, Text
from huiying.failures import NotAllowed
from huiying.register.register import Transaction
from huiying.review import Standing
from responders.answers.answer import clarification_of
from responders.answers.gates import authors_of, newest_text, words_of
from responders.answers.unclassified import must_be_unclassified

_KEY = object()


class ReleasableText:
    """The newest text of a clarification, all of whose gates were passed when it was made; made by `release` alone.

    It belongs to the transaction that it was made in, and an adapter may use it once.
    """

    __slots__ = ("_key", "_spent", "_tx", "clarification", "standing", "text")

    def __init__(
        self, key: object, tx: Transaction, clarification: Clarification, text: Text, standing: Standing
    ) -> None:
        if key is not _KEY:
            raise TypeError("a ReleasableText comes from release(), which asks for all three gates")
        self._key, self._tx, self._spent = key, tx, False
        self.clarification, self.text, self.standing = clarification, text, standing

    def must_be_of(self, tx: Transaction) -> None:
        """`NotAllowed` where it was made in another transaction: much may have been said since."""
        if getattr(self, "_key", None) is not _KEY or self._tx is not tx:
            raise NotAllowed("这份放行不是在这一次办理中取得的，请重新核对三道关再发布")

    def spend(self) -> Text:
        """The text, for the adapter that makes it public; once."""
        if getattr(self, "_key", None) is not _KEY or self._spent:
            raise NotAllowed("这份放行已经用过或不是由三道关取得的，请重新核对三道关再发布")
        self._spent = True
        return self.text


def release_missing(tx: Transaction, clarification_id: str, now: datetime) -> tuple[str, ...]:
    """What still stands between the newest text and the public, in words; empty where nothing does."""
    texts = tx.clarifications.texts(clarification_id)
    standing = tx.reviews.of_text(clarification_id, texts[-1].sha256) if texts else None
    return standing.missing(now) if standing else ("这一稿还没有送审",)


def release(tx: Transaction, clarification_id: str, now: datetime) -> ReleasableText:
    """The newest text, if every seat of all three gates lets exactly it pass; `NotAllowed` says what is missing.

    The clarification is held until the transaction ends, so that nothing changes underneath.
    """
    tx.reviews.hold(clarification_id)
    clarification = clarification_of(tx, clarification_id)
    text = newest_text(tx, clarification_id)
    standing = tx.reviews.of_text(clarification_id, text.sha256)
    missing = release_missing(tx, clarification_id, now)
    if standing is None or missing:
        raise NotAllowed(f"第 {text.number} 版还不能发布：{'；'.join(missing)}")
    wrote = authors_of(tx, clarification_id)
    if both := wrote.keys() & standing.people(now):
        names = "、".join(sorted(wrote[person] for person in both))
        raise NotAllowed(f"第 {text.number} 版还不能发布：{names}起草过这份回应稿，其意见不算")
    must_be_unclassified(words_of(text))
    return ReleasableText(_KEY, tx, clarification, text, standing)
