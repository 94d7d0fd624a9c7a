"""Pages for the public from templates of their own; nothing of the console's frame is in them."""

from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from console.public.office import PublicOffice
from huiying.clock import BEIJING

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
"""The folder whose files are served as they are."""


class PublicPages:
    """Prints templates, each with the office's name and whom to ask at its foot."""

    def __init__(self, office: PublicOffice) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals |= {"rules": office.rules}
        self._environment.filters["day"] = lambda at: f"{at.year}年{at.month}月{at.day}日"
        self._environment.filters["beijing"] = lambda moment: moment.astimezone(BEIJING)

    def html(self, template: str, status: int = 200, **views: object) -> HTMLResponse:
        """A template filled with its views."""
        return HTMLResponse(self._environment.get_template(template).render(**views), status_code=status)
