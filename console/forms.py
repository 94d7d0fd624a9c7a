"""What a page's form sends: a few short fields, read without a multipart parser."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from fastapi import HTTPException, Request

from huiying.clock import BEIJING
from huiying.failures import NotAllowed

EARLIEST_YEAR, LATEST_YEAR = 1990, 2200
_MOST_BYTES = 20_000
_MOST_BYTES_OF_A_TEXT = 600_000
"""A character of Chinese takes nine bytes in a form."""
_MOST_KEPT_BYTES = 1_200_000


class Fields:
    """Fields by name; one that was not sent is empty."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._pairs = tuple(pairs)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every field as it was sent."""
        return self._pairs

    def __getitem__(self, name: str) -> str:
        """The field's value; the last one where it was sent several times."""
        return next((value for key, value in reversed(self._pairs) if key == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field that may be sent several times (ticks), empty ones left out."""
        return tuple(dict.fromkeys(value for key, value in self._pairs if key == name and value))


async def read_fields(request: Request) -> Fields:
    """The form of this request; anything longer or stranger than a form is refused."""
    return _read(await request.body(), _MOST_BYTES)


async def read_text_fields(request: Request) -> Fields:
    """A form with a whole text in it."""
    return _read(await request.body(), _MOST_BYTES_OF_A_TEXT)


async def read_kept_fields(request: Request) -> Fields:
    """A form that may hold another one, which was sent while nobody was signed in."""
    return _read(await request.body(), _MOST_KEPT_BYTES)


def _read(body: bytes, most: int) -> Fields:
    if len(body) > most:
        raise HTTPException(413, "表单过长")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=200, errors="strict")
    except ValueError:
        raise HTTPException(422, "表单读不懂：应为 UTF-8 的普通表单") from None
    # Nobody types a NUL or sees one, and PostgreSQL keeps none.
    return Fields([(name.replace("\0", ""), value.replace("\0", "")) for name, value in pairs])


def moment_in(fields: Fields, name: str) -> datetime:
    """A moment that a person chose in Beijing time; `NotAllowed` where there is none."""
    try:
        return written_moment(fields[name])
    except ValueError:
        raise NotAllowed("请选定到几月几日几时几分") from None


def written_moment(words: str) -> datetime:
    """A moment as a browser's field sends it, on a Beijing clock; `ValueError` where it is none of our times."""
    moment = datetime.fromisoformat(words)
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise ValueError(f"the year {moment.year} is none of our times")
    return moment.replace(tzinfo=BEIJING).astimezone(UTC)


def number_in(fields: Fields, name: str) -> int | None:
    """A number that the page put there; None where it was not sent."""
    return int(fields[name]) if fields[name].isdecimal() else None
