"""The roles of an office: what runs in each process, and which processes make a whole office."""

from console.supervisor import Role
from console.wiring import Office
from consumers.stages import CONSUMER_STAGES
from responders.role import RespondRole
from responders.stages import RESPONDER_STAGES


def office_roles(office: Office, *, port: int | None = None) -> list[Role]:
    """The processes of a whole office: crawl, one per consumer stage, respond, serve."""
    same = ("--data", str(office.settings.data.absolute()), "--config", str(office.config.absolute()))
    at_port = () if port is None else ("--port", str(port))
    return [
        Role(name="serve", arguments=("serve", *same, *at_port)),
        Role(name="crawl", arguments=("crawl", *same)),
        *consumer_roles(office),
        Role(name="respond", arguments=("respond", *same)),
    ]


def consumer_roles(office: Office) -> list[Role]:
    """One process per consumer stage."""
    same = ("--data", str(office.settings.data.absolute()), "--config", str(office.config.absolute()))
    return [Role(name=stage, arguments=("consume", "--stage", stage, *same)) for stage in CONSUMER_STAGES]


def respond_role(office: Office) -> RespondRole:
    """The respond role of this process: relay, stages and timers."""
    return RespondRole(office.relay(), [office.loop(name) for name in RESPONDER_STAGES], office.timers())
