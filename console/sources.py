"""信源: where posts come from and how each source fares; silence and failure stand first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from console import wording
from console.admitting import needs
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from console.strips import StateView
from huiying.permission import Action
from huiying.source import Source, SourceHealth

_FAILING = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceRow:
    """One source."""

    name: str
    title: str
    kind: str
    every: str
    last_success: str
    last_new_post: str
    last_error: str
    error_at: str
    posts: int
    state: StateView
    address: str


def source_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/sources`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/sources", dependencies=needs(Action.VIEW_SOURCES))
    def sources() -> HTMLResponse:
        with office.register.reading() as tx:
            rows = view_sources(office, dict(tx.sources.all_health()))
            return pages.html("sources.html", rows=rows, frame=frame(tx, office, "sources"))

    return routes


def view_sources(office: ConsoleOffice, health: dict[str, SourceHealth]) -> tuple[SourceRow, ...]:
    """Every configured source and every other door that posts came through, trouble first."""
    now = office.clock.now()
    configured = {source.name: source for source in office.policy.sources}
    names = [*configured, *(name for name in health if name not in configured)]
    rows = [_row(name, configured.get(name), health.get(name, SourceHealth(source=name)), now) for name in names]
    rank = {"bad": 0, "warn": 1, "": 2, "ok": 2, "ghost": 3}
    return tuple(sorted(rows, key=lambda row: rank[row.state.shape]))


def view_source_state(source: Source | None, health: SourceHealth, now: datetime) -> StateView:
    """Whether a source fails, has gone quiet, or is well."""
    if source is not None and not source.enabled:
        return StateView(words="未启用", shape="ghost")
    if health.failures_in_a_row >= _FAILING:
        return StateView(words=f"连续失败 {health.failures_in_a_row} 次", shape="bad")
    if source and health.last_new_post_at:
        silence = now - health.last_new_post_at
        if silence > timedelta(minutes=source.quiet_after_minutes):
            return StateView(words=f"{wording.age(health.last_new_post_at, now)}无新帖", shape="bad")
    return _last_run(health)


def _last_run(health: SourceHealth) -> StateView:
    if health.failures_in_a_row:
        return StateView(words="刚失败，将重试", shape="warn")
    if health.last_success_at is None:
        return StateView(words="尚未采集")
    if health.last_error_at and health.last_error_at >= health.last_success_at:
        # The last run reached the source and handed on what it could; some of its pages gave nothing.
        return StateView(words="部分页面没取到", shape="warn")
    return StateView(words="正常", shape="ok")


def _every(minutes: float) -> str:
    return f"每 {minutes:g} 分钟" if minutes >= 1 else f"每 {minutes * 60:.0f} 秒"


def _row(name: str, source: Source | None, health: SourceHealth, now: datetime) -> SourceRow:
    def said(moment: datetime | None) -> str:
        return wording.when(moment, now) if moment else "—"

    return SourceRow(
        name=name,
        title=source.title if source else name,
        kind=wording.SOURCE_KINDS[source.kind] if source else "推送或导入",
        every=_every(source.every_minutes) if source else "—",
        last_success=said(health.last_success_at),
        last_new_post=said(health.last_new_post_at),
        last_error=health.last_error or "",
        error_at=said(health.last_error_at),
        posts=health.posts,
        state=view_source_state(source, health, now),
        address=source.url if source else "",
    )
