"""What a page's form sends: a few short fields, read without a multipart parser."""

from urllib.parse import parse_qsl

from fastapi import HTTPException, Request

_MOST_BYTES = 20_000


class Fields:
    """Fields by name; one that was not sent is empty."""

    def __init__(self, values: dict[str, str]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> str:
        return self._values.get(name, "")


async def read_fields(request: Request) -> Fields:
    """The form of this request; anything longer or stranger than a form is refused."""
    body = await request.body()
    if len(body) > _MOST_BYTES:
        raise HTTPException(413, "表单过长")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=50, errors="strict")
    except ValueError:
        raise HTTPException(422, "表单读不懂：应为 UTF-8 的普通表单") from None
    return Fields(dict(pairs))
