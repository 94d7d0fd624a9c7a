"""Is it alive, is it ready, how is it doing: for supervisors, load balancers and Prometheus."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from console.admitting import anyone
from console.office import ConsoleOffice
from huiying.archive.archive import PostQuery
from huiying.failures import Unavailable


def health_routes(office: ConsoleOffice, collector: Collector) -> APIRouter:
    """`/healthz`, `/readyz`, `/metrics`."""
    routes = APIRouter(tags=["运行"])
    registry = CollectorRegistry()
    registry.register(collector)

    @routes.get("/healthz", dependencies=anyone(), summary="进程是否在运行")
    async def healthz() -> dict[str, str]:
        """进程在运行即返回 ok，不检查存储。"""
        return {"status": "ok"}

    @routes.get("/readyz", dependencies=anyone(), summary="台账与帖文库是否可用")
    def readyz() -> JSONResponse:
        """逐个检查存储；有一个不可用即 503，并说明是哪一个。"""
        state = {"register": _try_register(office), "archive": _try_archive(office)}
        ready = all(words == "ok" for words in state.values())
        return JSONResponse(state, status_code=200 if ready else 503)

    @routes.get("/metrics", dependencies=anyone(), summary="Prometheus 指标", response_class=Response)
    def metrics() -> Response:
        """积压、待发、帖文、预警、事项、信源、死信、租约的当前数；某处存储不可用时说明，并略去它的数。"""
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
