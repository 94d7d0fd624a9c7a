"""Every move that people make in an office, made from its stores, its policy and its clock in one place."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import structlog

from huiying.archive.archive import Archive, PostQuery
from huiying.clock import Clock
from huiying.failures import Unavailable
from huiying.policy.policy import Policy
from huiying.post import ArchivedPost, SourceKind
from huiying.register.register import Register
from huiying.settings import AssistantSettings
from responders.answers.drafting import Drafting
from responders.answers.drafts.openai_compatible import ChatEndpoint
from responders.answers.helping import Helping
from responders.answers.publishing import Publishing
from responders.answers.reviewing import Reviewing
from responders.channels.opening import open_channels
from responders.handling import Handling
from responders.notices.trying import Trying
from responders.personal.answering import Answering
from responders.preserving import Preserving
from responders.proceedings.appraising import Appraising
from responders.proceedings.evaluating import Evaluating
from responders.proceedings.interrupting import Interrupting
from responders.proceedings.stepping import Stepping
from responders.readying import Readying
from responders.scans.keeping import Scanning
from responders.shift.circulating import Circulating
from responders.shift.duty_log import DutyLogging
from responders.shift.registering import Registering, Understand
from responders.tasks.assigning import Assigning
from responders.tasks.deciding import Deciding
from responders.tasks.desk import Desk
from responders.tasks.instructing import Instructing
from responders.tasks.reporting import Reporting
from responders.tasks.supervising import Supervising

log = structlog.get_logger()

_OFFICIAL_TEXTS = 5


@dataclass(frozen=True, kw_only=True)
class Moves:
    """What people may do here; each is made when first asked for.

    `data` is the folder that texts are published into, `understand` what the words of a registered matter say, and
    `assistant` where the model runs that may help with drafts.
    """

    register: Register
    archive: Archive
    policy: Policy
    clock: Clock
    data: Path
    understand: Understand
    assistant: AssistantSettings | None = None

    @cached_property
    def handling(self) -> Handling:
        """What press officers do with alerts."""
        return Handling(self.register, self.clock)

    @cached_property
    def registering(self) -> Registering:
        """What press officers register by hand."""
        return Registering(self.register, self.policy, self.clock, self.understand)

    @cached_property
    def duty_logging(self) -> DutyLogging:
        """What the shift writes down and hands over."""
        return DutyLogging(self.register, self.clock)

    @cached_property
    def readying(self) -> Readying:
        """What makes the papers of a matter ready."""
        preserving = Preserving(self.register, self.archive.get, self.clock, self.policy.retention.evidence_posts)
        return Readying(self.register, self.policy, preserving, self.clock)

    @cached_property
    def trying(self) -> Trying:
        """Trying a channel of notices."""
        return Trying(self.register, self.policy.channels, self.clock)

    @cached_property
    def assigning(self) -> Assigning:
        """What press officers do with leads and tasks."""
        return Assigning(self.register, self.policy, self.clock)

    @cached_property
    def deciding(self) -> Deciding:
        """What the office answers to bureaus."""
        return Deciding(self.register, self.assigning, self.policy, self.clock)

    @cached_property
    def supervising(self) -> Supervising:
        """催办 and 督办."""
        return Supervising(self.register, self.policy.tasks, self.clock)

    @cached_property
    def instructing(self) -> Instructing:
        """批示件."""
        return Instructing(self.register, self.clock)

    @cached_property
    def circulating(self) -> Circulating:
        """What leaders sign for having read."""
        return Circulating(self.register, self.clock)

    @cached_property
    def desk(self) -> Desk:
        """What a bureau does with its tasks."""
        return Desk(self.register, self.clock)

    @cached_property
    def reporting(self) -> Reporting:
        """What a bureau reports."""
        return Reporting(self.register, self.clock)

    @cached_property
    def appraising(self) -> Appraising:
        """What persons decide about a matter that runs."""
        return Appraising(self.register, self.policy, self.clock)

    @cached_property
    def stepping(self) -> Stepping:
        """Further procedures, and steps that are done by filling in their form."""
        return Stepping(self.register, self.policy, self.clock)

    @cached_property
    def interrupting(self) -> Interrupting:
        """What may lawfully stop a clock of a matter."""
        return Interrupting(self.register, self.policy, self.clock)

    @cached_property
    def evaluating(self) -> Evaluating:
        """How a matter was answered, and its filing."""
        return Evaluating(self.register, self.clock)

    @cached_property
    def drafting(self) -> Drafting:
        """What officers and handlers do with the text of an answer."""
        return Drafting(self.register, self.policy, self.archive.get, self.clock)

    @cached_property
    def helping(self) -> Helping:
        """What proposes sentences; a model only where the settings name one."""
        terms, named = self.policy.answers.assistant, self.assistant
        endpoint = None
        if named is not None:
            endpoint = ChatEndpoint(
                url=named.url, model=named.model, key=named.key, seconds=terms.seconds, most_bytes=terms.most_bytes
            )
        return Helping(
            self.register,
            self.policy.answers,
            self.drafting,
            self.clock,
            posts=self.archive.get,
            search=self._official_texts,
            endpoint=endpoint,
        )

    @cached_property
    def reviewing(self) -> Reviewing:
        """What checkers, reviewers and the signer decide at the gates."""
        return Reviewing(self.register, self.policy, self.clock)

    @cached_property
    def scanning(self) -> Scanning:
        """Papers and photos that are put to findings, decisions and registered matters."""
        return Scanning(self.register, self.policy.scans, self.clock)

    @cached_property
    def publishing(self) -> Publishing:
        """What makes texts public."""
        channels = open_channels(self.policy.publishing, self.data)
        return Publishing(self.register, self.policy, channels, self.clock)

    @cached_property
    def answering(self) -> Answering:
        """What the office answers to the public about personal data."""
        return Answering(self.register, self.archive, self.policy, self.clock)

    def _official_texts(self, words: str) -> Sequence[ArchivedPost]:
        """The newest official texts that have these words; none while the archive is away, and then it is said."""
        try:
            query = PostQuery(words=words, source_kind=SourceKind.OFFICIAL)
            page = self.archive.search(query, limit=_OFFICIAL_TEXTS)
        except Unavailable as away:
            log.warning("official texts could not be looked for", reason=str(away))
            return ()
        return [hit.archived for hit in page.hits]
