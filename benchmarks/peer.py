"""The same hops written with FastStream and Elasticsearch's bulk helper, with the same judge and gatherer.

Import, judging and gathering each run in a process of their own, as Huiying's roles do, on the same three servers in
the same run: a subscriber takes batches of 1,000 messages, judges them, hands them to `async_bulk` and publishes what
it found; the next one gathers into the register. The library acknowledges after the handler has returned. `--json`
prints one object with `posts_per_s`, `peer_posts_per_s` and `ratio`.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from elasticsearch import AsyncElasticsearch, Elasticsearch
from elasticsearch.helpers import async_bulk
from faststream import FastStream
from faststream.confluent import KafkaBroker
from faststream.message import StreamMessage
from faststream.middlewares import AckPolicy

from benchmarks.end_to_end import ENVIRONMENT, gathered, read_texts, whole_chain
from benchmarks.machine import machine
from benchmarks.stores import Stores, stores_of
from console.wiring import Office
from huiying.bus.bus import Reader
from huiying.intake import Intake
from huiying.messages import Envelope, Message, PostAssessed, PostCollected, enclose, open_envelope
from huiying.policy.policy import default_office
from huiying.post import RawPost, SourceKind
from huiying.settings import read_settings

_BATCH = 1000
_INDEX = "peer-posts"
_PARTS = ("judge", "gather")
_MAPPING = {
    "dynamic": False,
    "properties": {
        "text": {"type": "text"},
        **{name: {"type": "keyword"} for name in ("source", "source_kind", "tone", "bureau", "kind")},
        "duties": {"type": "integer"},
        "at": {"type": "date"},
    },
}


def main() -> None:
    """Measure both and print, or play one part."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data-sets", type=Path, required=True)
    arguments.add_argument("--posts", type=int, default=40_000)
    arguments.add_argument("--rounds", type=int, default=1, help="how often both are run, one after the other")
    arguments.add_argument("--play", choices=(*_PARTS, "import"), help=argparse.SUPPRESS)
    arguments.add_argument("--json", action="store_true")
    asked = arguments.parse_args()
    if asked.play:
        _play(asked.play, asked.data_sets, asked.posts)
        return
    texts = list(islice(read_texts(asked.data_sets), asked.posts))
    roles = {name: ("consume", "--stage", name) for name in ("assessing", "gathering")}
    ours, peers = list[float](), list[float]()
    with stores_of("servers") as stores:
        whole_chain(stores, "warm_up", texts[:4_000], roles)
        for number in range(asked.rounds):
            ours.append(len(texts) / whole_chain(stores, f"ours_{number}", texts, roles)[0])
            peers.append(len(texts) / _peer_chain(stores, f"peer_{number}", asked.data_sets, len(texts)))
    rate, peer = sorted(ours)[len(ours) // 2], sorted(peers)[len(peers) // 2]
    if asked.json:
        figures = {"posts_per_s": round(rate), "peer_posts_per_s": round(peer), "ratio": round(rate / peer, 2)}
        print(json.dumps({"machine": machine(), "posts": len(texts)} | figures, ensure_ascii=False))
        return
    print(machine())
    print(f"{len(texts)} posts from file to concern through three servers, median of {asked.rounds}")
    print(f"  Huiying                  {rate:6.0f} posts/s")
    print(f"  FastStream, async_bulk   {peer:6.0f} posts/s; Huiying is {rate / peer:.2f} × (at least 1.0)")


def _peer_chain(stores: Stores, name: str, data_sets: Path, posts: int) -> float:
    """Seconds from the start of the import to the last post's fate."""
    environment = ENVIRONMENT | stores.for_office(name)
    broker = f"127.0.0.1:{stores.servers['Kafka'].port}"
    admin = AdminClient({"bootstrap.servers": broker})
    topics = [NewTopic(f"{name}.{kind.topic}", 6, 1) for kind in (PostCollected, PostAssessed)]
    for made in admin.create_topics(topics).values():
        made.result()
    _create_index(stores.servers["Elasticsearch"].url)
    peer = {
        "PEER_BROKER": broker,
        "PEER_ELASTICSEARCH": stores.servers["Elasticsearch"].url,
        "PEER_TOPICS": name,
    }
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder:
        office = Office(read_settings(environment, Path(folder)), default_office())
        with office.register.reading():
            pass
        parts = [_begin(part, data_sets, posts, environment | peer) for part in _PARTS]
        try:
            time.sleep(8.0)  # both have loaded the model and joined their groups
            began = time.perf_counter()
            importing = _begin("import", data_sets, posts, environment | peer)
            while importing.poll() is None or gathered(office) + 1 < posts - _rejected(office):
                if any(part.poll() is not None for part in parts) or importing.poll():
                    raise SystemExit("a part of the peer has fallen")
                time.sleep(0.05)
            seconds = time.perf_counter() - began
        finally:
            for part in parts:
                part.terminate()
                part.wait()
        office.close()
    return seconds


def _rejected(office: Office) -> int:
    with office.register.reading() as tx:
        return tx.posts.count_rejections()


def _create_index(url: str) -> None:
    with Elasticsearch(url) as client:
        client.options(ignore_status=404).indices.delete(index=_INDEX)
        client.indices.create(index=_INDEX, mappings=_MAPPING)


def _begin(part: str, data_sets: Path, posts: int, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "benchmarks.peer", "--data-sets", str(data_sets), "--posts", str(posts)]
    return subprocess.Popen([*command, "--play", part], env={**os.environ, **environment})


# The peer's own processes -------------------------------------------------------------------------------------


def _play(part: str, data_sets: Path, posts: int) -> None:
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder:
        environment = {name: value for name, value in os.environ.items() if name.startswith("HUIYING_")}
        office = Office(read_settings(environment, Path(folder)), default_office())
        if part == "import":
            asyncio.run(_import(office, list(islice(read_texts(data_sets), posts))))
        elif part == "judge":
            asyncio.run(_judge(office))
        else:
            asyncio.run(_gather(office))
        office.close()


async def _import(office: Office, texts: Sequence[str]) -> None:
    """The same intake, whose messages the library's producer takes."""
    broker = _broker()
    await broker.start()
    held = _Held()
    intake = Intake(office.register, held, office.clock, office.policy.intake)
    for first in range(0, len(texts), _BATCH):
        intake.take(
            [
                RawPost(source="b", source_kind=SourceKind.SOCIAL, key=str(number), text=text)
                for number, text in enumerate(texts[first : first + _BATCH], first)
            ]
        )
        await broker.publish_batch(*held.taken(), topic=_topic(PostCollected))
    await broker.stop()


async def _judge(office: Office) -> None:
    broker, judge = _broker(), office.judge
    client = AsyncElasticsearch(os.environ["PEER_ELASTICSEARCH"])

    @_subscriber(broker, PostCollected, "judge")
    async def judge_batch(payloads: list[bytes]) -> None:
        posts = [message.post for message in _opened(PostCollected, payloads) if isinstance(message, PostCollected)]
        assessed = judge.assess([post.whole_text for post in posts], [post.source_kind for post in posts])
        found = [PostAssessed(post=post, assessment=each) for post, each in zip(posts, assessed, strict=True)]
        await async_bulk(client, [_document(each) for each in found], chunk_size=_BATCH)
        await broker.publish_batch(*(enclose(each).payload for each in found), topic=_topic(PostAssessed))

    await FastStream(broker).run()


async def _gather(office: Office) -> None:
    broker, gathering = _broker(), office.stage("gathering")

    @_subscriber(broker, PostAssessed, "gather")
    async def gather_batch(payloads: list[bytes]) -> None:
        gathering(_opened(PostAssessed, payloads))

    await FastStream(broker).run()


def _broker() -> KafkaBroker:
    """Messages go through as bytes: reading them is the handler's, as it is a stage's."""
    return KafkaBroker(os.environ["PEER_BROKER"], apply_types=False, decoder=_as_it_came, logger=None)


def _subscriber(broker: KafkaBroker, kind: type[Message], group: str) -> Callable[..., Any]:
    return broker.subscriber(
        _topic(kind),
        group_id=group,
        batch=True,
        max_records=_BATCH,
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.NACK_ON_ERROR,
    )


async def _as_it_came(message: StreamMessage[Any]) -> Any:
    return message.body


def _topic(kind: type[Message]) -> str:
    return f"{os.environ['PEER_TOPICS']}.{kind.topic}"


def _opened(kind: type[Message], payloads: Sequence[bytes]) -> list[Message]:
    return [open_envelope(Envelope(topic=kind.topic, key="", payload=payload)) for payload in payloads]


def _document(judged: PostAssessed) -> dict[str, object]:
    post, assessment = judged.post, judged.assessment
    return {
        "_index": _INDEX,
        "_id": post.id,
        "_op_type": "index",
        "version": post.revision,
        "version_type": "external_gte",
        "text": post.whole_text,
        "source": post.source,
        "source_kind": post.source_kind.value,
        "tone": assessment.tone.value,
        "bureau": assessment.lead or "",
        "kind": assessment.kind.value,
        "duties": [duty.number for duty in assessment.duties],
        "at": post.at.isoformat(),
    }


class _Held:
    """A bus that holds what intake publishes until the library's producer takes it."""

    def __init__(self) -> None:
        self._payloads: list[bytes] = []

    def publish(self, messages: Sequence[Message]) -> None:
        """Hold these."""
        self._payloads += [enclose(message).payload for message in messages]

    def taken(self) -> list[bytes]:
        """Everything held, which is then held no more."""
        payloads, self._payloads = self._payloads, []
        return payloads

    def forward(self, envelopes: Sequence[Envelope]) -> None:
        """Hold these."""
        self._payloads += [envelope.payload for envelope in envelopes]

    def reader(self, group: str, topics: Sequence[str]) -> Reader:
        """Nobody reads from it."""
        raise NotImplementedError

    def lag(self, group: str, topics: Sequence[str]) -> Mapping[str, int]:
        """Nobody reads from it."""
        raise NotImplementedError

    def oldest_unread(self, group: str, topics: Sequence[str]) -> datetime | None:
        """Nobody reads from it."""
        raise NotImplementedError

    def complaints(self) -> Sequence[str]:
        """There is nothing to complain of."""
        return ()

    def close(self) -> None:
        """There is nothing to give back."""


if __name__ == "__main__":
    main()
