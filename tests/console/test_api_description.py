"""The description of the API is whole: summary, description, example, errors and the action of every operation."""

import json
from typing import Any

import jsonschema
import pytest

from console.api.describing import ERRORS
from console.api.shapes import components
from huiying.permission import Action
from tests.console.api_examples import EXAMPLES, record_examples
from tests.console.client import Client
from tests.console.night import Night

METHODS = ("get", "post")


@pytest.fixture
def described(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/openapi.json").json()
    return found


def operations(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/api/")
    }


def lacks(name: str, operation: dict[str, Any]) -> list[str]:
    """What an operation does not tell."""
    missing = [part for part in ("summary", "description", "tags") if not operation.get(part)]
    declared = {int(status) for status in operation["responses"]} - {200}
    if not {401, 422, 503} <= declared <= set(ERRORS):
        missing.append("errors")
    if name != "POST /api/posts" and not operation.get("x-required-action"):
        missing.append("action")
    if any(not parameter.get("description") for parameter in operation.get("parameters", ())):
        missing.append("what a parameter means")
    if not has_example(operation):
        missing.append("example")
    return missing


def has_example(operation: dict[str, Any]) -> bool:
    if body := operation.get("requestBody"):
        return "example" in body["content"]["application/json"]
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return any("examples" in components()[name] for name in references(answer))


def references(part: Any) -> set[str]:
    """The shapes that are named in a part of the description."""
    if isinstance(part, list):
        return set[str]().union(*map(references, part))
    if isinstance(part, dict):
        own = {part["$ref"].rpartition("/")[2]} if isinstance(part.get("$ref"), str) else set()
        return own.union(*map(references, part.values()))
    return set()


def test_every_operation_tells_everything(described: dict[str, Any]) -> None:
    found = operations(described)
    assert len(found) > 70
    assert {name: missing for name, one in found.items() if (missing := lacks(name, one))} == {}
    actions = {action for one in found.values() for action in one.get("x-required-action", ())}
    assert actions <= set(Action)


def test_every_example_is_what_its_schema_asks_for(described: dict[str, Any]) -> None:
    for operation in operations(described).values():
        if body := operation.get("requestBody"):
            content = body["content"]["application/json"]
            jsonschema.validate(content["example"], content["schema"])


def test_every_reference_of_the_description_leads_somewhere(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]

    assert references(described) <= set(schemas)
    assert "author_hash" not in str(described)


def test_the_examples_of_answers_are_what_a_night_answers(client: Client, busy: Night) -> None:
    """`python -m tests.console.api_examples` writes them anew."""
    assert record_examples(client, busy) == json.loads(EXAMPLES.read_text("utf-8"))
