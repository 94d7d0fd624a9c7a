"""Is it alive, is it ready, how is it doing: for supervisors, load balancers and Prometheus."""

from collections.abc import Iterable

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from console.office import ConsoleOffice
from huiying.archive.archive import PostQuery
from huiying.failures import Unavailable
from huiying.register.register import Register


class OfficeCollector(Collector):
    """Counts of the register at the moment of asking; nothing is counted twice in memory."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def collect(self) -> Iterable[Metric]:
        """Gauges in the office's words, labelled."""
        with self._register.reading() as tx:
            fates, levels = tx.posts.count_by_fate(), tx.alerts.counts()
            concerns, newest = tx.concerns.count(), tx.outbox.newest()
            sources = tx.sources.all_health()
        yield _gauge("huiying_posts", "Posts by fate", "fate", {fate.value: count for fate, count in fates.items()})
        yield _gauge(
            "huiying_open_alerts", "Open alerts by level", "level", {level.value: n for level, n in levels.items()}
        )
        yield GaugeMetricFamily("huiying_concerns", "Concerns, merged ones left out", value=concerns)
        yield GaugeMetricFamily("huiying_change_number", "Newest change number of the register", value=newest)
        yield _gauge(
            "huiying_source_failures_in_a_row",
            "Failed runs of a source since its last success",
            "source",
            {name: health.failures_in_a_row for name, health in sources.items()},
        )


def _gauge(name: str, help_text: str, label: str, values: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, help_text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def health_routes(office: ConsoleOffice) -> APIRouter:
    """`/healthz`, `/readyz`, `/metrics`."""
    routes = APIRouter(tags=["运行"])
    registry = CollectorRegistry()
    registry.register(OfficeCollector(office.register))

    @routes.get("/healthz", summary="进程是否在运行")
    def healthz() -> dict[str, str]:
        """进程在运行即返回 ok，不检查存储。"""
        return {"status": "ok"}

    @routes.get("/readyz", summary="台账与帖文库是否可用")
    def readyz() -> JSONResponse:
        """逐个检查存储；有一个不可用即 503，并说明是哪一个。"""
        state = {"register": _try_register(office), "archive": _try_archive(office)}
        ready = all(words == "ok" for words in state.values())
        return JSONResponse(state, status_code=200 if ready else 503)

    @routes.get("/metrics", summary="Prometheus 指标", response_class=Response)
    def metrics() -> Response:
        """帖文、预警、事项、信源的当前数。"""
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return routes


def _try_register(office: ConsoleOffice) -> str:
    try:
        with office.register.reading() as tx:
            tx.outbox.newest()
    except Unavailable as away:
        return str(away)
    return "ok"


def _try_archive(office: ConsoleOffice) -> str:
    try:
        office.archive.search(PostQuery(), limit=1)
    except Unavailable as away:
        return str(away)
    return "ok"
