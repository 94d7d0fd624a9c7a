"""系统管理: what of the configuration can be changed by form, with what a change would do before it is saved."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse

from console import wording
from console.acting import Acting
from console.admitting import needs
from console.config_effects import MovedClock, TakenPost, moved_clocks, taken_by
from console.config_forms import FieldView, Planned, named, place_of, plan, shown, view_fields
from console.config_parts import SECTIONS, SOURCES, Section, section_of
from console.differences import DifferenceLine, difference
from console.forms import Fields, read_text_fields
from console.keeping import PointedOut, done
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from huiying.config_version import ConfigVersion, digest_of
from huiying.configuring import FileMoved
from huiying.failures import Misconfigured, NotAllowed
from huiying.permission import Action
from huiying.policy.editing import entries_of, plain_file
from huiying.policy.folder import digest_of_folder
from huiying.register.register import Transaction

Form = Annotated[Fields, Depends(read_text_fields)]

_ROLES = {
    "serve": "控制台",
    "crawl": "采集",
    "assessing": "研判：判断",
    "gathering": "研判：归并",
    "respond": "处置",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class SectionRow:
    """One section on the first page."""

    id: str
    title: str
    note: str
    count: str
    file: str
    version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcessRow:
    """One running process, and whether it read what stands on the disk of this machine."""

    role: str
    process: str
    since: str
    current: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryRow:
    """One entry of a section's list."""

    name: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryView:
    """The form of one entry, or of a section that is no list."""

    section: Section
    was: str
    new: bool
    seen: str
    fields: list[FieldView]
    why_not: str
    tried: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PreviewView:
    """What a change would do, beside the form; `refused` says why it cannot be saved."""

    section: Section
    what: str = ""
    lines: tuple[DifferenceLine, ...] = ()
    refused: str = ""
    posts: list[TakenPost] | None = None
    not_taken: str = ""
    clocks: list[MovedClock] | None = None
    whole: str = ""


def config_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/settings` and the forms of its sections."""
    routes = APIRouter(include_in_schema=False, prefix="/settings")
    configures = needs(Action.CONFIGURE)

    @routes.get("", dependencies=configures)
    def settings() -> HTMLResponse:
        with office.register.reading() as tx:
            return pages.html(
                "settings.html",
                sections=[_section_row(tx, office, section) for section in SECTIONS],
                processes=_processes(tx, office),
                mistakes=_mistakes(office),
                why_not=office.configuring.why_not,
                folder=str(office.config),
                frame=frame(tx, office, "settings"),
            )

    @routes.get("/{id}", dependencies=configures)
    def section(id: str) -> HTMLResponse:
        found = _found(id)
        if not found.key:
            return _form_page(office, pages, found, name="", new=False)
        with office.register.reading() as tx:
            return pages.html(
                "settings_section.html",
                section=found,
                rows=_entries(office, found),
                heads=[part.label for part in found.parts if part.name in found.shown],
                frame=frame(tx, office, "settings"),
            )

    @routes.get("/{id}/entry", dependencies=configures)
    def entry(id: str, name: str = "") -> HTMLResponse:
        return _form_page(office, pages, _found(id), name=name, new=not name)

    @routes.post("/{id}/preview", dependencies=configures)
    def preview(id: str, form: Form) -> HTMLResponse:
        return pages.html("_settings_preview.html", preview=_preview(office, _found(id), form))

    @routes.post("/{id}/save", dependencies=configures)
    def save(id: str, form: Form, by: Acting) -> RedirectResponse:
        found = _found(id)
        planned = _planned(office, found, form)
        try:
            saved = office.configuring.save(
                found.file, planned.text, form["seen"], what=planned.what, why=form["why"], by=by
            )
        except FileMoved as moved:
            raise pointed_out(moved) from moved
        return done(office, by, f"/settings/{id}", said_saved(saved))

    return routes


def said_saved(version: ConfigVersion) -> str:
    """What is said once a file is saved: also what has to happen until it counts."""
    return (
        f"已保存：{version.what}（{version.file} 第 {version.number} 版）。huiying run 看护的进程几秒内自动换用；"
        "单独运行的要重新启动，见系统管理的“在运行的进程”"
    )


def pointed_out(moved: FileMoved) -> PointedOut:
    """The refusal of a form that was opened on another version, with the way to what changed since."""
    since = f"&from={moved.since}" if moved.since else ""
    return PointedOut(str(moved), f"/settings/versions/{moved.file}/{moved.now}?seen=1{since}")


def _found(id: str) -> Section:
    section = section_of(id)
    if section is None:
        raise HTTPException(404, "没有这一项设置")
    return section


def _text(office: ConsoleOffice, file: str) -> str:
    """A file that can be read at all; one that cannot has to be mended by hand."""
    try:
        text = office.configuring.text(file)
        plain_file(text)
    except Misconfigured as error:
        raise HTTPException(409, f"{file} 读不懂，先在磁盘上改好：{error}") from error
    return text


def _planned(office: ConsoleOffice, section: Section, form: Fields) -> Planned:
    return plan(section, _text(office, section.file), form)


def _form_page(office: ConsoleOffice, pages: Pages, section: Section, *, name: str, new: bool) -> HTMLResponse:
    # Whoever opens a form sees a version; it is kept, so that what changed since can be shown.
    text = office.configuring.looked_at(section.file).text if not office.configuring.why_not else ""
    text = text or _text(office, section.file)
    entry: Mapping[str, Any] = {} if new else plain_file(text)
    if section.key and not new:
        try:
            entry = entries_of(text, section.key)[place_of(section, text, name)]
        except NotAllowed as refusal:
            raise HTTPException(404, str(refusal)) from refusal
    view = EntryView(
        section=section,
        was=name,
        new=new,
        seen=digest_of(text),
        fields=view_fields(office, section, entry, new=new),
        why_not=office.configuring.why_not,
        tried=section.id == "channels" and office.policy.channels.channel(name) is not None,
    )
    with office.register.reading() as tx:
        return pages.html("settings_entry.html", entry=view, frame=frame(tx, office, "settings"))


def _preview(office: ConsoleOffice, section: Section, form: Fields) -> PreviewView:
    try:
        before = _text(office, section.file)
        planned = plan(section, before, form)
        policy = office.configuring.policy_with(section.file, planned.text)
    except NotAllowed as refusal:
        return PreviewView(section=section, refused=str(refusal))
    view = PreviewView(
        section=section,
        what=planned.what,
        lines=difference(before, planned.text),
        clocks=moved_clocks(office, policy) if section.file == "workdays.yaml" else None,
        whole=planned.text if office.configuring.why_not else "",
    )
    if section is not SOURCES:
        return view
    try:
        name = form["was"] or form["name"].strip()
        return replace(view, posts=taken_by(office.config, section.file, planned.text, name))
    except NotAllowed as refusal:
        return replace(view, not_taken=str(refusal))


def _section_row(tx: Transaction, office: ConsoleOffice, section: Section) -> SectionRow:
    newest, now = tx.configuration.newest(section.file), office.clock.now()
    version = ""
    if newest and newest.number > 1:
        version = f"第 {newest.number} 版　{newest.name or newest.origin.label} {wording.when(newest.at, now)}"
    return SectionRow(
        id=section.id,
        title=section.title,
        note=section.note,
        count=_count(office, section),
        file=section.file,
        version=version,
    )


def _count(office: ConsoleOffice, section: Section) -> str:
    if not section.key:
        return "—"
    try:
        return str(len(entries_of(office.configuring.text(section.file), section.key)))
    except Misconfigured:
        return "读不懂"


def _entries(office: ConsoleOffice, section: Section) -> list[EntryRow]:
    parts = [part for part in section.parts if part.name in section.shown]
    return [
        EntryRow(name=named(section, entry), cells=tuple((part.label, shown(office, part, entry)) for part in parts))
        for entry in entries_of(_text(office, section.file), section.key)
    ]


def _processes(tx: Transaction, office: ConsoleOffice) -> list[ProcessRow]:
    digest, now = digest_of_folder(office.config), office.clock.now()
    return [
        ProcessRow(
            role=_ROLES.get(each.role, each.role),
            process=each.process,
            since=wording.when(each.began_at, now),
            current=each.config == digest,
        )
        for each in tx.configuration.running()
    ]


def _mistakes(office: ConsoleOffice) -> str:
    """What is wrong with the folder as it stands, where it is not what this process read and hence good."""
    return "" if digest_of_folder(office.config) == office.config_digest else office.configuring.mistakes()
