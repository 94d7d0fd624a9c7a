"""保密审查月度台账: what was reviewed in a month, as rows for the printed page and for a spreadsheet."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from console import wording
from console.cells import inert
from console.office import ConsoleOffice
from huiying.clock import BEIJING
from huiying.gate import Gate
from huiying.publication import Published
from huiying.register.register import Transaction
from huiying.release_review import Ground, ReleaseReview
from huiying.review import GateRecord, Standing


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
        writer.writerow([inert(getattr(row, name)) for name, _ in COLUMNS])
    return written.getvalue().encode("utf-8-sig")


def _register_row(tx: Transaction, office: ConsoleOffice, standing: Standing, now: datetime) -> RegisterRow:
    review, release = standing.review, last_release(standing)
    clarification = tx.clarifications.get(review.clarification)
    text = tx.clarifications.texts(review.clarification)[review.text - 1]
    public = [each for each in tx.publications.of_clarification(review.clarification) if is_of(each, standing)]
    lasts = {gate: [standing.last(seat) for seat in review.seats_of(gate)] for gate in Gate}
    reviewed = [record for record in lasts[Gate.RELEASE] if record]
    found = [
        f"{each.label}：{found_about(release, each)}"
        for each in Ground
        if found_about(release, each) not in ("", "无")
    ]
    return RegisterRow(
        number=review.number,
        opened_on=day_of(review.opened_at),
        bureau=office.bureau(clarification.bureau if clarification else None),
        title=f"{text.title}（第 {review.text} 版）",
        kind=text.kind.label,
        publicness=release.publicness.label if release else "",
        found="；".join(found) or ("无" if release else ""),
        conclusion=reviewed[-1].conclusion.called(Gate.RELEASE) if reviewed else "未审",
        reviewers="；".join(
            f"{signed_by(record, now)} {record.conclusion.called(record.gate)}" for record in reviewed
        ),
        signer="；".join(signed_by(record, now) for record in lasts[Gate.SIGNATURE] if record),
        published="；".join(_published(each) for each in public),
        remarks="加急" if review.expedition else "",
    )


def last_release(standing: Standing) -> ReleaseReview | None:
    """What the last release review of a text said, item by item."""
    said = [record for record in standing.records if record.release is not None]
    return said[-1].release if said else None


def found_about(release: ReleaseReview | None, ground: Ground) -> str:
    """The word for what was found about one ground; empty where nobody looked yet."""
    return release.grounds[ground].label if release and ground in release.grounds else ""


def is_of(published: Published, standing: Standing) -> bool:
    """Whether a publication is of exactly this text."""
    return published.publication.sha256 == standing.review.sha256


def signed_by(record: GateRecord, now: datetime) -> str:
    """Who signed when, and how, for paper."""
    how = f"（{record.means.label}）" if record.call else ""
    lapsed = "，逾期未补签，已失效" if record.lapsed(now) else ""
    return f"{record.by.name}{how}{lapsed} {wording.exact(record.by.at)[:16]}"


def day_of(moment: datetime) -> str:
    """2026年11月22日."""
    local = moment.astimezone(BEIJING)
    return f"{local.year}年{local.month}月{local.day}日"


def _published(each: Published) -> str:
    when = wording.exact(each.at)[:16] if each.at else "未发布"
    return f"{each.publication.channel.label} {when}{'，已撤下' if each.withdrawal else ''}"
