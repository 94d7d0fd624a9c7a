"""The busy night with everything on it that a page is about: a finding, an answer under review, its papers, a
supervision, an instruction, a request about personal data. All matters and people are made up.
"""

from datetime import timedelta

from huiying.clarification import Clarification, ClarificationKind, Evidence, EvidenceKind
from huiying.config_version import ConfigVersion, Origin
from huiying.finding import FindingKind, FindingWords
from huiying.gate import Conclusion, Gate
from huiying.intake import post_id
from huiying.messages import ConcernChanged, enclose
from huiying.person import Role
from huiying.task import Task
from responders.answers.decision import Decision
from responders.answers.drafts.editing import judged, tied
from responders.personal.receiving import Asked
from responders.preserving import Preserving
from responders.proceedings.proceeding import proceeding_id
from responders.shift.duty_log import Call
from responders.tasks.instructing import Order
from tests.builders import person
from tests.console.night import Night, busy_night
from tests.signing_in import give_account

OFFICER = person("林知夏")
HANDLER = person("沈敬", Role.HANDLER, bureau="水务局")
HEAD = person("韩立新", Role.BUREAU_HEAD, bureau="水务局")
PUBLICITY = person("宣明", Role.CHECKER, bureau="宣传部")
REVIEWER = person("许慎", Role.REVIEWER)
SIGNER = person("程砚北", Role.SIGNER)
LEADER = person("秦昭", Role.LEADER)
SUPERVISOR = person("唐栗", Role.SUPERVISOR)
ADMINISTRATOR = person("罗嘉", Role.ADMINISTRATOR)
AUDITOR = person("俞清", Role.AUDITOR)
PEOPLE = (OFFICER, HANDLER, HEAD, PUBLICITY, REVIEWER, SIGNER, LEADER, SUPERVISOR, ADMINISTRATOR, AUDITOR)

LINK = "https://forum.example/thread/7"
_ANSWER = (
    "11月21日21时40分，华北路管道恢复送水，水流换向，致使泉水街道部分用户水色发黄。",
    "已开排水口14处冲洗管网，3处取样正在化验。",
    "预计4时前恢复正常。",
)


def full_night(night: Night) -> None:
    """Make it so."""
    busy_night(night)
    give_accounts(night)
    _find_out(night, task_of(night, "c-water"))
    _draft(night)
    _follow_up(night)
    _keep_the_log(night)
    _be_asked_about_data(night)
    _have_been_configured(night)
    night.relay()


def give_accounts(night: Night) -> None:
    """An account for everybody."""
    for each in PEOPLE:
        give_account(night.register, each, night.clock)


def _have_been_configured(night: Night) -> None:
    """Two versions of a file, and a message that could not be handled."""
    letter = enclose(ConcernChanged(concern="c-water", concern_version=0))
    with night.register.transaction() as tx:
        tx.dead_letters.add("alerting", letter, "ValueError: too many values", "Traceback (most recent call last)")
        for number, origin in enumerate((Origin.FOUND, Origin.SAVED), 1):
            version = ConfigVersion(
                file="roster.yaml",
                number=number,
                text=f"shifts: []\n# {number}\n",
                origin=origin,
                who=ADMINISTRATOR.id,
                name=ADMINISTRATOR.name,
                what="新增班次“夜班”",
                why="排班会议",
                at=night.clock.now(),
            )
            tx.configuration.add(version)


def task_of(night: Night, concern: str) -> Task:
    """The leading task of a matter."""
    with night.register.reading() as tx:
        return next(task for task in tx.tasks.of_concern(concern) if task.leads)


def answer_of(night: Night, concern: str, kind: ClarificationKind = ClarificationKind.SITUATION) -> Clarification:
    """A matter's answer of this kind."""
    with night.register.reading() as tx:
        return next(each for each in tx.clarifications.of_concern(concern) if each.kind is kind)


def _find_out(night: Night, task: Task) -> None:
    night.appraising.appraise(proceeding_id(task.alert, task.procedure), outcome="public-answer", by=OFFICER)
    night.desk.sign_in(task.id, by=HANDLER)
    words = FindingWords(
        facts=_ANSWER[0], measures=_ANSWER[1], next_steps="4时复检浊度，合格后停止冲洗。", responsible="邹平川"
    )
    finding = night.reporting.write(task.id, FindingKind.FIRST, words, by=HANDLER)
    night.reporting.sign(finding.id, by=HEAD)


def _draft(night: Night) -> None:
    """One answer with its publicity signed for, and one whose sentences are still untied."""
    opened = night.drafting.open("c-water", ClarificationKind.SITUATION, "水务局", by=HANDLER)
    night.drafting.write(opened.id, "关于泉水街道部分用户水色发黄的通报", "".join(_ANSWER), after=0, by=HANDLER)
    with night.register.reading() as tx:
        [finding] = tx.findings.of_task(task_of(night, "c-water").id)
    signed = Evidence(kind=EvidenceKind.FINDING, reference=finding.id)
    night.drafting.change(opened.id, tied(1, signed), after=1, by=HANDLER)
    night.drafting.change(opened.id, tied(2, signed), after=2, by=HANDLER)
    night.drafting.change(opened.id, judged(3, "按供水规程"), after=3, by=HANDLER)
    night.drafting.submit(opened.id, after=4, note="先发已查明的", by=HANDLER)
    with night.register.reading() as tx:
        text = tx.clarifications.texts(opened.id)[-1]
    agreed = Decision(
        clarification=opened.id,
        sha256=text.sha256,
        gate=Gate.CONTENT,
        seat="publicity",
        conclusion=Conclusion.AGREED,
    )
    night.reviewing.decide(agreed, by=PUBLICITY)
    rumour = night.drafting.open("c-water", ClarificationKind.CLARIFYING, "水务局", by=HANDLER)
    night.drafting.write(rumour.id, "关于水源地的澄清", "网传水源地被污染不属实。", after=0, by=HANDLER)


def _follow_up(night: Night) -> None:
    """A paper of supervision, and a leader's word."""
    water = task_of(night, "c-water")
    night.supervising.supervise(water.id, asked="停水是否提前公告", by=SUPERVISOR)
    order = Order(
        text="请水务局查清原因，把停水预告做在前面。",
        bureau="水务局",
        what="报告停水预告何时上线",
        due_at=night.clock.now() + timedelta(hours=30),
    )
    night.instructing.instruct("c-water", order, by=LEADER)


def _keep_the_log(night: Night) -> None:
    """The papers of the matter, kept evidence, a line and a call."""
    Preserving(night.register, night.archive.get, night.clock, 500).keep(["c-water"])
    night.readying.ask_for("c-water", by=OFFICER)
    at = night.ago(20)
    night.duty_logging.note("水务局电话报：华北路换向，冲洗中", at=at, concern="c-water", by=OFFICER)
    call = Call(
        unit="水务局", whom="值班室", number="83650000", said="请到现场", answered=True, at=at, concern="c-water"
    )
    night.duty_logging.record_call(call, by=OFFICER)


def _be_asked_about_data(night: Night) -> None:
    """Somebody asks for their post to be deleted."""
    post = post_id("forum", LINK)
    night.post(post, "c-water", "老周家的水管爆了", source="forum", url=LINK)
    receiving = night.public().receiving
    night.at(1)
    form = receiving.open_form()
    night.at(0)
    receiving.receive(Asked(right="delete", link=LINK, reasons="那是我家", reply="zhou@example.com", form=form))
