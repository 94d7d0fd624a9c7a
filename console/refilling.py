"""Puts what was typed back into the form of a page, and what is said about it beside the form.

Every form of the console is refilled in this one place, from what was sent; no page and no view knows of it. What a
page itself puts into a form (a record's id, the version it shows) stays as the page of this moment has it.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from markupsafe import Markup

from console.standing import KEPT
from huiying.kept_form import KeptForm, Why

_TEXT = frozenset({"text", "search", "url", "tel", "number", "datetime-local", "date", "month", "time", "email"})
_TICKED = frozenset({"checkbox", "radio"})
_MOVES_ON = frozenset({"csrf", "stands", "seen", "after", "finding_seen", "scope", "words"})
"""Fields of a page that differ after a while though the form is the same one."""


@dataclass(slots=True)
class _Control:
    """One field of a form, by where it stands in the page."""

    tag: str
    attributes: dict[str, str | None]
    begins: int
    ends: int
    label: str
    within: tuple[int, ...]
    inner_ends: int = 0
    options: list["_Control"] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.attributes.get("name") or ""

    @property
    def kind(self) -> str:
        return (self.attributes.get("type") or "text").lower() if self.tag == "input" else self.tag

    @property
    def value(self) -> str:
        return self.attributes.get("value") or ""


@dataclass(slots=True)
class _Form:
    action: str
    id: str
    ends: int
    within: tuple[int, ...]
    controls: list[_Control] = field(default_factory=list)

    def likeness(self, kept: KeptForm) -> int:
        """How many of the page's own fields are the same; -1 where it is another form."""
        if unquote(urlsplit(self.action).path) != unquote(kept.action):
            return -1
        sent = dict(kept.fields)
        own = [one for one in self.controls if one.kind == "hidden" and one.name not in _MOVES_ON]
        if any(one.name in sent and sent[one.name] != one.value for one in own):
            return -1
        return sum(one.name in sent for one in own)


class _Page(HTMLParser):
    """Where the forms and their fields stand in a page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[_Form] = []
        self.head_ends = 0
        self._lines = [0]
        for line in html.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self._details: list[int] = []
        self._form: _Form | None = None
        self._control: _Control | None = None
        self._label, self._reading_label = "", False
        self._loose: list[tuple[str, _Control]] = []
        self.details: dict[int, str] = {}
        self.feed(html)
        by_id = {form.id: form for form in self.forms if form.id}
        for owner, control in self._loose:
            if owner in by_id:
                by_id[owner].controls.append(control)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what begins here."""
        begins, raw = self._at(), self.get_starttag_text() or ""
        attributes, ends = dict(attrs), begins + len(raw)
        self._reading_label = tag == "label"
        if tag == "label":
            self._label = ""
        elif tag == "details":
            self._details.append(begins)
            self.details[begins] = raw
        elif tag == "form":
            within = tuple(self._details)
            self._form = _Form(attributes.get("action") or "", attributes.get("id") or "", ends, within)
            self.forms.append(self._form)
        elif attributes.get("id") == "main":
            self.head_ends = ends
        elif tag in ("input", "textarea", "select"):
            self._control = _Control(tag, attributes, begins, ends, self._label.strip(), tuple(self._details))
            self._own(self._control)
        elif tag == "option" and self._control:
            self._control.options.append(_Control(tag, attributes, begins, ends, "", ()))

    def handle_endtag(self, tag: str) -> None:
        """Note what ends here."""
        self._reading_label = False
        if tag == "details" and self._details:
            self._details.pop()
        elif tag == "form":
            self._form = None
        elif tag == "textarea" and self._control:
            self._control.inner_ends = self._at()
        elif tag == "header" and self.head_ends and not self.forms:
            self.head_ends = self._at() + len("</header>")

    def handle_data(self, data: str) -> None:
        """The words that a label begins with."""
        if self._reading_label:
            self._label += data

    def _own(self, control: _Control) -> None:
        if owner := control.attributes.get("form"):
            self._loose.append((owner, control))
        elif self._form:
            self._form.controls.append(control)

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


@dataclass(slots=True)
class _Edits:
    """Pieces of a page that are put in place of others."""

    html: str
    made: list[tuple[int, int, str]] = field(default_factory=list)

    def put(self, begins: int, ends: int, words: str) -> None:
        self.made.append((begins, ends, words))

    def done(self) -> str:
        pieces, at = [], 0
        for begins, ends, words in sorted(self.made):
            pieces += [self.html[at:begins], words]
            at = ends
        return "".join([*pieces, self.html[at:]])


def refill(html: str, kept: KeptForm) -> str:
    """The page with the form as it was sent and the reason beside it; at the page's head where the form is gone."""
    page, edits = _Page(html), _Edits(html)
    form = max(page.forms, key=lambda one: one.likeness(kept), default=None)
    if kept.why is Why.DONE or form is None or form.likeness(kept) < 0:
        edits.put(page.head_ends, page.head_ends, _note(kept, with_words=kept.why is not Why.DONE))
        return edits.done() if page.head_ends else html
    edits.put(form.ends, form.ends, _note(kept, with_words=False))
    opened = set(form.within)
    for control in form.controls:
        if kept.fields and _refill_control(edits, control, kept):
            opened.update(control.within)
    for begins in opened:
        raw = page.details[begins]
        if " open" not in raw:
            edits.put(begins, begins + len(raw), f"{raw[:-1]} open>")
    return edits.done()


def _refill_control(edits: _Edits, control: _Control, kept: KeptForm) -> bool:
    """Whether anything had been put into this field."""
    values = [value for name, value in kept.fields if name == control.name]
    named = kept.why is Why.REFUSED and len(control.label) > 1 and control.label in kept.words
    wrong = f' aria-invalid="true" aria-describedby="{KEPT}"' if named else ""
    if control.kind in _TEXT and values:
        edits.put(control.begins, control.ends, _start_tag(control, wrong, value=values[-1]))
    elif control.kind in _TICKED:
        ticked = (control.attributes.get("value") or "on") in values
        edits.put(control.begins, control.ends, _start_tag(control, wrong, checked="" if ticked else None))
        return ticked
    elif control.tag == "textarea" and values:
        edits.put(control.begins, control.ends, _start_tag(control, wrong))
        # A line break at the very beginning is not part of what was typed: browsers drop it.
        edits.put(control.ends, control.inner_ends, str(Markup("\n{}").format(values[-1])))
    elif control.tag == "select" and values:
        for option in control.options:
            chosen = option.value in values
            edits.put(option.begins, option.ends, _start_tag(option, "", selected="" if chosen else None))
    else:
        return False
    return bool(values[-1])


def _start_tag(control: _Control, more: str, **changed: str | None) -> str:
    attributes = {**control.attributes, **changed}
    for name, value in changed.items():
        if value is None:
            del attributes[name]
    # An attribute without a value is written as one with an empty value: to a browser they are the same.
    pieces = [Markup(' {}="{}"').format(name, value or "") for name, value in attributes.items()]
    return f"<{control.tag}{''.join(pieces)}{more}>"


def _note(kept: KeptForm, *, with_words: bool) -> str:
    done = kept.why is Why.DONE
    link = Markup('　<a href="{}">打开看看</a>').format(kept.link) if kept.link else ""
    typed = Markup("").join(Markup("<pre>{}</pre>").format(value) for _, value in kept.fields if _was_typed(value))
    again = Markup("<details open><summary>刚才填写的内容</summary>{}</details>").format(typed) if typed else ""
    return str(
        Markup('<div class="note kept-note{}" role="{}" id="{}"><p>{}{}</p>{}</div>').format(
            "" if done else " bad" if kept.why is Why.REFUSED else " warn",
            "status" if done else "alert",
            KEPT,
            kept.words,
            link,
            again if with_words else "",
        )
    )


def _was_typed(value: str) -> bool:
    """Whether a person wrote this, and not the page: ids and versions are of letters and figures only."""
    return not value.isascii() or " " in value.strip() or "\n" in value.strip()
