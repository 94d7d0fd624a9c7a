"""The whole API under invented requests, as each role: nothing breaks, and answers are what the description says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from console.app import create_app
from huiying.clarification import ClarificationKind
from huiying.permission import ALLOWED, Action
from huiying.person import Person, Role
from huiying.procedure import Regime
from responders.beginning import begun_by_alert
from tests.builders import person
from tests.console.client import ADDRESS, Client
from tests.console.night import Night, busy_night, shipped_rules
from tests.signing_in import sign_in_as

pytestmark = pytest.mark.slow

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
TRIED = 4
"""Requests to each operation."""


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """A busy night with a proceeding and an answer in hand."""
    night = Night(Path(tmp_path_factory.mktemp("fuzzed")))
    busy_night(night)
    with night.register.transaction() as tx:
        water = tx.concerns.find("c-water")
        assert water
        begun_by_alert(tx, shipped_rules(), water, now=night.clock.now(), regime=Regime.CURRENT)
    night.drafting.open("c-water", ClarificationKind.SITUATION, "水务局", by=person("高远"))
    yield night
    night.close()


@pytest.fixture(scope="module")
def app(night: Night) -> FastAPI:
    return create_app(night.console())


@pytest.fixture(scope="module")
def known(app: FastAPI) -> dict[str, str]:
    """An id that there is, for every kind of thing that has one on this night."""
    client = Client(app)
    kinds = ("alerts", "concerns", "tasks", "proceedings", "clarifications")
    return {kind: client.get(f"/api/{kind}").json()["items"][0]["id"] for kind in kinds}


def test_no_invented_request_breaks_anything_or_is_answered_otherwise_than_described(
    night: Night, app: FastAPI, known: dict[str, str]
) -> None:
    bearing = {role: token(night, role) for role in Role}
    schema = schemathesis.openapi.from_dict(Client(app).get("/api/openapi.json").json())
    schema.app = app
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if operation.path.startswith("/api/") and "x-required-action" in operation.definition.raw:
            try_out(operation, bearing, known)


def try_out(
    operation: schemathesis.APIOperation[Any, Any, Any, Any],
    bearing: dict[Role, dict[str, str]],
    known: dict[str, str],
) -> None:
    """Some requests to one operation, mostly of those who may, and to things that there are as often as not."""
    actions = [Action(one) for one in operation.definition.raw["x-required-action"]]
    able = sorted(set[Role]().union(*(ALLOWED[action] for action in actions)))
    kind = operation.path.split("/")[2]

    @seed(1)
    @settings(
        max_examples=TRIED,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=operation.as_strategy(),
        role=st.sampled_from(able) | st.sampled_from(sorted(Role)),
        there=st.booleans(),
    )
    def ask(case: schemathesis.Case[Any], role: Role, there: bool) -> None:
        if there and "id" in case.path_parameters and kind in known:
            case.path_parameters["id"] = known[kind]
        answer = case.call(base_url=ADDRESS, headers=bearing[role])
        case.validate_response(answer, checks=CHECKS)
        assert role in able or answer.status_code >= 400

    ask()


def token(night: Night, role: Role) -> dict[str, str]:
    """What a program bears that comes in the name of somebody in this role, for everything they may do."""
    who = Person(id=f"fuzz-{role.value}", name=role.label, roles=frozenset({role}), bureau="水务局")
    sign_in_as(night.register, who, night.clock)
    admin = Person(id="root", name="罗嘉", roles=frozenset({Role.ADMINISTRATOR}))
    scopes = {action for action in Action if role in ALLOWED[action]}
    _, secret = night.console().staff.make_token(who.id, "试", scopes, 30, by=admin)
    return {"authorization": f"Bearer {secret}"}
