"""The roles of an office: what runs in each process, and which processes make a whole office."""

from collections.abc import Sequence
from dataclasses import replace

from console.supervisor import Role
from console.wiring import Office
from consumers.stages import CONSUMER_STAGES
from responders.role import RespondRole, Standing
from responders.stages import RESPONDER_STAGES


def office_roles(office: Office, *, port: int | None = None, serving: Sequence[str] = ()) -> list[Role]:
    """The processes of a whole office: serve, crawl, one per consumer stage, respond; public where it has a port.

    `serving` is told to the console besides.
    """
    same = ("--data", str(office.settings.data.absolute()), "--config", str(office.config.absolute()))
    at_port = () if port is None else ("--port", str(port))
    roles = [
        Role(name="serve", arguments=("serve", *same, *at_port, *serving)),
        Role(name="crawl", arguments=("crawl", *same)),
        *consumer_roles(office, None),
        Role(name="respond", arguments=("respond", *same)),
    ]
    if office.settings.public_port:
        roles.append(Role(name="public", arguments=("public", *same)))
    return _telling_from(office.settings.metrics_port, roles)


def consumer_roles(office: Office, metrics_port: int | None) -> list[Role]:
    """One process per consumer stage."""
    same = ("--data", str(office.settings.data.absolute()), "--config", str(office.config.absolute()))
    roles = [Role(name=stage, arguments=("consume", "--stage", stage, *same)) for stage in CONSUMER_STAGES]
    return _telling_from(metrics_port, roles)


def _telling_from(first: int | None, roles: Sequence[Role]) -> list[Role]:
    """The same roles, each telling how it is on a port of its own: this one and those after it."""
    if first is None:
        return list(roles)
    return [
        replace(role, arguments=(*role.arguments, "--metrics-port", str(port)))
        for port, role in enumerate(roles, first)
    ]


def respond_role(office: Office) -> RespondRole:
    """The respond role of this process: relay, stages, timers, errands and sender."""
    loops = [office.loop(name) for name in RESPONDER_STAGES]
    standing: dict[str, Standing] = {
        "timers": office.timers(),
        "errands": office.errands(),
        "sender": office.sender(),
    }
    return RespondRole(office.relay(), loops, standing)
