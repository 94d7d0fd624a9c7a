"""个人信息处理规则: what is collected, where from, on what ground, for how long, and whom to ask.

The words are the template's, every fact is the configuration's.
Basis: 个人信息保护法 第十七条; 网络数据安全管理条例 第二十一条.
"""

from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from console.public.office import PublicOffice
from console.public.pages import PublicPages
from console.wording import SOURCE_KINDS
from huiying.personal_request import Right
from huiying.policy.retention import RetentionRules


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceLine:
    """One source, by the name that people know it by."""

    title: str
    kind: str
    robots: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class RulesView:
    """The page, besides what `config/public.yaml` says."""

    sources: tuple[SourceLine, ...]
    retention: RetentionRules
    model_helps: bool
    rights: tuple[Right, ...]


def stating_routes(office: PublicOffice, pages: PublicPages) -> APIRouter:
    """`/`."""
    routes = APIRouter()
    view = RulesView(
        sources=tuple(
            SourceLine(title=source.title, kind=SOURCE_KINDS[source.kind], robots=source.robots)
            for source in office.sources
        ),
        retention=office.retention,
        model_helps=office.model_helps,
        rights=tuple(Right),
    )

    @routes.get("/")
    def rules() -> HTMLResponse:
        return pages.html("rules.html", here="rules", view=view)

    return routes
