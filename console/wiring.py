"""The only place that chooses adapters and puts the parts of the office together."""

import os
import re
import secrets
import socket
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from console.office import LOOPBACK, ConsoleOffice, DemoPerson
from huiying.archive.archive import Archive, PostQuery
from huiying.archive.sqlite import SqliteArchive
from huiying.bus.bus import Bus
from huiying.bus.sqlite import SqliteBus
from huiying.clock import Clock, SystemClock
from huiying.failures import Misconfigured, Unavailable
from huiying.intake import Intake
from huiying.leasing import Lease
from huiying.loop import Loop, LoopSettings
from huiying.policy.access import read_access
from huiying.policy.channels import Channel, channel_url
from huiying.policy.directory import read_bureaus
from huiying.policy.policy import Policy, read_policy
from huiying.policy.review import read_review
from huiying.post import ArchivedPost, Post, SourceKind
from huiying.register.register import Register
from huiying.relay import Relay
from huiying.settings import Settings
from huiying.staff import Staff
from huiying.stage import Stage
from responders.answers.drafting import Drafting
from responders.answers.drafts.openai_compatible import ChatEndpoint
from responders.answers.gate_timers import gate_tick, publication_tick
from responders.answers.helping import Helping
from responders.answers.publishing import Publishing
from responders.answers.reviewing import Reviewing
from responders.channels.opening import open_channels
from responders.handling import Handling
from responders.notices.sending import LEASE as SENDER_LEASE
from responders.notices.sending import Sender
from responders.notices.trying import Trying
from responders.preserving import Preserving
from responders.proceedings.appraising import Appraising
from responders.proceedings.evaluating import Evaluating
from responders.readying import Readying
from responders.shift.circulating import Circulating
from responders.shift.duty_log import DutyLogging
from responders.shift.registering import Registering, Understanding
from responders.shift.retention import RETENTION_SECONDS, Retention
from responders.stages import responder_stages
from responders.tasks.assigning import Assigning
from responders.tasks.deciding import Deciding
from responders.tasks.desk import Desk
from responders.tasks.instructing import Instructing
from responders.tasks.reporting import Reporting
from responders.tasks.supervising import Supervising
from responders.ticking import Ticker
from responders.timers import Timers

# What judges and groups needs numpy and scipy, which take most of a second to import, and not every office has the
# servers: only who asks for them pays.
if TYPE_CHECKING:
    from consumers.judging.evidence import Clues
    from consumers.judging.grounds import Grounds
    from consumers.judging.judge import Judge
    from consumers.judging.rumours import Contrast
    from consumers.training.versions import Versions

log = structlog.get_logger()

_OFFICIAL_TEXTS = 5


def open_bus(settings: Settings) -> Bus:
    """The bus that `HUIYING_BUS` names; no server is asked yet."""
    if settings.bus.startswith("kafka://"):
        from huiying.bus.kafka import KafkaBus  # noqa: PLC0415 - see above

        return KafkaBus(settings.bus, settings.kafka)
    return SqliteBus(_sqlite_path(settings.bus, "HUIYING_BUS", "kafka://主机:9092"))


def open_archive(settings: Settings) -> Archive:
    """The archive that `HUIYING_ARCHIVE` names; no server is asked yet."""
    if settings.archive.startswith(("http://", "https://")):
        from huiying.archive.elastic import ElasticArchive  # noqa: PLC0415 - see above

        return ElasticArchive(settings.archive, settings.elasticsearch)
    return SqliteArchive(_sqlite_path(settings.archive, "HUIYING_ARCHIVE", "https://主机:9200"))


def open_register(settings: Settings, clock: Clock) -> Register:
    """The register that `HUIYING_REGISTER` names; no server is asked yet."""
    if not settings.register.startswith("postgresql+psycopg://"):
        _sqlite_path(settings.register, "HUIYING_REGISTER", "postgresql+psycopg://用户@主机/库")
    return Register(settings.register, clock, password=settings.postgresql_password)


def _sqlite_path(url: str, setting: str, other: str) -> Path:
    scheme, _, path = url.partition(":///")
    if scheme != "sqlite" or not path:
        example = f"sqlite:///var/{setting[8:].lower()}.db"
        raise Misconfigured(f"{setting}：不认识地址“{_without_login(url)}”，应如 {example} 或 {other}")
    return Path(path)


def _without_login(url: str) -> str:
    return re.sub(r"//[^@/]*@", "//…@", url)


def official_texts(archive: Archive, words: str) -> Sequence[ArchivedPost]:
    """The newest official texts of the archive that have these words; none while it is away, and then it is said."""
    try:
        page = archive.search(PostQuery(words=words, source_kind=SourceKind.OFFICIAL), limit=_OFFICIAL_TEXTS)
    except Unavailable as away:
        log.warning("official texts could not be looked for", reason=str(away))
        return ()
    return [hit.archived for hit in page.hits]


class Office:
    """One office: its settings, its policy, its stores, and every part of the chain made from them.

    Parts are made when first asked for, so that a command opens only what it needs.
    """

    def __init__(self, settings: Settings, config: Path, clock: Clock | None = None) -> None:
        self.settings = settings
        self.config = config
        self.clock = clock or SystemClock()
        self.holder = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"

    @cached_property
    def policy(self) -> Policy:
        """Everything in `config/`, checked."""
        return read_policy(self.config, scope=self.settings.scope)

    @cached_property
    def bus(self) -> Bus:
        """The bus."""
        return open_bus(self.settings)

    @cached_property
    def archive(self) -> Archive:
        """The archive, with the directory of who answers in it."""
        archive = open_archive(self.settings)
        try:
            archive.store_directory(self.policy.bureaus, self.policy.duties)
        except Unavailable as away:
            log.warning("the directory of who answers could not be stored", reason=str(away))
        return archive

    @cached_property
    def register(self) -> Register:
        """The register, its schema up to date."""
        return open_register(self.settings, self.clock)

    @property
    def clues(self) -> "Clues":
        """The office's words, by which the judge is trained and measured."""
        from consumers.judging.evidence import Clues  # noqa: PLC0415 - see above

        return Clues(self.policy.bureaus, self.policy.duties, self.policy.lexicon, self.policy.city)

    @cached_property
    def judge(self) -> "Judge":
        """The judge with the model in force (the office's own where it installed one) and the office's words."""
        from consumers.judging.model import SHIPPED  # noqa: PLC0415 - see above

        return self.judge_of(self.versions.installed or SHIPPED)

    def judge_of(self, models: Path) -> "Judge":
        """A judge with the model of a folder and the office's words."""
        from consumers.judging.judge import Judge  # noqa: PLC0415 - see above

        policy = self.policy
        return Judge.load(
            bureaus=policy.bureaus, duties=policy.duties, lexicon=policy.lexicon, city=policy.city, models=models
        )

    @property
    def versions(self) -> "Versions":
        """The versions of the model that this office trained."""
        from consumers.training.versions import Versions  # noqa: PLC0415 - see above

        return Versions(self.settings.data)

    def intake(self) -> Intake:
        """A new run of intake: one file, one request or one crawl."""
        return Intake(self.register, self.bus, self.clock, self.policy.intake)

    def lease(self, name: str) -> Lease:
        """A lease that this process holds under its own name."""
        return Lease(self.register, name, self.holder, self.settings.lease_seconds)

    def stage(self, name: str) -> Stage:
        """A stage of the chain by its name."""
        from consumers.stages import CONSUMER_STAGES, consumer_stage  # noqa: PLC0415 - see above

        if name in CONSUMER_STAGES:
            return consumer_stage(name, self)
        return next(stage for stage in self._responder_stages if stage.name == name)

    @property
    def _readying(self) -> Readying:
        preserving = Preserving(self.register, self.archive.get, self.clock, self.policy.retention.evidence_posts)
        return Readying(self.register, self.policy, preserving, self.clock)

    @cached_property
    def _responder_stages(self) -> tuple[Stage, ...]:
        return responder_stages(self.register, self.policy, self.clock, self.archive.get)

    def loop(self, name: str) -> Loop:
        """The loop around one stage."""
        settings = LoopSettings(batch_size=self.settings.batch)
        return Loop(self.stage(name), self.bus, self.register, settings=settings)

    def relay(self) -> Relay:
        """What publishes for the register."""
        seconds = self.settings.lease_seconds
        return Relay(self.register, self.bus, holder=self.holder, clock=self.clock, lease_seconds=seconds)

    def timers(self) -> Timers:
        """What ticks."""
        return Timers(self.register, self.policy, self.lease("timers"), self.clock, [gate_tick(self.register)])

    def errands(self) -> Ticker:
        """What ticks beside them: it waits for websites and for the archive, and no deadline waits for it."""
        retention = Retention(self.archive, self.policy.retention)
        publications = publication_tick(self.register, self.policy.publishing.links, self.publishing)
        ticks = (publications, (retention.tick, RETENTION_SECONDS))
        return Ticker(ticks, self.lease("errands"), self.clock)

    @property
    def publishing(self) -> Publishing:
        """What makes texts public."""
        channels = open_channels(self.policy.publishing, self.settings.data)
        return Publishing(self.register, self.policy, channels, self.clock)

    def channel_url(self, channel: Channel) -> str | None:
        """The secret address of a channel; None where it is not to be had."""
        return channel_url(channel, os.environ)

    def sender(self) -> Sender:
        """What sends notices."""
        from responders.notices.posting import Courier  # noqa: PLC0415 - see above; apprise takes a second, too

        return Sender(
            self.register,
            self.policy,
            self.lease(SENDER_LEASE),
            self.clock,
            console=self.settings.console_url,
            url_of=self.channel_url,
            messenger=Courier,
        )

    @property
    def staff(self) -> Staff:
        """Who has an account. It needs three files of the policy, and a command need not wait for the others."""
        units = [*(bureau.id for bureau in read_bureaus(self.config)), *read_review(self.config).units]
        return Staff(self.register, read_access(self.config), units, self.clock)

    def console(self, demo_people: Sequence[DemoPerson] = ()) -> ConsoleOffice:
        """The office as the console sees it."""
        from consumers.correcting import Correcting  # noqa: PLC0415 - see above
        from consumers.grouping.likeness import likeness  # noqa: PLC0415 - see above

        assigning = Assigning(self.register, self.policy, self.clock)
        return ConsoleOffice(
            register=self.register,
            archive=self.archive,
            bus=lambda: self.bus,
            clock=self.clock,
            handling=Handling(self.register, self.clock),
            assigning=assigning,
            desk=Desk(self.register, self.clock),
            deciding=Deciding(self.register, assigning, self.clock),
            reporting=Reporting(self.register, self.clock),
            supervising=Supervising(self.register, self.policy.tasks, self.clock),
            instructing=Instructing(self.register, self.clock),
            circulating=Circulating(self.register, self.clock),
            reviewing=Reviewing(self.register, self.policy, self.clock),
            publishing=self.publishing,
            appraising=Appraising(self.register, self.policy, self.clock),
            evaluating=Evaluating(self.register, self.clock),
            correcting=Correcting(self.register, self.policy.gathering, self.clock),
            registering=Registering(self.register, self.policy, self.clock, self._understand),
            duty_logging=DutyLogging(self.register, self.clock),
            readying=self._readying,
            contacts=self.policy.contacts,
            retention=self.policy.retention,
            trying=Trying(self.register, self.policy.channels, self.clock),
            gathering=self.policy.gathering,
            first_answers=self.policy.first_answers,
            answers=self.policy.answers,
            drafting=self.drafting,
            helping=self.helping,
            access=self.policy.access,
            bureaus=self.policy.bureaus,
            units=self.policy.review.units,
            duties=self.policy.duties,
            sources=self.policy.sources,
            intake=self.intake if self.settings.api_token else None,
            api_token=self.settings.api_token,
            explain=self._deciding_words,
            grounds=self._grounds,
            likeness=likeness,
            contrast=self._contrast,
            hosts=(*LOOPBACK, *self.settings.names),
            demo_people=demo_people,
        )

    def _understand(self, concern: str, title: str, text: str, at: datetime) -> Understanding:
        """What the words of a registered matter say."""
        from console.understanding import understanding  # noqa: PLC0415 - see above

        return understanding(lambda: self.judge, self.policy.gathering)(concern, title, text, at)

    @property
    def drafting(self) -> Drafting:
        """What officers and handlers do with the text of an answer."""
        return Drafting(self.register, self.policy, self.archive.get, self.clock)

    @property
    def helping(self) -> Helping:
        """What proposes sentences; a model only where the settings name one."""
        terms, named = self.policy.answers.assistant, self.settings.assistant
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
            search=lambda words: official_texts(self.archive, words),
            endpoint=endpoint,
        )

    def _deciding_words(self, posts: Sequence[ArchivedPost]) -> list[tuple[str, ...]]:
        """For each post, the office's words that decided on its lead, its urgency and its duties."""
        from consumers.judging.why import deciding_words  # noqa: PLC0415 - see above

        return deciding_words(self.judge, [archived.post.whole_text for archived in posts])

    def _grounds(self, archived: ArchivedPost) -> "Grounds":
        """Why the model in force judges a post as it does."""
        from consumers.judging.grounds import grounds_of  # noqa: PLC0415 - see above

        return grounds_of(self.judge, archived.post.whole_text)

    def _contrast(self, posts: Iterable[Post]) -> "Sequence[Contrast]":
        """What posts say otherwise than official texts of the archive."""
        from consumers.judging.rumours import Contrasting  # noqa: PLC0415 - see above

        policy = self.policy
        return Contrasting(self.archive, policy.rumours, policy.city, self.judge.clues.words_in).of_posts(posts)

    def close(self) -> None:
        """Close every store that was opened."""
        for name in ("bus", "archive", "register"):
            if name in self.__dict__:
                self.__dict__[name].close()


def scratch_office(office: Office, folder: Path, clock: Clock) -> Office:
    """An office with the same configuration whose stores are new ones in a folder that is thrown away afterwards."""
    stores = f"sqlite:///{folder.absolute()}"
    settings = replace(
        office.settings,
        data=folder,
        bus=f"{stores}/bus.db",
        archive=f"{stores}/archive.db",
        register=f"{stores}/register.db",
    )
    scratch = Office(settings, office.config, clock)
    scratch.policy, scratch.judge = office.policy, office.judge
    scratch.register = Register(scratch.settings.register, clock, scratch=True)
    return scratch
