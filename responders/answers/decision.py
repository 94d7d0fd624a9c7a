"""A decision at a gate, as somebody makes it, and what the rules ask of it before it may be written down."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from huiying.clarification import Text
from huiying.failures import NotAllowed
from huiying.gate import CONCLUSIONS, Conclusion, Gate
from huiying.release_review import Finding, Ground, Publicness, ReleaseReview, findings_for
from responders.answers.gates import words_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What somebody says at a seat about exactly the text with this hash, which is the one they have read."""

    clarification: str
    sha256: str
    gate: Gate
    seat: str
    conclusion: Conclusion
    remarks: str = ""
    release: ReleaseReview | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """Everything that was written in it."""
        release = self.release
        return (self.remarks, *(release.removed if release else ()), release.consulted if release else "")


def lets_pass(decision: Decision, text: Text) -> bool:
    """Whether the text may go on by this decision; `NotAllowed` where the decision itself is incomplete.

    部分公开 lets pass only a text in which nothing that was to be taken out stands any more (条例第三十七条).
    """
    if lacking := tuple(_lacking(decision)):
        raise NotAllowed(f"还不能{decision.conclusion.called(decision.gate)}：{'；'.join(lacking)}")
    if decision.conclusion is Conclusion.AGREED:
        return True
    if decision.conclusion is not Conclusion.PARTLY or decision.release is None:
        return False
    words = _plain(words_of(text))
    return not any(_plain(removed) in words for removed in decision.release.removed)


def _lacking(decision: Decision) -> Iterator[str]:
    if decision.conclusion not in CONCLUSIONS[decision.gate]:
        able = "、".join(each.called(decision.gate) for each in CONCLUSIONS[decision.gate])
        yield f"{decision.gate.label}的结论应为以下之一：{able}"
    elif decision.conclusion is not Conclusion.AGREED and not decision.remarks.strip():
        yield "须写明理由或条目"
    if decision.gate is Gate.RELEASE and decision.conclusion is not Conclusion.RETURNED:
        yield from _lacking_of_release(decision.conclusion, decision.release)


def _lacking_of_release(conclusion: Conclusion, release: ReleaseReview | None) -> Iterator[str]:
    if release is None:
        yield "须逐项审查"
        return
    if missing := [ground.label for ground in Ground if ground not in release.grounds]:
        yield f"{len(missing)} 项未选：{'、'.join(missing)}"
    if wrong := [ground.label for ground, found in release.grounds.items() if found not in findings_for(ground)]:
        yield f"{'、'.join(wrong)}没有这种例外（条例第十五条的例外只限商业秘密、个人隐私）"
    bars = [ground.label for ground, found in release.grounds.items() if found.bars]
    if conclusion in (Conclusion.AGREED, Conclusion.PARTLY):
        if bars:
            yield f"{'、'.join(bars)}为“有”或“不确定”，不能公开"
        if release.publicness is Publicness.NONE:
            yield "公开属性为“不予公开”"
    if conclusion is Conclusion.PARTLY and not any(each.strip() for each in release.removed):
        yield "部分公开须写明删去了什么（条例第三十七条）"
    if conclusion is Conclusion.REFUSED and Finding.PRESENT not in release.grounds.values():
        yield "不予公开须选定依据（条例第十四条至第十六条）"
    if conclusion is Conclusion.REFERRED and not release.referred_to.strip():
        yield "须写明报哪个部门确定（条例第十七条）"


def _plain(words: str) -> str:
    return "".join(unicodedata.normalize("NFKC", words).split())
