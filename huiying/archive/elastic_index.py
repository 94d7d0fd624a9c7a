"""An index of the archive in Elasticsearch: made from its template when first used, and used only if it is ours."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from elasticsearch import BadRequestError, NotFoundError

from huiying.archive.elastic_failures import Refusal
from huiying.archive.elastic_server import Server
from huiying.failures import Unavailable, Unusable
from huiying.settings import ElasticsearchSettings

_MARK = "huiying"
_WAIT: dict[str, Any] = {"timeout": "3s", "master_timeout": "3s"}
_PRIORITY = 500


class Index:
    """One index behind one alias: `<prefix>-<name>-000001` behind `<prefix>-<name>`.

    The `_meta` of its mapping says which index of ours it is, and which version of its rules made it.
    May be used from several threads.
    """

    def __init__(
        self, server: Server, name: str, version: int, *, mappings: Mapping[str, Any], settings: Mapping[str, Any]
    ) -> None:
        self.alias = f"{server.prefix}-{name}"
        self._server = server
        self._first = f"{self.alias}-000001"
        self._meta = {_MARK: name, "version": version}
        self._template = {
            "settings": settings,
            "mappings": {"dynamic": False, "_meta": self._meta, **mappings},
        }
        self._usable = False

    @contextmanager
    def used(self) -> Iterator[None]:
        """Ask the index something; it is made where it is missing, and looked at again after a failure."""
        try:
            with self._server.answering():
                if not self._usable:
                    self._prepare()
                    self._usable = True
                yield
        except Unavailable:
            self._usable = False
            raise

    def _prepare(self) -> None:
        """Several processes may do this at once."""
        client = self._server.client
        client.cluster.health(**_WAIT)
        found = self._behind_alias()
        if found is None:
            self._make()
            found = self._behind_alias()
        self._check(found)
        client.cluster.health(index=self.alias, wait_for_status="yellow", **_WAIT)

    def _behind_alias(self) -> Mapping[str, Any] | None:
        try:
            found: Mapping[str, Any] = self._server.client.indices.get(index=self.alias, master_timeout="3s").body
        except NotFoundError as error:
            if Refusal.of(404, error.body.get("error")).kind != "index_not_found_exception":
                raise
            return None
        return found

    def _make(self) -> None:
        indices = self._server.client.indices
        try:
            indices.put_index_template(
                name=self.alias,
                # Narrow, so that the prefix of one office may begin with that of another.
                index_patterns=[f"{self.alias}-0*"],
                priority=_PRIORITY,
                template=self._template,
                master_timeout="3s",
            )
            indices.create(index=self._first, aliases={self.alias: {}}, **_WAIT)
        except BadRequestError as error:
            refusal = Refusal.of(error.meta.status, error.body["error"])
            if refusal.kind == "resource_already_exists_exception":
                return
            raise Unusable(
                f"HUIYING_ELASTICSEARCH_ANALYZER、HUIYING_ELASTICSEARCH_SHARDS、HUIYING_ELASTICSEARCH_REPLICAS："
                f"{self._server.target.address} 的 Elasticsearch 不能按这些设置新建索引 {self._first}："
                f"{refusal.reason}。请改正设置，或给服务器装上所需的插件"
            ) from error

    def _check(self, found: Mapping[str, Any] | None) -> None:
        if found is None:
            raise self._foreign(f"已有索引 {self._first}，它却不在别名 {self.alias} 之后")
        if self.alias in found:
            raise self._foreign(f"{self.alias} 应为别名，现有一个同名的索引")
        if len(found) > 1:
            raise self._foreign(f"别名 {self.alias} 之后不止一个索引：{'、'.join(sorted(found))}")
        ((name, index),) = found.items()
        meta = index["mappings"].get("_meta", {})
        if meta != self._meta:
            is_ours = meta.get(_MARK) == self._meta[_MARK]
            raise self._foreign(
                f"索引 {name} 是本程序另一个版本建的（{meta['version']}，应为 {self._meta['version']}），请用那个版本"
                if is_ours
                else f"索引 {name} 不是本程序建的"
            )

    def _foreign(self, what: str) -> Unusable:
        return Unusable(
            f"HUIYING_ARCHIVE：{self._server.target.address} 上{what}。"
            "请在地址末尾换一个前缀（如 /huiying2），或由管理员移走它"
        )


def index_settings(settings: ElasticsearchSettings, shards: int) -> dict[str, Any]:
    """Settings of an index when it is made.

    The interval is the default, but one that is spelled out keeps an index that nobody has searched for half a
    minute from resting, and so every search within its promised second.
    """
    is_number = settings.replicas.isdigit()
    replicas: dict[str, Any] = (
        {"number_of_replicas": int(settings.replicas)} if is_number else {"auto_expand_replicas": settings.replicas}
    )
    return {"number_of_shards": shards, "refresh_interval": "1s", **replicas}
