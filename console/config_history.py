"""Versions of the configuration's files: who changed what and why, what differs, and the way back."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import HTMLResponse, RedirectResponse

from console import wording
from console.acting import Acting
from console.admitting import needs
from console.config_pages import pointed_out, said_saved
from console.differences import DifferenceLine, difference
from console.forms import Fields, number_in, read_fields
from console.keeping import done
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from huiying.config_version import ConfigVersion
from huiying.configuring import FileMoved
from huiying.failures import NotAllowed
from huiying.permission import Action

_MOST = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionRow:
    """One version in the list."""

    file: str
    number: int
    what: str
    why: str
    who: str
    when: str
    exact: str


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionView:
    """One version beside an earlier one; `seen` is the digest of the newest, where one may go back to this one."""

    row: VersionRow
    earlier: int
    lines: tuple[DifferenceLine, ...]
    newest: int
    seen: str
    stale: bool


def config_history_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/settings/versions`."""
    routes = APIRouter(include_in_schema=False, prefix="/settings/versions")
    configures = needs(Action.CONFIGURE)

    @routes.get("", dependencies=configures)
    def versions(file: str = "") -> HTMLResponse:
        with office.register.reading() as tx:
            found = tx.configuration.versions(file or None, limit=_MOST)
            rows = [_row(office, version) for version in found]
            return pages.html("settings_versions.html", rows=rows, file=file, frame=frame(tx, office, "settings"))

    @routes.get("/{file}/{number}", dependencies=configures)
    def version(
        file: str, number: int, earlier: Annotated[int | None, Query(alias="from")] = None, seen: bool = False
    ) -> HTMLResponse:
        view = _view(office, file, number, earlier, stale=seen)
        with office.register.reading() as tx:
            return pages.html("settings_version.html", version=view, frame=frame(tx, office, "settings"))

    @routes.post("/back", dependencies=configures)
    def back(form: Annotated[Fields, Depends(read_fields)], by: Acting) -> RedirectResponse:
        number = number_in(form, "number")
        if number is None:
            raise NotAllowed("请选定退回到哪一版")
        try:
            saved = office.configuring.go_back(form["file"], number, form["seen"], why=form["why"], by=by)
        except FileMoved as moved:
            raise pointed_out(moved) from moved
        return done(office, by, f"/settings/versions?file={saved.file}", said_saved(saved))

    return routes


def _view(office: ConsoleOffice, file: str, number: int, earlier: int | None, *, stale: bool) -> VersionView:
    before = number - 1 if earlier is None else earlier
    with office.register.reading() as tx:
        found, base = tx.configuration.version(file, number), tx.configuration.version(file, before)
        newest = tx.configuration.newest(file)
    if found is None or newest is None:
        raise HTTPException(404, f"{file} 没有第 {number} 版")
    return VersionView(
        row=_row(office, found),
        earlier=base.number if base else 0,
        lines=difference(base.text if base else "", found.text),
        newest=newest.number,
        seen=newest.digest,
        stale=stale,
    )


def _row(office: ConsoleOffice, version: ConfigVersion) -> VersionRow:
    return VersionRow(
        file=version.file,
        number=version.number,
        what=version.what,
        why=version.why,
        who=version.name or "—",
        when=wording.when(version.at, office.clock.now()),
        exact=wording.exact(version.at),
    )
