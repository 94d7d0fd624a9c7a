"""模型: which model judges, how it was let in, and the way back to the one before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse

from console.acting import Acting
from console.admitting import needs
from console.forms import Fields, read_fields
from console.keeping import done
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from consumers.training.versions import Versions
from huiying.audit import Outcome, deed_of
from huiying.correction import Judgement
from huiying.failures import NotAllowed
from huiying.permission import Action

SHIPPED_NAME = "随程序的模型"


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureRow:
    """One part of the exam: what the model before reached and what this one did."""

    name: str
    rows: int
    before: str
    after: str
    change: str
    worse: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelRow:
    """One version; `facts` says with what it was made."""

    name: str
    in_force: bool
    facts: str
    figures: tuple[FigureRow, ...]


def model_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/models`."""
    routes = APIRouter(include_in_schema=False, prefix="/models")
    configures = needs(Action.CONFIGURE)
    versions = Versions(office.data)

    @routes.get("", dependencies=configures)
    def models() -> HTMLResponse:
        with office.register.reading() as tx:
            return pages.html("models.html", rows=view_models(versions), frame=frame(tx, office, "settings"))

    @routes.post("/back", dependencies=configures)
    def back(form: Annotated[Fields, Depends(read_fields)], by: Acting) -> RedirectResponse:
        present, why = (versions.names or ("",))[-1], form["why"].strip()
        if form["present"] != present:
            raise NotAllowed(f"现用的模型刚刚换成了{present or SHIPPED_NAME}，没有退回。请看过再办")
        if not why:
            raise NotAllowed("请写明为什么退回，日后查得到")
        now = versions.back() or SHIPPED_NAME
        with office.register.transaction() as tx:
            note = f"从 {present} 退回到{now}。缘由：{why}"
            tx.audit.add(deed_of(by, Action.CONFIGURE.value, "模型", Outcome.DONE, note=note))
        words = f"已退回到{now}。huiying run 看护的进程几秒内自动换用；单独运行的研判和控制台进程要重新启动"
        return done(office, by, "/models", words)

    return routes


def view_models(versions: Versions) -> list[ModelRow]:
    """Every version that was installed, the one in force first, the program's own last."""
    names = versions.names
    rows = [_row(name, versions.facts_of(name), place == 0) for place, name in enumerate(reversed(names))]
    return [*rows, ModelRow(name=SHIPPED_NAME, in_force=not names, facts="", figures=())]


def _row(name: str, facts: Mapping[str, Any], in_force: bool) -> ModelRow:
    lessons = facts.get("lessons") or {}
    learned = "、".join(f"{Judgement(what).label} {count} 条" for what, count in lessons.items() if count)
    made = f"程序 {facts['program']}，随机种子 {facts['seed']}" if facts else "没有留下怎么来的记录"
    return ModelRow(
        name=name,
        in_force=in_force,
        facts=f"{made}；学了更正：{learned or '没有'}" if facts else made,
        figures=_figures(facts.get("compared") or ()),
    )


def _figures(compared: Sequence[Mapping[str, Any]]) -> tuple[FigureRow, ...]:
    return tuple(
        FigureRow(
            name=str(one["name"]),
            rows=int(one["rows"]),
            before=f"{one['before']:.3f}",
            after=f"{one['after']:.3f}",
            change=f"{one['after'] - one['before']:+.3f}　[{one['low']:+.3f}, {one['high']:+.3f}]",
            worse=bool(one["worse"]),
        )
        for one in compared
    )
