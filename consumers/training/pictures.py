"""Draws calibration curves as a small picture (SVG): what was said against what came true, with its interval."""

from collections.abc import Iterator, Sequence
from html import escape

from consumers.training.measures import Bin
from consumers.training.report import Curve

_SIDE, _EDGE, _ROW = 150, 34, 4
"""Points of a square, of the space around it, and squares side by side."""


def draw_curves(curves: Sequence[Curve]) -> str:
    """A square per curve; on the diagonal, what was said is what came true."""
    columns = min(len(curves), _ROW)
    width = columns * (_SIDE + _EDGE) + _EDGE
    height = -(-len(curves) // _ROW) * (_SIDE + 2 * _EDGE)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11" fill="#333">',
            f'<rect width="{width}" height="{height}" fill="#fff"/>',
            *(line for number, curve in enumerate(curves) for line in _square(number, curve)),
            "</svg>",
            "",
        ]
    )


def _square(number: int, curve: Curve) -> Iterator[str]:
    left = _EDGE + number % _ROW * (_SIDE + _EDGE)
    top = _EDGE + number // _ROW * (_SIDE + 2 * _EDGE)
    yield f'<g transform="translate({left} {top})">'
    yield f"<title>{escape(curve.name)}</title>"
    yield f'<text y="-8">{escape(curve.name)} n={sum(one.rows for one in curve.bins)}</text>'
    yield f'<path d="M0 0V{_SIDE}H{_SIDE}" fill="none" stroke="#999"/>'
    yield f'<path d="M0 {_SIDE}L{_SIDE} 0" stroke="#bbb" stroke-dasharray="3 3"/>'
    for tick in (0, 0.5, 1):
        yield f'<text x="{_x(tick)}" y="{_SIDE + 13}" text-anchor="middle">{tick:g}</text>'
        yield f'<text x="-4" y="{_y(tick)}" text-anchor="end" dominant-baseline="middle">{tick:g}</text>'
    yield from (_interval(one) for one in curve.bins)
    line = "L".join(f"{_x(one.said)} {_y(one.right)}" for one in curve.bins)
    yield f'<path d="M{line}" fill="none" stroke="#1f5fa8" stroke-width="1.5"/>'
    yield from (f'<circle cx="{_x(one.said)}" cy="{_y(one.right)}" r="2.5" fill="#1f5fa8"/>' for one in curve.bins)
    yield "</g>"


def _interval(one: Bin) -> str:
    return f'<path d="M{_x(one.said)} {_y(one.low)}V{_y(one.high)}" stroke="#8fb3dc"/>'


def _x(share: float) -> str:
    return f"{share * _SIDE:.1f}"


def _y(share: float) -> str:
    return f"{(1 - share) * _SIDE:.1f}"
