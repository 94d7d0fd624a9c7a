"""The only place that chooses adapters and puts the parts of the office together."""

import os
import re
import secrets
import socket
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from console.insight import insight
from console.office import LOOPBACK, ConsoleOffice, DemoPerson
from console.public.office import PublicOffice
from huiying.archive.archive import Archive
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
from huiying.policy.folder import digest_of_folder
from huiying.policy.policy import Policy, read_policy
from huiying.policy.review import read_review
from huiying.register.register import Register
from huiying.relay import Relay
from huiying.settings import Settings
from huiying.staff import Staff
from huiying.stage import Stage
from responders.answers.gate_timers import gate_tick, publication_tick
from responders.notices.sending import LEASE as SENDER_LEASE
from responders.notices.sending import Sender
from responders.personal.answering import FORGETTING_SECONDS
from responders.personal.receiving import Receiving
from responders.shift.registering import Understanding
from responders.shift.retention import RETENTION_SECONDS, Retention
from responders.stages import responder_stages
from responders.ticking import Ticker
from responders.timers import Timers

# What judges and groups needs numpy and scipy, which take most of a second to import, and not every office has the
# servers: only who asks for them pays.
if TYPE_CHECKING:
    from console.provider import Provider
    from consumers.judging.evidence import Clues
    from consumers.judging.judge import Judge
    from consumers.training.versions import Versions

log = structlog.get_logger()


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
        self.config_digest  # noqa: B018 - taken before the files are read: a change in between then counts as unread
        return read_policy(self.config, scope=self.settings.scope)

    @cached_property
    def config_digest(self) -> str:
        """Of `config/` as this process read it."""
        return digest_of_folder(self.config)

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
        moves = self.console()
        publications = publication_tick(self.register, self.policy.publishing.links, moves.publishing)
        forgetting = (moves.answering.forget, FORGETTING_SECONDS)
        ticks = (publications, (retention.tick, RETENTION_SECONDS), forgetting)
        return Ticker(ticks, self.lease("errands"), self.clock)

    def public(self) -> PublicOffice:
        """The office as the public sees it; it opens the register alone."""
        policy, settings = self.policy, self.settings
        policy.public.must_be_reachable()
        files = policy.publishing.website
        return PublicOffice(
            register=self.register,
            receiving=Receiving(self.register, policy, self.clock),
            rules=policy.public,
            retention=policy.retention,
            sources=[source for source in policy.sources if source.enabled],
            model_helps=settings.assistant is not None and policy.answers.assistant.confirmed is not None,
            articles=None if files.endpoint else settings.data / files.folder,
            clock=self.clock,
            hosts=(*LOOPBACK, *settings.public_names),
        )

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

    @cached_property
    def provider(self) -> "Provider | None":
        """The provider of single sign-on that the settings name; `Misconfigured` where nobody could get in at all."""
        access, named = read_access(self.config), self.settings.provider
        if named is not None:
            from console.provider import Provider  # noqa: PLC0415 - see above; it checks signatures

            return Provider(named, access.single_sign_on, self.settings.console_url, self.clock)
        if not access.password.allowed:
            raise Misconfigured(
                f"{self.config / 'access.yaml'}：password.allowed 是 false，又没有设 HUIYING_OIDC_ISSUER，"
                "谁也进不来。请设好单点登录，或改回 true"
            )
        return None

    def console(self, demo_people: Sequence[DemoPerson] = ()) -> ConsoleOffice:
        """The office as the console sees it."""
        return ConsoleOffice(
            register=self.register,
            archive=self.archive,
            policy=self.policy,
            clock=self.clock,
            data=self.settings.data,
            understand=self._understand,
            assistant=self.settings.assistant,
            bus=lambda: self.bus,
            insight=insight(lambda: self.judge, self.archive, self.policy),
            intake=self.intake if self.settings.api_token else None,
            api_token=self.settings.api_token,
            hosts=(*LOOPBACK, *self.settings.names),
            provider=self.provider,
            demo_people=demo_people,
            config=self.config,
            scope=self.settings.scope,
        )

    def _understand(self, concern: str, title: str, text: str, at: datetime) -> Understanding:
        """What the words of a registered matter say."""
        from console.understanding import understanding  # noqa: PLC0415 - see above

        return understanding(lambda: self.judge, self.policy.gathering)(concern, title, text, at)

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
