"""The documents say the truth: what they name exists, and what exists is named."""

import re
from pathlib import Path

import click
import pytest

from console.cli import huiying
from console.permission_page import permissions_as_markdown
from console.procedure_page import procedures_as_markdown
from huiying.environment import SETTINGS
from huiying.policy.policy import default_office
from huiying.policy.procedures import read_procedures

HOUSE = Path(__file__).parents[1]
DOCUMENTS = [HOUSE / "README.md", HOUSE / "CHANGELOG.md", *sorted((HOUSE / "docs").rglob("*.md"))]
_PATH = re.compile(r"`((?:huiying|crawlers|consumers|responders|console|config|tests|benchmarks|docs)/[\w./*-]*)`")
_LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(HOUSE)))
def test_every_path_a_document_names_exists(document: Path) -> None:
    text = document.read_text("utf-8")
    named = [HOUSE / path for path in _PATH.findall(text)] + [document.parent / path for path in _LINK.findall(text)]
    missing = [str(path) for path in named if not path.exists() and not list(path.parent.glob(path.name))]
    assert not missing


def test_every_setting_is_documented() -> None:
    text = (HOUSE / "docs" / "settings.md").read_text("utf-8")
    assert [setting.name for setting in SETTINGS if f"| `{setting.name}` |" not in text] == []


def test_the_page_of_procedures_is_that_of_the_files() -> None:
    page = procedures_as_markdown(read_procedures(default_office()))
    assert (HOUSE / "docs" / "procedures.md").read_text("utf-8") == page, "huiying procedures > docs/procedures.md"


def test_every_command_has_an_example_in_its_help() -> None:
    context = click.Context(huiying)
    commands = {name: huiying.get_command(context, name) for name in huiying.list_commands(context)}
    assert [
        name for name, command in commands.items() if "例：huiying" not in ((command and command.help) or "")
    ] == []


def test_no_document_names_a_host_of_a_package_registry() -> None:
    locks = [HOUSE / name for name in ("requirements.lock", "requirements-dev.lock", "package-lock.json")]
    for path in (*DOCUMENTS, *locks):
        assert not re.search(r"pypi\.org|pythonhosted|npmjs|registry\.", path.read_text("utf-8")), path


def test_the_page_of_permissions_is_that_of_the_table() -> None:
    page = (HOUSE / "docs" / "permissions.md").read_text("utf-8")
    assert page == permissions_as_markdown(), "huiying users matrix > docs/permissions.md"
