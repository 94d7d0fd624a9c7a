"""Twenty thousand posts on their way while everything fails that operators see fail; then everything is counted.

Roles are killed with -9 at random moments, servers stop for half a minute, consumers join and leave, a frozen leader
wakes up beside its successor, Elasticsearch refuses work, and every topic has a message nobody can read.
"""

import http.client
import random
import shutil
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from huiying.failures import Unavailable
from huiying.messages import KINDS, AlertRaised, Envelope, PostCollected
from huiying.post import Fate
from responders.beginning import Beginning
from responders.notifying import Notifying
from responders.preserving import Preserving
from responders.readying import Readying
from responders.tasking import Tasking
from tests.flow.running import CHAIN, Child, Outcome, Place, outcome, write_posts
from tests.services.elasticsearch import Elasticsearch
from tests.services.kafka import Kafka
from tests.services.postgresql import PostgreSQL
from tests.services.proxy import BusyProxy
from tests.services.server import Server, free_port, in_time
from tests.signing_in import sign_in_as

POSTS = 20_000
PARTS = 20
KILLS = {"assessing": 9, "gathering": 9, "respond": 9, "serve": 4, "import": 4}
GUESTS = 3
AWAY_SECONDS = 30.0
BUSY_SECONDS = 10.0
LEASE_SECONDS = 2.0
_PATIENCE_SECONDS = 300.0
_POISON_KEY = "poison"
_COMMANDS = {
    "assessing": ("consume", "--stage", "assessing"),
    "gathering": ("consume", "--stage", "gathering"),
    "respond": ("respond",),
}
_TOLD = {
    "bus": ("消息总线暂时连不上", 200),
    "archive": ("帖文库暂时连不上", 200),
    "register": ("存储暂时不可用", 503),
}
"""What the first page says while a store is away, and its status: without the register there are no rows to show."""

_ENVIRONMENT = {
    "HUIYING_SCOPE": "everywhere",
    "HUIYING_LEASE_SECONDS": f"{LEASE_SECONDS:.0f}",
    "HUIYING_LOG_LEVEL": "error",
    "HUIYING_KAFKA_PARTITIONS": "4",
}


@dataclass
class Stage:
    """Where the play takes place: an office, and the servers that can be taken away from it."""

    place: Place
    servers: dict[str, Server] = field(default_factory=dict)
    proxy: BusyProxy | None = None


@contextmanager
def embedded_stage(folder: Path) -> Iterator[Stage]:
    """One folder; there is no server to take away."""
    yield Stage(place=Place(folder=folder, environment=_ENVIRONMENT))


@contextmanager
def servers_stage(folder: Path) -> Iterator[Stage]:
    """Servers of its own, since they are going to be stopped; Elasticsearch stands behind a proxy."""
    away = Path(tempfile.mkdtemp(prefix="huiying-faults-"))
    away.chmod(0o755)
    with ExitStack() as open_until_the_end:
        kafka = open_until_the_end.enter_context(Kafka(away / "kafka"))
        elasticsearch = open_until_the_end.enter_context(Elasticsearch(away / "elasticsearch"))
        postgresql = open_until_the_end.enter_context(PostgreSQL(away / "postgresql"))
        proxy = open_until_the_end.enter_context(BusyProxy(elasticsearch.port))
        environment = _ENVIRONMENT | {
            "HUIYING_BUS": kafka.url,
            "HUIYING_ARCHIVE": proxy.url,
            "HUIYING_REGISTER": postgresql.url,
        }
        place = Place(folder=folder, environment=environment)
        yield Stage(
            place=place,
            servers={"bus": kafka, "archive": elasticsearch, "register": postgresql},
            proxy=proxy,
        )
    shutil.rmtree(away, ignore_errors=True)


class Player(threading.Thread):
    """Keeps one role running: starts it again whenever it was killed, until the end."""

    def __init__(self, place: Place, role: str, *arguments: str) -> None:
        super().__init__(name=role, daemon=True)
        self.role = role
        self._place = place
        self._arguments = arguments
        self._over = threading.Event()
        self._process: Child | None = None
        self.ended: list[int | None] = []

    def run(self) -> None:
        """Start and start again."""
        while not self._over.is_set():
            self._process = process = self._place.begin(*self._arguments)
            self.ended.append(process.ended())

    def signal(self, number: signal.Signals) -> bool:
        """Send a signal, where there is a process."""
        process = self._process
        return process is not None and process.send(number)

    def finish(self) -> None:
        """Let it stop in order, and do not start it again."""
        self._over.set()
        while self.is_alive():
            self.signal(signal.SIGTERM)
            self.join(0.5)


@dataclass
class Storm:
    """What was done to the office."""

    stage: Stage
    chance: random.Random
    players: list[Player]
    done: Counter[str] = field(default_factory=Counter)
    over: threading.Event = field(default_factory=threading.Event)

    def kill_at_random(self) -> None:
        """Kill each role so many times at random moments."""
        deaths = [role for role, times in KILLS.items() for _ in range(times) if role != "import"]
        self.chance.shuffle(deaths)
        for role in deaths:
            self.over.wait(self.chance.uniform(0.5, 4.0))
            victims = [player for player in self.players if player.role == role]
            while not self.chance.choice(victims).signal(signal.SIGKILL):
                if self.over.wait(0.1):
                    return
            self.done[role] += 1

    def import_part(self, file: Path, *, killed: bool) -> None:
        """Import a file; where it is to be killed, begin it once more, and so where a missing server ended it."""
        if killed:
            process = self.stage.place.begin("import", str(file))
            time.sleep(self.chance.uniform(0.5, 2.0))
            process.end()
            self.done["import"] += 1
        while self.stage.place.finish("import", str(file)) != 0:
            self.done["import begun again"] += 1
            if self.over.wait(1.0):
                return

    def take_away(self, name: str, seen: Callable[[], bool]) -> None:
        """Stop a server for half a minute, and longer where the console is being started and nobody has seen it."""
        server = self.stage.servers[name]
        server.stop()
        time.sleep(AWAY_SECONDS)
        in_time(seen, AWAY_SECONDS)
        server.start()
        self.done[f"{name} away"] += 1

    def refuse_work(self) -> None:
        """Elasticsearch answers bulk requests with 429 for a while."""
        assert self.stage.proxy is not None
        self.stage.proxy.busy.set()
        time.sleep(BUSY_SECONDS)
        self.stage.proxy.busy.clear()
        self.done["refused"] = self.stage.proxy.refused

    def freeze(self, role: str) -> None:
        """Freeze every process of a role in turn beyond its lease; it wakes up beside its successor."""
        for player in [player for player in self.players if player.role == role]:
            if player.signal(signal.SIGSTOP):
                time.sleep(2 * LEASE_SECONDS)
                player.signal(signal.SIGCONT)
                self.done[f"{role} frozen"] += 1

    def join_and_leave(self) -> None:
        """Another consumer joins under load and leaves in order."""
        for _ in range(GUESTS):
            guest = self.stage.place.begin(*_COMMANDS["assessing"])
            time.sleep(self.chance.uniform(3.0, 5.0))
            assert guest.end(signal.SIGTERM) == 0
            self.done["guest"] += 1

    def poison(self) -> None:
        """A message that cannot be read in every topic."""
        office = self.stage.place.office()
        _patiently(
            lambda: office.bus.forward(
                [Envelope(topic=topic, key=_POISON_KEY, payload=b"\xff{not json") for topic in KINDS]
            )
        )
        office.close()
        self.done["poison"] += 1


class Visitor(threading.Thread):
    """Reads the console's first page again and again, and keeps what it answered while something was away."""

    def __init__(self, port: int, signed_in: Mapping[str, str]) -> None:
        super().__init__(daemon=True)
        self._headers = {"Accept": "text/html"} | dict(signed_in)
        self.away: str | None = None
        self.answers: list[tuple[str | None, int, str]] = []
        self._port = port
        self._over = threading.Event()

    def run(self) -> None:
        """Ask twice a second; a console that is being started again gives no answer."""
        while not self._over.wait(0.5):
            away = self.away
            try:
                with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)) as connection:
                    connection.request("GET", "/queue", headers=self._headers)
                    answer = connection.getresponse()
                    page = answer.read().decode()
            except (OSError, http.client.HTTPException):
                continue
            self.answers.append((away if away == self.away else None, answer.status, page))

    def was_told(self, name: str) -> bool:
        """Whether a page said that this is away, while it was."""
        words, expected = _TOLD[name]
        return any(away == name and status == expected and words in page for away, status, page in self.answers)

    def finish(self) -> None:
        """Stop asking."""
        self._over.set()
        self.join()


def _patiently(move: Callable[[], object]) -> None:
    """As an operator would: what a missing server prevents is done again."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            move()
        except Unavailable:
            assert time.monotonic() < deadline
            time.sleep(0.5)
        else:
            return


@contextmanager
def _played(stage: Stage) -> Iterator[tuple[Storm, Visitor]]:
    """Two of each role and one console, with a visitor; all of them end with the block, however it ends."""
    port = free_port()
    players = [Player(stage.place, role, *arguments) for role, arguments in _COMMANDS.items() for _ in range(2)]
    players.append(Player(stage.place, "serve", "serve", "--port", str(port)))
    office = stage.place.office()
    signed_in = sign_in_as(office.register)
    office.close()
    storm, visitor = Storm(stage=stage, chance=random.Random(), players=players), Visitor(port, signed_in)
    for thread in (*players, visitor):
        thread.start()
    try:
        yield storm, visitor
    finally:
        storm.over.set()
        visitor.finish()
        for player in players:
            player.finish()


def _let_it_storm(storm: Storm, visitor: Visitor, files: Sequence[Path]) -> None:
    """Fault after fault, each while its share of the posts is on its way; roles are killed all the time."""
    killing = threading.Thread(target=storm.kill_at_random, daemon=True)
    killing.start()
    storm.poison()
    killed = set(storm.chance.sample(list(files), KILLS["import"]))
    faults = _faults(storm, visitor)
    shares = [files[at :: len(faults)] for at in range(len(faults))]
    for fault, (first, *others) in zip(faults, shares, strict=True):
        storm.import_part(first, killed=first in killed)
        with ThreadPoolExecutor(1) as importing:
            imports = [importing.submit(storm.import_part, file, killed=file in killed) for file in others]
            fault()
        for each in imports:
            each.result()
    killing.join()


def _faults(storm: Storm, visitor: Visitor) -> list[Callable[[], None]]:
    """What is done to the office beside the kills; where there is no server, the rest is done twice."""

    def away(name: str) -> None:
        visitor.away = name
        storm.take_away(name, partial(visitor.was_told, name))
        visitor.away = None

    rest: list[Callable[[], None]] = [
        storm.join_and_leave,
        partial(storm.freeze, "gathering"),
        partial(storm.freeze, "respond"),
    ]
    if storm.stage.proxy is None:
        return rest * 2
    return [*(partial(away, name) for name in storm.stage.servers), storm.refuse_work, *rest]


def _nothing_is_on_its_way(place: Place) -> bool:
    """Every stage has read everything and the outbox is empty; looked at twice, for what was just in hand."""
    office = place.office()
    topics = {stage: [kind.topic for kind in office.stage(stage).reads] for stage in CHAIN}

    def quiet() -> bool:
        with office.register.reading() as tx:
            told = not tx.outbox.anything_unsent()
        return told and not any(sum(office.bus.lag(stage, read).values()) for stage, read in topics.items())

    def quiet_for_a_while() -> bool:
        if not quiet():
            return False
        time.sleep(1.5)
        return quiet()

    try:
        return in_time(quiet_for_a_while, _PATIENCE_SECONDS)
    finally:
        office.close()


def _say_everything_again(place: Place, files: Sequence[Path]) -> None:
    """The same files once more, and every message about a collected post once more."""
    assert place.finish("import", *map(str, files)) == 0
    office = place.office()
    reader = office.bus.reader("again", [PostCollected.topic])
    again: list[Envelope] = []
    while batch := reader.read(1_000, 5.0):
        again += [envelope for envelope in batch if envelope.key != _POISON_KEY]
        reader.acknowledge()
    reader.close()
    assert len({envelope.key for envelope in again}) == POSTS
    for first in range(0, len(again), 1_000):
        office.bus.forward(again[first : first + 1_000])
    with office.register.reading() as tx:
        alerts = tx.alerts.open_alerts()
    office.bus.publish(
        [AlertRaised(alert=each.id, concern=each.concern, source=None, level=each.level.value) for each in alerts]
    )
    office.close()


def _dead_letters(place: Place) -> Counter[tuple[str, str]]:
    office = place.office()
    with office.register.reading() as tx:
        letters = tx.dead_letters.list(limit=1_000)
    office.close()
    return Counter((letter.stage, letter.envelope.topic) for letter in letters)


def _found(place: Place) -> tuple[Outcome, dict[Fate, int]]:
    """What the stores hold, once searches have caught up."""
    office = place.office()
    try:
        with office.register.reading() as tx:
            fates = tx.posts.count_by_fate()
        assert in_time(lambda: len(outcome(office).archived) == sum(fates.values()), 30.0)
        return outcome(office), fates
    finally:
        office.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    "open_stage",
    [embedded_stage, pytest.param(servers_stage, marks=pytest.mark.servers)],
    ids=["embedded", "servers"],
)
def test_nothing_is_lost_and_nothing_is_doubled(
    tmp_path: Path, open_stage: Callable[[Path], AbstractContextManager[Stage]]
) -> None:
    files = write_posts(tmp_path, count=POSTS, parts=PARTS)
    with open_stage(tmp_path / "office") as stage, _played(stage) as (storm, visitor):
        _let_it_storm(storm, visitor, files)
        assert _nothing_is_on_its_way(stage.place)
        calm, fates = _found(stage.place)
        _say_everything_again(stage.place, files)
        assert _nothing_is_on_its_way(stage.place)
        again, fates_again = _found(stage.place)
        dead = _dead_letters(stage.place)

    assert {role: storm.done[role] for role in KILLS} == KILLS
    assert storm.done["gathering frozen"]
    assert storm.done["respond frozen"]
    assert storm.done["guest"] >= GUESTS
    for name in stage.servers:
        assert storm.done[f"{name} away"] == 1
    assert storm.done["refused"] or stage.proxy is None
    assert sum(fates.values()) == POSTS
    assert len(calm.fates) == len(calm.archived) == POSTS
    assert set(calm.archived.values()) == {1}
    counted = Counter(concern for _, concern in calm.fates.values() if concern is not None)
    assert calm.counted == counted
    assert calm.alerts
    assert calm.tasks
    assert len(set(calm.tasks)) == len(calm.tasks)
    assert (again, fates_again) == (calm, fates)
    assert dead == {
        ("assessing", "post-collected"): 1,
        ("gathering", "post-assessed"): 1,
        ("alerting", "concern-changed"): 1,
        **{
            (responder.name, kind.topic): 1
            for responder in (Preserving, Beginning, Tasking, Readying, Notifying)
            for kind in responder.reads
        },
    }
    for name in stage.servers:
        assert {status for away, status, _ in visitor.answers if away == name} <= {200, 503}
        assert visitor.was_told(name), name
