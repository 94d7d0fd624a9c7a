"""The pictures of the users' handbook: where they are kept, and a fingerprint of the words that each one shows.

A picture's bytes differ from machine to machine, its words do not. So `docs/pictures/handbook/words.txt` keeps a
fingerprint of the words beside each picture: one whose page says something else by now is old.
"""

import base64
import hashlib
import re
from pathlib import Path

from playwright.sync_api import Page, expect

HANDBOOK = Path(__file__).parents[2] / "docs" / "handbook.zh.md"
PICTURES = HANDBOOK.parent / "pictures" / "handbook"
_WORDS = PICTURES / "words.txt"
_QUALITY = 50
_SHOWN = "document.querySelectorAll('[data-live], .age').forEach(each => each.remove()), document.body.innerText"


class Camera:
    """Takes pictures of pages, and knows the words of each."""

    def __init__(self) -> None:
        self.pictures: dict[str, bytes] = {}
        self.words: dict[str, str] = {}

    def take(self, page: Page, name: str) -> None:
        """A picture of what the page shows now; the page is then only fit to be left."""
        live = page.locator("[data-live]")
        if live.count():
            expect(live.first).to_contain_text("实时", timeout=15_000)
        page.evaluate("document.fonts.ready")
        page.mouse.move(0, 0)
        session = page.context.new_cdp_session(page)
        taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": _QUALITY})
        self.pictures[name] = base64.b64decode(taken["data"])
        self.words[name] = _fingerprint(page.evaluate(_SHOWN))

    def keep(self) -> None:
        """Write the pictures, and forget those that are no longer taken."""
        for file in PICTURES.glob("*.webp"):
            file.unlink()
        for name, picture in self.pictures.items():
            (PICTURES / f"{name}.webp").write_bytes(picture)
        _WORDS.write_text("".join(f"{name} {words}\n" for name, words in sorted(self.words.items())), "utf-8")


def kept_words() -> dict[str, str]:
    """Each kept picture with the fingerprint of its words."""
    return dict(line.split() for line in _WORDS.read_text("utf-8").splitlines())


def named_in_the_handbook() -> list[str]:
    """The pictures that the handbook shows, in its order."""
    return re.findall(r"\]\(pictures/handbook/([\w-]+)\.webp\)", HANDBOOK.read_text("utf-8"))


def _fingerprint(words: str) -> str:
    return hashlib.sha256(re.sub(r"\s+", "", words).encode()).hexdigest()[:12]
