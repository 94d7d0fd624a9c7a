"""扫描件: papers and photos beside findings, decisions at gates and registered matters; put there, and downloaded."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from console import wording
from console.acting import Acting
from console.addresses import local_address
from console.admitting import STANDS_FIELD, needs, reads_evidence
from console.keeping import done
from console.office import ConsoleOffice
from console.rendering import Pages
from console.seeing import found_concern
from console.uploading import file_of, read_upload, text_of
from huiying.gate import Gate
from huiying.permission import Action
from huiying.person import Person
from huiying.register.register import Transaction
from huiying.scan import About, Scan
from responders.scans.keeping import Altered, Sheet

_WHO = {
    About.FINDING: (Action.WRITE_FINDING,),
    About.GATE: (Action.KEEP_DUTY_LOG, *(gate.action for gate in Gate)),
    About.MATTER: (Action.REGISTER_CONCERN,),
}
"""Who may put a scan somewhere at all; whether to this one, the move asks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ScanLine:
    """One scan to download."""

    id: str
    what: str
    file: str
    size: str
    put: str
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ScansView:
    """The scans of one thing, and whether whoever looks may add one."""

    about: str
    label: str
    subject: str
    lines: tuple[ScanLine, ...]
    may_add: bool
    largest: str
    largest_bytes: int


def scan_routes(office: ConsoleOffice, _pages: Pages) -> APIRouter:
    """`POST /scans/{about}/{subject}` and `GET /scans/{id}`."""
    routes = APIRouter(include_in_schema=False)
    for about in About:
        _add_putting(routes, office, about)

    @routes.get("/scans/{scan_id}", dependencies=reads_evidence())
    def download(scan_id: str) -> Response:
        with office.register.reading() as tx:
            scan = tx.scans.get(scan_id)
            if scan is None:
                raise HTTPException(404, "没有这份扫描件，它可能属于另一个数据目录")
            found_concern(tx, scan.concern)
        try:
            content = office.scanning.read(scan)
        except Altered as altered:
            raise HTTPException(409, str(altered)) from None
        return Response(content, media_type=scan.kind.media_type, headers=_as_a_file(scan))

    return routes


def view_scans(
    tx: Transaction, office: ConsoleOffice, about: About, may_add: dict[str, bool]
) -> dict[str, ScansView]:
    """The scans of these things, by the thing; `may_add` says of each whether whoever looks may add one."""
    found = tx.scans.of(about, may_add)
    rules = office.policy.scans
    return {
        subject: ScansView(
            about=about.value,
            label=about.label,
            subject=subject,
            lines=scan_lines(found.get(subject, ()), office),
            may_add=may,
            largest=f"{rules.largest_mb:g} MB",
            largest_bytes=rules.largest_bytes,
        )
        for subject, may in may_add.items()
    }


def scan_lines(scans: Iterable[Scan], office: ConsoleOffice) -> tuple[ScanLine, ...]:
    """Scans as they are listed."""
    now = office.clock.now()
    return tuple(
        ScanLine(
            id=scan.id,
            what=scan.what,
            file=f"{scan.kind.label} {_size(scan.size)}",
            size=_size(scan.size),
            put=f"{scan.by.name} {wording.when(scan.by.at, now)} 附",
            sha256=scan.sha256,
        )
        for scan in scans
    )


def _add_putting(routes: APIRouter, office: ConsoleOffice, about: About) -> None:
    @routes.post(f"/scans/{about.value}/{{subject:path}}", dependencies=needs(*_WHO[about]), response_model=None)
    async def put(subject: str, form: Annotated[FormData, Depends(_upload)], by: Acting) -> RedirectResponse:
        return await run_in_threadpool(_put, office, about, subject, form, by)


async def _upload(request: Request) -> FormData:
    """The form as it was read when its sender was admitted; a program, admitted by a token, sends one too."""
    form: FormData | None = getattr(request.state, "upload", None)
    return form if form is not None else await read_upload(request)


def _put(office: ConsoleOffice, about: About, subject: str, form: FormData, by: Person) -> RedirectResponse:
    name, content = file_of(form, "file")
    sheet = Sheet(
        name=name, content=content, what=text_of(form, "what"), unclassified=bool(text_of(form, "unmarked"))
    )
    scan = office.scanning.put(about, subject, sheet, by=by)
    stands = local_address(text_of(form, STANDS_FIELD), otherwise=f"/concerns/{quote(scan.concern, safe='')}")
    return done(
        office,
        by,
        stands,
        f"已附{about.label}“{scan.what}”（{scan.kind.label} {_size(scan.size)}，校验值 {scan.sha256[:12]}）",
    )


def _as_a_file(scan: Scan) -> dict[str, str]:
    """To be saved, and never shown as a page of this console, whatever a browser makes of it."""
    plain, own = f"scan.{scan.kind.value}", quote(scan.file_name, safe="")
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{own}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }


def _size(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, size // 1024)} KB"
