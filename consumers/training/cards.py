"""Writes what was measured into the model cards, between two marks; what stands around it is written by hand.

A card asks for a part by `<!-- figures: tone -->` … `<!-- end of figures -->`. The same figures give the same bytes.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from consumers.training.pictures import draw_curves
from consumers.training.report import Curve, Report, interval_of, shown
from huiying.failures import Misconfigured

_PLACE = re.compile(r"(<!-- figures: (?P<part>[\w-]+) -->\n).*?(<!-- end of figures -->)", re.DOTALL)


def write_cards(folder: Path, reports: Mapping[str, Report]) -> list[Path]:
    """Fills every card that asks for one of the parts, draws the curves beside it, and says what it wrote."""
    written = fill_cards(folder, {part: as_markdown(report) for part, report in reports.items()})
    asked = {
        place.group("part") for card in folder.glob("*.md") for place in _PLACE.finditer(card.read_text("utf-8"))
    }
    for part, report in reports.items():
        if report.curves and part in asked:
            picture = folder / _picture(part)
            picture.write_text(draw_curves(report.curves), "utf-8")
            written.append(picture)
    return written


def fill_cards(folder: Path, tables: Mapping[str, str]) -> list[Path]:
    """Puts tables into the places that ask for them; a part that was not measured keeps what it has."""
    cards = {card: card.read_text("utf-8") for card in sorted(folder.glob("*.md"))}
    if not any(_PLACE.search(text) for text in cards.values()):
        raise Misconfigured(f"{folder}：没有一份模型卡标明要哪些数字（<!-- figures: 项目 -->）。")
    written = []
    for card, old in cards.items():
        new = _PLACE.sub(lambda place: _filled(place, tables), old)
        if new != old:
            card.write_text(new, "utf-8")
            written.append(card)
    return written


def as_markdown(report: Report) -> str:
    """A part's tables: figures, how sure and how right, and the rows that were judged worst."""
    return "\n".join([*_figures(report), *_curves(report), *_mistakes(report)]) + "\n"


def _filled(place: re.Match[str], tables: Mapping[str, str]) -> str:
    opening, part, closing = place.group(1), place.group("part"), place.group(3)
    return f"{opening}\n{tables[part]}\n{closing}" if part in tables else place.group(0)


def _picture(part: str) -> str:
    return f"{part}-calibration.svg"


def _figures(report: Report) -> Iterator[str]:
    yield "| figure | value | 95 % | rows | |"
    yield "|---|---|---|---|---|"
    for one in report.figures:
        yield f"| {one.name} | {shown(one.value)} | {interval_of(one)} | {one.rows} | {one.note} |"


def _curves(report: Report) -> Iterator[str]:
    """A line per tenth of the rows: how sure, how many right, how many rows."""
    if not report.curves:
        return
    yield ""
    yield f"![How sure, and how often right]({_picture(report.part)})"
    yield ""
    yield "| tenth | " + " | ".join(curve.name for curve in report.curves) + " |"
    yield "|---|" + "---|" * len(report.curves)
    for tenth in range(max(len(curve.bins) for curve in report.curves)):
        yield f"| {tenth + 1} | " + " | ".join(_tenth(curve, tenth) for curve in report.curves) + " |"


def _tenth(curve: Curve, tenth: int) -> str:
    if tenth >= len(curve.bins):
        return ""
    one = curve.bins[tenth]
    return f"{one.said:.2f} → {one.right:.2f} ({one.rows})"


def _mistakes(report: Report) -> Iterator[str]:
    if not report.mistakes:
        return
    yield ""
    yield "| judged worst | row | told | given | probability |"
    yield "|---|---|---|---|---|"
    for wrong in report.mistakes:
        yield f"| {wrong.judgement} | {wrong.row} | {wrong.told} | {wrong.given} | {wrong.probability:.3f} |"
