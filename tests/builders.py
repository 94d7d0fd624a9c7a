"""Builders of whole, valid nouns for tests: a test names only what it is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

from huiying.alert import Alert, Reason
from huiying.clarification import Clarification, ClarificationKind, ClarificationState, Sentence, Text
from huiying.concern import Concern
from huiying.correction import Correction, Judgement
from huiying.finding import Finding, FindingKind
from huiying.level import Level
from huiying.person import Person, Role, Signed
from huiying.post import (
    ArchivedPost,
    Assessment,
    BureauMatch,
    DutyMatch,
    Kind,
    Post,
    SourceKind,
    Tone,
    ToneScores,
)
from huiying.task import DueClock, Task, TaskState

NOON = datetime(2014, 5, 30, 4, 0, tzinfo=UTC)
"""Noon in Beijing on the day of the notice."""


def person(name: str = "李静", *roles: Role, bureau: str | None = None) -> Person:
    """A person of the office with these roles; without any, an officer on duty."""
    id = name if name.isascii() else "p" + "".join(f"{ord(letter):x}" for letter in name)
    return Person(id=id, name=name, roles=frozenset(roles or {Role.OFFICER}), bureau=bureau)


def make_post(id: str = "post-1", **changes: Any) -> Post:
    """A hotline post about a burst pipe, said at noon and collected a minute later."""
    values: dict[str, Any] = {
        "id": id,
        "revision": 1,
        "source": "hotline",
        "source_kind": SourceKind.HOTLINE,
        "url": None,
        "title": "",
        "text": "向阳路幸福小区自来水管爆裂，水漫到路上，三天没人修。",
        "published_at": NOON,
        "collected_at": NOON + timedelta(minutes=1),
        "author_hash": None,
        "original_sha256": "0" * 64,
    }
    return Post(**(values | changes))


def tone_scores(tone: Tone) -> ToneScores:
    """Scores that make this the tone."""
    return ToneScores(**{each.value: 0.8 if each is tone else 0.1 for each in Tone})


def make_assessment(*, tone: Tone = Tone.NEGATIVE, lead: str | None = "水务局", **changes: Any) -> Assessment:
    """A relevant complaint for this lead, with duty 8, ordinary urgency."""
    values: dict[str, Any] = {
        "relevant": True,
        "relevance": 0.95,
        "tone_scores": tone_scores(tone),
        "attention": 0.5,
        "lead": lead,
        "bureaus": (BureauMatch(bureau=lead, score=0.9),) if lead else (),
        "duties": (DutyMatch(number=8, score=0.7),),
        "kind": Kind.COMPLAINT,
        "urgency": 1,
        "fingerprint": 0x0123456789ABCDEF,
        "model": "test",
    }
    return Assessment(**(values | changes))


def make_archived(id: str = "post-1", *, assessment: Assessment | None = None, **changes: Any) -> ArchivedPost:
    """A post as the archive holds it; `changes` are of the post."""
    return ArchivedPost(post=make_post(id, **changes), assessment=assessment or make_assessment())


def make_concern(id: str = "concern-1", **changes: Any) -> Concern:
    """A concern of one post, for 水务局, found a minute after noon."""
    values: dict[str, Any] = {
        "id": id,
        "number": f"2014-{id.rpartition('-')[2]}",
        "title": "向阳路幸福小区自来水管爆裂",
        "keywords": ("自来水管", "爆裂"),
        "first_post_at": NOON,
        "found_at": NOON + timedelta(minutes=1),
        "last_post_at": NOON,
        "episode_began_at": NOON,
        "lead": "水务局",
        "lead_certainty": 0.9,
        "votes": {"水务局": 0.9},
        "duties": {8: 0.7},
        "posts": 1,
        "distinct_posts": 1,
        "tones": {Tone.NEGATIVE: 1},
        "sources": {SourceKind.HOTLINE: 1},
        "urgencies": {1: 1},
        "attention": 0.5,
        "title_post": "post-1",
    }
    return Concern(**(values | changes))


def make_alert(id: str = "concern-1:1", **changes: Any) -> Alert:
    """A yellow alert about concern-1, raised two minutes after noon."""
    raised_at = NOON + timedelta(minutes=2)
    values: dict[str, Any] = {
        "id": id,
        "concern": None if changes.get("source") else id.partition(":")[0],
        "title": "向阳路幸福小区自来水管爆裂",
        "level": Level.YELLOW,
        "heat": 42.0,
        "reasons": (Reason(part="volume", text="一小时 12 条", value=12, points=42.0),),
        "raised_at": raised_at,
        "level_since": raised_at,
        "changed_at": raised_at,
    }
    return Alert(**(values | changes))


def make_clock(**changes: Any) -> DueClock:
    """The 48-hour clock of an answer, started two minutes after noon."""
    starts_at = NOON + timedelta(minutes=2)
    values: dict[str, Any] = {
        "step": "publish",
        "title": "对外回应",
        "starts_at": starts_at,
        "due_at": starts_at + timedelta(hours=48),
        "calculation": "起算后 48 小时",
        "basis": "国办发〔2016〕61号",
        "mark": "O",
        "outward": True,
    }
    return DueClock(**(values | changes))


def make_task(id: str = "concern-1:1:opinion-response:水务局", **changes: Any) -> Task:
    """A task of 水务局 about concern-1, waiting to be sent."""
    values: dict[str, Any] = {
        "id": id,
        "concern": "concern-1",
        "alert": "concern-1:1",
        "procedure": "opinion-response",
        "procedure_version": "1",
        "bureau": "水务局",
        "co_handlers": (),
        "title": "向阳路幸福小区自来水管爆裂",
        "asked": "核查并回应",
        "clocks": (make_clock(),),
        "state": TaskState.WAITING,
        "waits_because": "责任单位不确定",
        "opened_at": NOON + timedelta(minutes=2),
    }
    return Task(**(values | changes))


def make_correction(**changes: Any) -> Correction:
    """An officer says that post-1 is for 城管局 and not for 水务局."""
    values: dict[str, Any] = {
        "judgement": Judgement.LEAD,
        "post": None if changes.get("concern") else "post-1",
        "judged": ("水务局",),
        "said": ("城管局",),
        "model": "test" if not changes.get("concern") else None,
        "who": "高远",
        "at": NOON,
    }
    return Correction(**(values | changes))


def make_signed(
    name: str = "沈敬", role: Role = Role.HANDLER, bureau: str | None = "水务局", **changes: Any
) -> Signed:
    """A handler of 水务局 signs at noon."""
    return Signed(**({"person": name, "name": name, "role": role, "bureau": bureau, "at": NOON} | changes))


def make_finding(id: str = "finding-1", **changes: Any) -> Finding:
    """The first finding of 水务局 about concern-1, signed by its head."""
    values: dict[str, Any] = {
        "id": id,
        "task": "concern-1:1:opinion-response:水务局",
        "concern": "concern-1",
        "bureau": "水务局",
        "kind": FindingKind.FIRST,
        "facts": "30日11时30分，向阳路DN300自来水管爆裂，影响3个小区。",
        "measures": "12时起关闭2处阀门，出动抢修人员20人。",
        "next_steps": "预计当日18时恢复供水。",
        "responsible": "供水管理处处长",
        "written": make_signed(),
        "signed": make_signed("韩立新", Role.BUREAU_HEAD),
    }
    return Finding(**(values | changes))


def make_clarification(id: str = "concern-1:1:situation:水务局:1", **changes: Any) -> Clarification:
    """An answer of 水务局 about concern-1 that is being drafted."""
    values: dict[str, Any] = {
        "id": id,
        "concern": "concern-1",
        "episode": "concern-1:1",
        "bureau": "水务局",
        "kind": ClarificationKind.SITUATION,
        "state": ClarificationState.DRAFTING,
        "opened_at": NOON,
    }
    return Clarification(**(values | changes))


def make_text(*sentences: str, clarification: str = "concern-1:1:situation:水务局:1", **changes: Any) -> Text:
    """The first version of an answer, with these untied sentences."""
    values: dict[str, Any] = {
        "clarification": clarification,
        "number": 1,
        "kind": ClarificationKind.SITUATION,
        "title": "关于向阳路自来水管爆裂的情况通报",
        "sentences": tuple(Sentence(text=sentence) for sentence in sentences),
        "by": make_signed(),
    }
    return Text(**(values | changes))
