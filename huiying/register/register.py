"""The register 台账: the office's transactional records, on SQLite or PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as OutOfConnections

from huiying.clock import Clock, SystemClock
from huiying.failures import HuiyingError, Unavailable
from huiying.register.accounts import Accounts
from huiying.register.alerts import Alerts
from huiying.register.audit import Audit
from huiying.register.circulation import Circulation
from huiying.register.clarifications import Clarifications
from huiying.register.concerns import Concerns
from huiying.register.configuration import Configurations
from huiying.register.corrections import Corrections
from huiying.register.database import open_database
from huiying.register.deadletters import DeadLetters
from huiying.register.duty_hours import DutyHours
from huiying.register.duty_log import DutyLog
from huiying.register.evidence import EvidenceKept, Papers
from huiying.register.findings import Findings
from huiying.register.identities import Identities
from huiying.register.instructions import Instructions
from huiying.register.kept_forms import KeptForms
from huiying.register.leases import Leases
from huiying.register.migrating import is_newest, migrate
from huiying.register.notices import Notices
from huiying.register.outbox import Outbox
from huiying.register.overview import Overview
from huiying.register.personal_requests import PersonalRequests
from huiying.register.posts import Posts
from huiying.register.proceedings import Proceedings
from huiying.register.publications import Publications
from huiying.register.reviews import Reviews
from huiying.register.saved_views import SavedViews
from huiying.register.scans import Scans
from huiying.register.sessions import Sessions
from huiying.register.sources import Sources
from huiying.register.supervisions import Supervisions
from huiying.register.tasks import Tasks
from huiying.register.units import Units


class Transaction:
    """Everything one transaction may ask or write. It commits as a whole or not at all."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    @cached_property
    def posts(self) -> Posts:
        """Known posts, fates, rejections."""
        return Posts(self._connection, self._clock)

    @cached_property
    def concerns(self) -> Concerns:
        """Concerns, their quarter hours, members and doings."""
        return Concerns(self._connection, self._clock)

    @cached_property
    def duty_hours(self) -> DutyHours:
        """How many posts touched a duty in each hour."""
        return DutyHours(self._connection)

    @cached_property
    def alerts(self) -> Alerts:
        """Alerts: the queue."""
        return Alerts(self._connection, self._clock)

    @cached_property
    def tasks(self) -> Tasks:
        """Tasks and what falls due."""
        return Tasks(self._connection, self._clock)

    @cached_property
    def proceedings(self) -> Proceedings:
        """How far each matter has come by its procedure."""
        return Proceedings(self._connection)

    @cached_property
    def findings(self) -> Findings:
        """What the bureaus found and did."""
        return Findings(self._connection)

    @cached_property
    def supervisions(self) -> Supervisions:
        """What the office asked bureaus in writing."""
        return Supervisions(self._connection)

    @cached_property
    def instructions(self) -> Instructions:
        """What leaders ordered and answers promised."""
        return Instructions(self._connection)

    @cached_property
    def clarifications(self) -> Clarifications:
        """The public answers and their texts."""
        return Clarifications(self._connection)

    @cached_property
    def reviews(self) -> Reviews:
        """What texts must pass before they are public, and what was said at their gates."""
        return Reviews(self._connection)

    @cached_property
    def scans(self) -> Scans:
        """Papers and photos as files."""
        return Scans(self._connection)

    @cached_property
    def publications(self) -> Publications:
        """What was made public, where, and what was found there."""
        return Publications(self._connection)

    @cached_property
    def notices(self) -> Notices:
        """Who is told of what, by which channel."""
        return Notices(self._connection)

    @cached_property
    def personal_requests(self) -> PersonalRequests:
        """What people ask about their personal data, and which posts they had withheld."""
        return PersonalRequests(self._connection)

    @cached_property
    def duty_log(self) -> DutyLog:
        """What happened on each shift, who was called, what the media asked."""
        return DutyLog(self._connection)

    @cached_property
    def evidence(self) -> EvidenceKept:
        """Posts as they stood when they became part of a matter with an alert."""
        return EvidenceKept(self._connection)

    @cached_property
    def papers(self) -> Papers:
        """The papers of red alerts, ready to sign."""
        return Papers(self._connection)

    @cached_property
    def circulation(self) -> Circulation:
        """Who read which paper."""
        return Circulation(self._connection)

    @cached_property
    def overview(self) -> Overview:
        """What is in hand, by bureau and duty."""
        return Overview(self._connection)

    @cached_property
    def corrections(self) -> Corrections:
        """What people said in place of judgements."""
        return Corrections(self._connection)

    @cached_property
    def sources(self) -> Sources:
        """Health and memory of the sources."""
        return Sources(self._connection, self._clock)

    @cached_property
    def identities(self) -> Identities:
        """Who is known to a provider of single sign-on."""
        return Identities(self._connection)

    @cached_property
    def accounts(self) -> Accounts:
        """Who may sign in."""
        return Accounts(self._connection)

    @cached_property
    def sessions(self) -> Sessions:
        """Who is signed in, and the tokens of programs."""
        return Sessions(self._connection)

    @cached_property
    def saved_views(self) -> SavedViews:
        """The filters that people keep under a name."""
        return SavedViews(self._connection)

    @cached_property
    def configuration(self) -> Configurations:
        """Versions of the files of `config/`, and who runs by which."""
        return Configurations(self._connection, self._clock)

    @cached_property
    def kept_forms(self) -> KeptForms:
        """Forms that are kept for whoever filled them in."""
        return KeptForms(self._connection)

    @cached_property
    def audit(self) -> Audit:
        """What was done."""
        return Audit(self._connection, self._clock)

    @cached_property
    def units(self) -> Units:
        """Which matters are a unit's."""
        return Units(self._connection)

    @cached_property
    def outbox(self) -> Outbox:
        """Messages written together with the rows they tell of."""
        return Outbox(self._connection, self._clock)

    @cached_property
    def dead_letters(self) -> DeadLetters:
        """Messages that could not be handled."""
        return DeadLetters(self._connection, self._clock)

    @cached_property
    def leases(self) -> Leases:
        """Who may do what only one may do."""
        return Leases(self._connection, self._clock)


class Register:
    """Opens transactions on the register's database; the first of them brings its schema up to date.

    Writing transactions are serialised on SQLite by the database itself (`BEGIN IMMEDIATE`). On PostgreSQL they are
    not: each statement sees what was committed before it began, so who reads before it writes locks what it read,
    or names the version that it read. Readers never wait, and see one moment for as long as they read.

    Raises `Unavailable` where the database is away or locked for long, `Unusable` where a person has to mend it.
    A `scratch` register is thrown away afterwards (a replay); it need not outlive a power cut, and is faster for it.
    """

    def __init__(
        self, url: str, clock: Clock | None = None, *, password: str | None = None, scratch: bool = False
    ) -> None:
        self._clock = clock or SystemClock()
        self._database = open_database(url, password, scratch=scratch)
        self._prepared = False

    def prepare(self) -> None:
        """Bring the schema up to date, unless this register has done so; any number of processes may at once."""
        if not self._prepared:
            with self._answering():
                migrate(self._database)
            self._prepared = True

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction that may write; it commits at the end, or rolls back if anything is raised."""
        self.prepare()
        with self._answering(), self._database.engine.begin() as connection:
            yield Transaction(connection, self._clock)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A transaction that only asks; it waits for no writer."""
        self.prepare()
        with self._answering(), self._database.engine.connect() as connection:
            yield Transaction(connection.execution_options(**self._database.reading), self._clock)

    def close(self) -> None:
        """Give the connections back."""
        self._database.engine.dispose()

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except OutOfConnections as error:
            raise Unavailable(f"the register has no connection to spare: {error}") from error
        except DBAPIError as error:
            meaning = self._database.meaning(error) or self._outgrown()
            if meaning is None:
                raise
            raise meaning from error

    def _outgrown(self) -> HuiyingError | None:
        """A newer program may have changed the schema under this one: then that is what is wrong, and no bug."""
        try:
            with self._database.engine.connect() as connection:
                is_newest(connection.execution_options(**self._database.reading))
        except HuiyingError as reason:
            return reason
        except DBAPIError as error:
            return self._database.meaning(error)
        return None
