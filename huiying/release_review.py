"""What a release review 公开审查（含保密审查） looks for and says (政府信息公开条例第十四至十七条、第三十七条)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Ground(StrEnum):
    """What a release review looks for, each by its clause of 政府信息公开条例 or 保密法."""

    STATE = "state-secret"
    WORK = "work-secret"
    SAFETY = "safety"
    COMMERCIAL = "commercial-secret"
    PRIVACY = "privacy"
    INTERNAL = "internal"
    FORBIDDEN = "forbidden"

    @property
    def label(self) -> str:
        """The office's word."""
        return _GROUNDS[self][0]

    @property
    def clause(self) -> str:
        """Where the rule stands."""
        return _GROUNDS[self][1]


_GROUNDS = {
    Ground.STATE: ("国家秘密", "条例第十四条"),
    Ground.WORK: ("工作秘密", "保密法第六十四条"),
    Ground.SAFETY: ("三安全一稳定（国家安全、公共安全、经济安全、社会稳定）", "条例第十四条"),
    Ground.COMMERCIAL: ("商业秘密", "条例第十五条"),
    Ground.PRIVACY: ("个人隐私", "条例第十五条"),
    Ground.INTERNAL: ("内部事务、过程性信息", "条例第十六条"),
    Ground.FORBIDDEN: ("法律、行政法规禁止公开", "条例第十四条"),
}


class Finding(StrEnum):
    """What a reviewer found about one ground; the last two are the exceptions of 条例第十五条."""

    NONE = "none"
    TREATED = "treated"
    PRESENT = "present"
    UNSURE = "unsure"
    CONSENTED = "consented"
    PUBLIC_INTEREST = "public-interest"

    @property
    def label(self) -> str:
        """The word of the form."""
        return _FINDINGS[self]

    @property
    def bars(self) -> bool:
        """Whether a text may not be released with it."""
        return self in (Finding.PRESENT, Finding.UNSURE)


_FINDINGS = {
    Finding.NONE: "无",
    Finding.TREATED: "有，已处理",
    Finding.PRESENT: "有",
    Finding.UNSURE: "不确定",
    Finding.CONSENTED: "第三方同意",
    Finding.PUBLIC_INTEREST: "重大公共利益",
}

_FIFTEENTH = frozenset({Ground.COMMERCIAL, Ground.PRIVACY})


def findings_for(ground: Ground) -> tuple[Finding, ...]:
    """What may be found about a ground: the two exceptions are those of 条例第十五条 alone."""
    exceptions = (Finding.CONSENTED, Finding.PUBLIC_INTEREST)
    return tuple(each for each in Finding if ground in _FIFTEENTH or each not in exceptions)


class Publicness(StrEnum):
    """公开属性."""

    PROACTIVE = "proactive"
    ON_REQUEST = "on-request"
    NONE = "none"

    @property
    def label(self) -> str:
        """The word of the form."""
        return _PUBLICNESS[self]


_PUBLICNESS = {
    Publicness.PROACTIVE: "主动公开",
    Publicness.ON_REQUEST: "依申请公开",
    Publicness.NONE: "不予公开",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseReview:
    """What a release review says besides its conclusion (the fields of the 公开审查单)."""

    grounds: Mapping[Ground, Finding]
    publicness: Publicness = Publicness.PROACTIVE
    removed: tuple[str, ...] = ()
    consulted: str = ""
    referred_to: str = ""
