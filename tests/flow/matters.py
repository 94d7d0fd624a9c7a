"""An office in which a matter goes its whole way, and its people, each of whom does what their role may do."""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from console.office import ConsoleOffice
from console.wiring import Office
from huiying.clarification import ClarificationKind, Evidence, EvidenceKind, Text
from huiying.clock import SetClock
from huiying.concern import Concern
from huiying.finding import Finding, FindingKind, FindingWords
from huiying.gate import Conclusion, Gate
from huiying.person import Role
from huiying.policy.policy import default_office
from huiying.post import RawPost, SourceKind
from huiying.proceeding import Proceeding
from huiying.publication import Channel, Published
from huiying.release_review import Finding as Found
from huiying.release_review import Ground, ReleaseReview
from huiying.settings import read_settings
from huiying.task import DueClock, Task
from responders.answers.decision import Decision
from responders.answers.drafts.editing import tied
from responders.answers.ordering import Order
from responders.proceedings.proceeding import proceeding_id, proceeding_of
from responders.rules import PROCEDURE
from tests.builders import person
from tests.flow.running import drain

EVENING = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
"""Eight in the evening in Beijing."""

OFFICER = person("高远")
HANDLER = person("沈敬", Role.HANDLER, bureau="水务局")
HEAD = person("王正", Role.BUREAU_HEAD, bureau="水务局")
SEATS = (
    (Gate.CONTENT, "publicity", person("宣一", Role.CHECKER, bureau="宣传部")),
    (Gate.CONTENT, "cyberspace", person("网一", Role.CHECKER, bureau="网信办")),
    (Gate.RELEASE, "first", person("许慎言", Role.REVIEWER)),
    (Gate.RELEASE, "second", person("罗静川", Role.REVIEWER)),
    (Gate.SIGNATURE, "sign", person("程砚北", Role.SIGNER)),
)
"""Who sits where in the shipped chain, in its order."""

DANGER = (
    "泉水街道自来水发黄有异味，两位老人喝了以后呕吐住院，请马上派人来",
    "泉水街道自来水发黄，孩子喝了上吐下泻，已经送医院抢救",
    "泉水街道的自来水又黄又臭，好几个邻居喝了中毒住院，求救",
    "泉水街道自来水发黄有铁锈味，有人喝了中毒昏迷，情况紧急",
    "泉水街道家里自来水发黄有异味，孩子中毒呕吐，救命",
    "泉水街道自来水发黄已经一天，全楼停水，老人中毒送医",
    "泉水街道自来水发黄有异味，是不是水源被污染了？有人中毒",
)
"""What people say about one matter that is red."""

RUBBISH = (
    "马栏街道垃圾三天没有清运，楼下全是臭味和苍蝇",
    "马栏街道垃圾堆了三天没人清运，臭味很大，苍蝇到处飞",
    "马栏街道小区垃圾没有清运已经三天，楼下臭味熏人",
    "马栏街道垃圾三天没清运，苍蝇很多，请尽快清运",
    "马栏街道楼下垃圾三天没有人清运，全楼都是臭味",
)
"""Another matter, of another bureau."""

ANSWER = "泉水街道自来水发黄，影响3个小区。管道已冲洗14处，21日22时水质恢复正常。"


class Matters:
    """The shipped office with one channel in use, on this register; its clock stands until told to go on."""

    def __init__(self, register_url: str, folder: Path) -> None:
        config = folder / "config"
        shutil.copytree(default_office(), config)
        channels = config / "channels.yaml"
        title = "title: 企业微信值班群\n"
        channels.write_text(channels.read_text("utf-8").replace(title, f"{title}    enabled: true\n"), "utf-8")
        publishing = config / "publishing.yaml"
        # A link of this machine is not fetched: nothing of the test goes out.
        here = publishing.read_text("utf-8").replace("https://www.example.gov.cn/", "http://127.0.0.1:9/")
        publishing.write_text(here, "utf-8")
        environment = {"HUIYING_SCOPE": "everywhere", "HUIYING_LOG_LEVEL": "error", "HUIYING_REGISTER": register_url}
        self.clock = SetClock(EVENING)
        self.chain = Office(read_settings(environment, folder), config, self.clock)

    @cached_property
    def people(self) -> ConsoleOffice:
        """What people do here, as the console has it."""
        return self.chain.console()

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.clock.set(self.clock.now() + timedelta(**time))

    def arrive(self, *words: str) -> None:
        """Posts come in by the forum and the hotline, and go through every stage."""
        posts = [
            RawPost(
                source="12345热线" if number % 2 else "本地论坛",
                source_kind=SourceKind.HOTLINE if number % 2 else SourceKind.FORUM,
                key=text,
                url=f"https://forum.example/{number}",
                text=text,
                published=self.clock.now() - timedelta(minutes=20 - number),
            )
            for number, text in enumerate(words)
        ]
        assert self.chain.intake().take(posts).new == len(words)
        self.settle()

    def settle(self) -> None:
        """Let every stage, the timers and the errands do what there is to do."""
        drain(self.chain)
        self.chain.timers().tick(self.clock.now())
        self.chain.errands().tick(self.clock.now())
        drain(self.chain)

    def concern(self, of: str) -> Concern:
        """The matter whose title has these words."""
        with self.chain.register.reading() as tx:
            [found] = [each for each in tx.concerns.latest(limit=100) if of in each.title]
        return found

    def proceeding(self, concern: Concern) -> Proceeding:
        """How its present episode stands."""
        with self.chain.register.reading() as tx:
            return proceeding_of(tx, proceeding_id(concern.episode_id, PROCEDURE))

    def tasks(self, concern: Concern) -> Sequence[Task]:
        """Every task about it."""
        with self.chain.register.reading() as tx:
            return tx.tasks.of_concern(concern.id)

    def report(self, task: Task, kind: FindingKind) -> Finding:
        """The handler writes what was found, and the head of the bureau signs it."""
        words = FindingWords(
            facts=ANSWER, measures="已冲洗管道14处。", next_steps="每日公布水质。", responsible="王正"
        )
        written = self.people.reporting.write(task.id, kind, words, by=HANDLER)
        return self.people.reporting.sign(written.id, by=HEAD)

    def draft(self, concern: Concern, finding: Finding) -> str:
        """An answer whose every sentence rests on a finding, handed in for review; its id."""
        drafting = self.people.drafting
        answer = drafting.open(concern.id, ClarificationKind.SITUATION, "水务局", by=HANDLER).id
        text = drafting.write(answer, "关于泉水街道自来水发黄的情况通报", ANSWER, after=0, by=HANDLER)
        return self.hand_in(answer, text, finding)

    def hand_in(self, answer: str, text: Text, finding: Finding) -> str:
        """Tie what is not tied yet, and submit."""
        evidence = Evidence(kind=EvidenceKind.FINDING, reference=finding.id)
        for number, sentence in enumerate(text.sentences, start=1):
            if not sentence.evidence:
                text = self.people.drafting.change(answer, tied(number, evidence), after=text.number, by=HANDLER)
        self.people.drafting.submit(answer, after=text.number, by=HANDLER, note="先发首报")
        return answer

    def texts(self, answer: str) -> list[Text]:
        """Every version of an answer."""
        with self.chain.register.reading() as tx:
            return tx.clarifications.texts(answer)

    def pass_gates(self, answer: str) -> None:
        """Everybody agrees at their seat to the newest version, one after the other."""
        for gate, seat, who in SEATS:
            self.wait(minutes=10)
            decision = Decision(
                clarification=answer,
                sha256=self.texts(answer)[-1].sha256,
                gate=gate,
                seat=seat,
                conclusion=Conclusion.AGREED,
                release=ReleaseReview(grounds=dict.fromkeys(Ground, Found.NONE)) if gate is Gate.RELEASE else None,
            )
            self.people.reviewing.decide(decision, by=who)

    def publish(self, answer: str) -> Published:
        """Put it on the website."""
        return self.people.publishing.publish(answer, Order(channel=Channel.WEBSITE), by=OFFICER)


def outward(clocks: Sequence[DueClock]) -> dict[str, datetime | None]:
    """When each outward clock of these runs out."""
    return {clock.step: clock.due_at for clock in clocks if clock.outward}
