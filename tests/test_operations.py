"""What docs/operations.md says of topics, tables, ports and defaults is what the program does."""

import re

from console.roles import consumer_roles, office_roles
from console.status import GROUPS
from console.vitals import SILENT_SECONDS
from console.wiring import Office
from huiying.environment import SETTINGS
from huiying.messages import KINDS
from huiying.policy.policy import default_office
from huiying.register.schema import metadata
from huiying.settings import read_settings
from tests.deployment import HOUSE, variables

TEXT = (HOUSE / "docs" / "operations.md").read_text("utf-8")


def rows(heading: str) -> list[list[str]]:
    """The rows of the first table under a heading, without its head."""
    section = re.split(rf"^#+ {heading}$", TEXT, maxsplit=1, flags=re.MULTILINE)[1]
    lines = re.search(r"(?:^\|.*\n)+", section, re.MULTILINE)
    assert lines is not None
    return [[cell.strip() for cell in line.strip("| \n").split(" | ")] for line in lines[0].splitlines()[2:]]


def test_every_topic_stands_there_with_who_reads_it() -> None:
    readers = {topic: [stage for stage, read in GROUPS.items() if topic in read] for topic in KINDS}
    written = {topic.strip("`"): reader.replace("–", "").split() for topic, _, _, reader in rows("Topics")}
    assert written == readers


def test_every_table_stands_there() -> None:
    written = [name.strip("`") for name, _, _ in rows("Indices and tables")]
    assert sorted(written) == sorted({*metadata.tables, "alembic_version"})


def test_the_defaults_are_those_of_the_settings() -> None:
    defaults = {setting.name: setting.default for setting in SETTINGS}
    told = dict(re.findall(r"`(HUIYING_\w+)` \((\d+)\)", TEXT))
    assert told == {name: defaults[name] for name in told}
    assert {"HUIYING_KAFKA_PARTITIONS", "HUIYING_KAFKA_RETENTION_HOURS", "HUIYING_LEASE_SECONDS"} <= set(told)
    assert f"for {SILENT_SECONDS:.0f} s" in TEXT


def test_no_setting_is_named_that_does_not_exist() -> None:
    names = {setting.name for setting in SETTINGS}
    assert set(re.findall(r"\bHUIYING_[A-Z_]*[A-Z]\b", TEXT)) <= names


def test_children_take_the_ports_that_are_written_there() -> None:
    office = Office(read_settings({"HUIYING_METRICS_PORT": "9100"}, HOUSE), default_office())
    given = {"`huiying run`": office_roles(office), "`huiying consume`": consumer_roles(office, 9100)}
    table = {row[0]: [cell for cell in row[1:] if cell] for row in rows("What to watch")}
    for command, roles in given.items():
        ports = [role.arguments[role.arguments.index("--metrics-port") + 1] for role in roles]
        assert ports == [str(9100 + number) for number in range(len(roles))]
        assert table[command] == [role.name for role in roles]


def test_the_variables_of_compose_stand_there() -> None:
    ours = {name for name in variables() if name not in {"HUIYING_BUS", "HUIYING_ARCHIVE", "HUIYING_REGISTER"}}
    written = {row[0].strip("`") for row in rows("One machine with Compose")}
    assert written == ours - {"HUIYING_ELASTICSEARCH_USER"}
