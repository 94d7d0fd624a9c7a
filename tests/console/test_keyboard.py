"""The keys of a page: what the list says stands on the page, and what stands on the page is in the list."""

import re
from pathlib import Path

import pytest

import console
from console.keyboard import keys_of
from tests.console.client import Client

TEMPLATES = Path(console.__file__).parent / "templates"
PARTS = {
    "queue.html": ("_actions.html", "_several.html", "_queue_filters.html"),
    "concern.html": (),
    "desk.html": ("_desk_work.html",),
    "tasks.html": ("_task_decisions.html",),
    "review.html": (),
}


def bearers(template: str) -> set[str]:
    """The keys that elements of a page bear."""
    text = "".join((TEMPLATES / name).read_text() for name in (template, *PARTS[template]))
    return {key for keys in re.findall(r'data-key="([^"{]+)"', text) for key in keys.upper().split()}


@pytest.mark.parametrize("template", sorted(PARTS))
def test_every_key_on_a_button_is_in_the_list_of_its_page(template: str) -> None:
    listed = {press for key in keys_of(template).own for press in key.press}
    assert bearers(template) <= listed


def test_every_template_with_keys_is_looked_at() -> None:
    with_keys = {each.name for each in TEMPLATES.glob("*.html") if re.search(r'data-key="[^"{]', each.read_text())}
    assert with_keys <= {name for page, parts in PARTS.items() for name in (page, *parts)}


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("address", ["/queue", "/concerns/c-water", "/desk", "/tasks", "/posts", "/me", "/log"])
def test_every_page_of_the_frame_lists_its_keys(client: Client, address: str) -> None:
    page = client.get(address).text
    assert page.count("<dialog") == 1
    assert "全部快捷键" in page
