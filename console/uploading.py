"""A form with a file: read piece by piece, and no further than a file may be large."""

from typing import cast

from fastapi import HTTPException, Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException as AnyHTTPException

from console.office import ConsoleOffice
from responders.scans.keeping import too_large_words

UPLOADS = "/scans/"
"""Where forms with a file go; every other one is short and plain."""
CHOOSE_AGAIN = "。文件没有保留，请重新选定"

_FIELDS_BYTES = 64 * 1024
_MULTIPART = "multipart/form-data"


def is_upload(request: Request) -> bool:
    """Whether this is a form with a file."""
    return request.url.path.startswith(UPLOADS) and request.headers.get("content-type", "").startswith(_MULTIPART)


def largest_upload(office: ConsoleOffice) -> int:
    """Bytes of such a form, its other fields included."""
    return office.policy.scans.largest_bytes + _FIELDS_BYTES


async def read_upload(request: Request) -> FormData:
    """The form of this request, its file on disk where it is large; one that says it is too large is not begun."""
    office = cast(ConsoleOffice, request.app.state.office)
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > largest_upload(office):
        raise HTTPException(413, too_large_words(office.policy.scans, int(length)))
    try:
        form = await request.form(max_files=1, max_fields=20, max_part_size=_FIELDS_BYTES)
    except AnyHTTPException:
        raise HTTPException(422, "这个表单读不懂，或一次选了不止一个文件；一次附一个文件") from None
    request.state.upload = form
    return form


def text_of(form: FormData, name: str) -> str:
    """A field of the form that is no file; empty where it was not sent."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def file_of(form: FormData, name: str) -> tuple[str, bytes]:
    """The name and the content of the file; both empty where none was chosen."""
    value = form.get(name)
    if not isinstance(value, UploadFile):
        return "", b""
    return value.filename or "", value.file.read()


def fields_read(request: Request) -> tuple[tuple[str, str], ...]:
    """The fields of the form but for its file; nothing where it was not read."""
    form: FormData | None = getattr(request.state, "upload", None)
    return tuple((name, value) for name, value in form.multi_items() if isinstance(value, str)) if form else ()
