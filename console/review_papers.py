"""The papers of review: 政府信息公开审查表 of one text on one page, and the month's register 保密审查月度台账."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import HTMLResponse, Response

from console import wording
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from console.review import found_clarification
from huiying.clarification import Clarification, Text
from huiying.clock import BEIJING
from huiying.failures import NotAllowed
from huiying.gate import Gate
from huiying.publication import Published
from huiying.register.register import Transaction
from huiying.release_review import Ground, ReleaseReview
from huiying.review import GateRecord, Standing
from responders.gates import standing_of_newest

_SUMMARY = 160
_BLANK = "签名：　　　　　年　月　日"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, kw_only=True, slots=True)
class SignatureLine:
    """One seat on the form: its opinion, and who signed when."""

    gate: str
    seat: str
    opinion: str
    signed: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FormView:
    """Everything on the form."""

    clarification: str
    number: str
    filled_on: str
    bureau: str
    title: str
    kind: str
    summary: str
    text: int
    sha256: str
    ways: str
    when: str
    publicness: str
    grounds: tuple[tuple[str, str, str], ...]
    consulted: str
    removed: str
    refusal: str
    signatures: tuple[SignatureLine, ...]
    expedition: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterRow:
    """One review in the month's register."""

    number: str
    opened_on: str
    bureau: str
    title: str
    kind: str
    publicness: str
    found: str
    conclusion: str
    reviewers: str
    signer: str
    published: str
    remarks: str


COLUMNS = (
    ("number", "编号"),
    ("opened_on", "送审日期"),
    ("bureau", "信息单位"),
    ("title", "信息名称"),
    ("kind", "类型"),
    ("publicness", "公开属性"),
    ("found", "审查发现"),
    ("conclusion", "审查结论"),
    ("reviewers", "审查人"),
    ("signer", "签发人"),
    ("published", "公开方式和时间"),
    ("remarks", "备注"),
)
"""The register's columns by their names."""


def review_paper_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/review/{clarification}/form`, `/review-register` and the same as CSV."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/review/{clarification}/form")
    def form(clarification: str) -> HTMLResponse:
        with office.register.reading() as tx:
            found = found_clarification(tx, clarification)
            try:
                view = view_form(tx, office, found)
            except NotAllowed as reason:
                raise HTTPException(409, str(reason)) from reason
            return pages.html("review_form.html", form=view, frame=frame(tx, office, "review"))

    @routes.get("/review-register")
    def register(month: Month = None) -> HTMLResponse:
        with office.register.reading() as tx:
            since, until = _span(month, office.clock.now())
            rows = view_register(tx, office, since, until)
            named = f"{since.astimezone(BEIJING):%Y-%m}"
            return pages.html(
                "review_register.html", rows=rows, columns=COLUMNS, month=named, frame=frame(tx, office, "review")
            )

    @routes.get("/review-register.csv")
    def register_csv(month: Month = None) -> Response:
        with office.register.reading() as tx:
            since, until = _span(month, office.clock.now())
            content = as_csv(view_register(tx, office, since, until))
        name = f"review-register-{since.astimezone(BEIJING):%Y-%m}.csv"
        return Response(
            content,
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    return routes


Month = Annotated[str | None, Query(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]


def view_form(tx: Transaction, office: ConsoleOffice, clarification: Clarification) -> FormView:
    """The form of the newest text."""
    now, standing = office.clock.now(), standing_of_newest(tx, office.reviewing.rules, clarification)
    review, text = standing.review, tx.clarifications.texts(clarification.id)[-1]
    public = [each for each in tx.publications.of_clarification(clarification.id) if _is_of(each, standing)]
    release = _release(standing)
    refused = [record.remarks for record in standing.records if record.gate is Gate.RELEASE and not record.passed]
    return FormView(
        clarification=clarification.id,
        number=review.number,
        filled_on=_day(review.opened_at),
        bureau=office.bureau(clarification.bureau),
        title=text.title,
        kind=text.kind.label,
        summary=_summary(text),
        text=text.number,
        sha256=review.sha256,
        ways="、".join(each.publication.channel.label for each in public) or "政府网站“回应关切”专栏等",
        when="、".join(wording.exact(each.at) for each in public if each.at) or "签发后",
        publicness=release.publicness.label if release else "",
        grounds=tuple((each.label, each.clause, _found(release, each)) for each in Ground),
        consulted=(release.consulted if release else "") or "不涉及",
        removed="；".join(release.removed) if release else "",
        refusal="；".join(refused),
        signatures=tuple(_signatures(standing, now)),
        expedition=f"{review.expedition.by.name}批准：{review.expedition.reasons}" if review.expedition else "",
    )


def view_register(tx: Transaction, office: ConsoleOffice, since: datetime, until: datetime) -> list[RegisterRow]:
    """Every review opened in the span, in order."""
    now = office.clock.now()
    return [_register_row(tx, office, standing, now) for standing in tx.reviews.opened(since, until)]


def as_csv(rows: Iterable[RegisterRow]) -> bytes:
    """The register for a spreadsheet, which runs none of it: what looks like a formula is led by an apostrophe."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([title for _, title in COLUMNS])
    for row in rows:
        writer.writerow([_inert(getattr(row, name)) for name, _ in COLUMNS])
    return written.getvalue().encode("utf-8-sig")


def _inert(words: str) -> str:
    return f"'{words}" if words.startswith(_FORMULA) else words


def _signatures(standing: Standing, now: datetime) -> Iterable[SignatureLine]:
    for seat in standing.review.seats:
        last = standing.last(seat)
        opinion = f"{last.conclusion.called(seat.gate)}{f'：{last.remarks}' if last.remarks else ''}" if last else ""
        signed = _signed(last, now) if last else _BLANK
        yield SignatureLine(gate=seat.gate.label, seat=seat.title, opinion=opinion, signed=signed)


def _signed(record: GateRecord, now: datetime) -> str:
    how = f"（{record.means.label}）" if record.call else ""
    lapsed = "，逾期未补签，已失效" if record.lapsed(now) else ""
    return f"{record.by.name}{how}{lapsed} {wording.exact(record.by.at)[:16]}"


def _register_row(tx: Transaction, office: ConsoleOffice, standing: Standing, now: datetime) -> RegisterRow:
    review, release = standing.review, _release(standing)
    clarification = tx.clarifications.get(review.clarification)
    text = tx.clarifications.texts(review.clarification)[review.text - 1]
    public = [each for each in tx.publications.of_clarification(review.clarification) if _is_of(each, standing)]
    lasts = {gate: [standing.last(seat) for seat in review.seats_of(gate)] for gate in Gate}
    reviewed = [record for record in lasts[Gate.RELEASE] if record]
    found = [f"{each.label}：{_found(release, each)}" for each in Ground if _found(release, each) not in ("", "无")]
    return RegisterRow(
        number=review.number,
        opened_on=_day(review.opened_at),
        bureau=office.bureau(clarification.bureau if clarification else None),
        title=f"{text.title}（第 {review.text} 稿）",
        kind=text.kind.label,
        publicness=release.publicness.label if release else "",
        found="；".join(found) or ("无" if release else ""),
        conclusion=reviewed[-1].conclusion.called(Gate.RELEASE) if reviewed else "未审",
        reviewers="；".join(f"{_signed(record, now)} {record.conclusion.called(record.gate)}" for record in reviewed),
        signer="；".join(_signed(record, now) for record in lasts[Gate.SIGNATURE] if record),
        published="；".join(_published(each) for each in public),
        remarks="加急" if review.expedition else "",
    )


def _release(standing: Standing) -> ReleaseReview | None:
    said = [record for record in standing.records if record.release is not None]
    return said[-1].release if said else None


def _found(release: ReleaseReview | None, ground: Ground) -> str:
    return release.grounds[ground].label if release and ground in release.grounds else ""


def _is_of(published: Published, standing: Standing) -> bool:
    return published.publication.sha256 == standing.review.sha256


def _published(each: Published) -> str:
    when = wording.exact(each.at)[:16] if each.at else "未发布"
    return f"{each.publication.channel.label} {when}{'，已撤下' if each.withdrawal else ''}"


def _summary(text: Text) -> str:
    words = "".join(sentence.text for sentence in text.sentences)
    return words if len(words) <= _SUMMARY else f"{words[:_SUMMARY]}……（全文 {len(words)} 字，附后）"


def _day(moment: datetime) -> str:
    local = moment.astimezone(BEIJING)
    return f"{local.year}年{local.month}月{local.day}日"


def _span(month: str | None, now: datetime) -> tuple[datetime, datetime]:
    local = now.astimezone(BEIJING)
    year, number = (int(part) for part in month.split("-")) if month else (local.year, local.month)
    first = datetime(year, number, 1, tzinfo=BEIJING)
    last = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=BEIJING)
    return first, last
