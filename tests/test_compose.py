"""`docker-compose.yml` is what the specification allows, and every word of it is one the program knows."""

import json
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest
from jsonschema import FormatChecker
from jsonschema.validators import validator_for

from console.cli import huiying
from console.serving import must_stay_on_this_machine
from console.vitals import SILENT_SECONDS, Vitals, telling
from consumers.stages import CONSUMER_STAGES
from huiying.environment import SETTINGS
from huiying.pulse import Pulse
from huiying.settings import Address, Settings, read_settings
from tests.deployment import (
    HOUSE,
    ROLES,
    SERVERS,
    compose,
    compose_text,
    environment_of_image,
    final,
    mapped_ports,
    service,
    variables,
)
from tests.services.server import free_port

OURS = (*ROLES, "prepare")
EVERYTHING = (*OURS, *SERVERS)
_SERVICES = HOUSE / "tests" / "services"


def settings_of(role: str, tmp_path: Path) -> Settings:
    """The settings a process of this service starts with, its secret files being elsewhere here."""
    secret = tmp_path / "secret"
    secret.write_text("a-password\n", "utf-8")
    environment = environment_of_image() | service(role)["environment"]
    ours = {name: value for name, value in environment.items() if name.startswith("HUIYING_")}
    return read_settings({name: str(secret) if name.endswith("_FILE") else ours[name] for name in ours}, tmp_path)


def parsed(role: str) -> tuple[str, dict[str, object]]:
    """The command a service runs and its options, as the command line reads them."""
    name, *arguments = map(str, service(role)["command"])
    command = huiying.get_command(click.Context(huiying), name)
    assert command is not None, f"there is no command {name}"
    return name, command.make_context(name, arguments).params


def bytes_of(size: str) -> int:
    return int(size[:-1]) * {"m": 2**20, "g": 2**30}[size[-1]]


def test_it_is_what_the_specification_allows() -> None:
    schema = json.loads(files("check_jsonschema").joinpath("builtin_schemas/vendor/compose-spec.json").read_text())
    checker = validator_for(schema)
    checker.check_schema(schema)
    errors = checker(schema, format_checker=FormatChecker()).iter_errors(compose())
    assert [f"{'/'.join(map(str, error.path))}: {error.message}" for error in errors] == []


def test_the_services_are_the_roles_the_servers_and_the_preparation() -> None:
    assert set(compose()["services"]) == set(EVERYTHING)


def test_every_image_is_pinned_and_names_no_registry() -> None:
    for name in EVERYTHING:
        image = service(name)["image"]
        assert re.fullmatch(r"[a-z]+(/[a-z]+)?:\d+\.\d+[\w.-]*", image), image


@pytest.mark.parametrize(
    ("server", "file", "wanted"),
    [
        ("kafka", "pom-kafka.xml", r"<kafka.version>(\d+\.\d+)"),
        ("elasticsearch", "pom-elasticsearch.xml", r"<elasticsearch.version>(\d+\.\d+)"),
        ("postgres", "postgresql.py", r"pginstall(\d+)"),
    ],
)
def test_the_servers_are_those_that_are_tested(server: str, file: str, wanted: str) -> None:
    tested = re.search(wanted, (_SERVICES / file).read_text("utf-8"))
    assert tested is not None
    assert service(server)["image"].partition(":")[2].startswith(f"{tested[1]}.")


def test_every_role_runs_its_command() -> None:
    assert {role: parsed(role)[0] for role in ROLES} == {
        "crawl": "crawl",
        **dict.fromkeys(CONSUMER_STAGES, "consume"),
        "respond": "respond",
        "serve": "serve",
    }
    assert {stage: parsed(stage)[1]["stage"] for stage in CONSUMER_STAGES} == {each: each for each in CONSUMER_STAGES}


def test_what_must_be_ready_first_is_made_ready_first() -> None:
    name, options = parsed("prepare")
    assert name == "prepare"
    assert options["patience"] == 300
    for role in ROLES:
        assert service(role)["depends_on"] == {"prepare": {"condition": "service_completed_successfully"}}
    assert service("prepare")["restart"] == "no"
    assert not service("prepare")["depends_on"], "it waits by itself, also for servers that stand elsewhere"


@pytest.mark.parametrize("role", OURS)
def test_every_setting_is_one_of_ours_and_is_accepted(role: str, tmp_path: Path) -> None:
    names = {setting.name for setting in SETTINGS} | {f"{each.name}_FILE" for each in SETTINGS if each.secret}
    assert {name for name in service(role)["environment"] if name not in names} == set()
    settings_of(role, tmp_path)


def test_the_addresses_are_those_of_the_servers(tmp_path: Path) -> None:
    settings = settings_of("serve", tmp_path)
    bus, archive, register = (urlsplit(url) for url in (settings.bus, settings.archive, settings.register))
    assert (bus.scheme, archive.scheme, register.scheme) == ("kafka", "http", "postgresql+psycopg")
    assert {bus.hostname, archive.hostname, register.hostname} == set(SERVERS)
    assert service("kafka")["environment"]["KAFKA_ADVERTISED_LISTENERS"] == f"PLAINTEXT://{bus.netloc}"
    database = service("postgres")["environment"]
    assert (register.username, register.path) == (database["POSTGRES_USER"], f"/{database['POSTGRES_DB']}")
    search = service("elasticsearch")["environment"]
    assert settings.elasticsearch.password == search["ELASTIC_PASSWORD"]
    assert search["xpack.security.enabled"] == "true"


def test_passwords_have_no_default_and_say_so_in_words() -> None:
    secret = {name: how for name, how in variables().items() if re.search("PASSWORD|TOKEN|SECRET|KEY", name)}
    assert set(secret) == {"HUIYING_ELASTICSEARCH_PASSWORD", "POSTGRESQL_PASSWORD_FILE"}
    for how, words in secret.values():
        assert how == "?"
        assert ".env" in words
    for line in compose_text().splitlines():
        name, _, value = line.strip().partition(":")
        if "PASSWORD" in name and not name.endswith("_FILE") and not name.startswith(("${", "-", "#")):
            assert "elasticsearch_password" in value, f"{line} holds a password"


def test_nothing_but_the_console_is_published_and_only_on_this_machine(tmp_path: Path) -> None:
    settings = settings_of("serve", tmp_path)
    assert [name for name in EVERYTHING if mapped_ports(name)] == ["serve"]
    assert mapped_ports("serve") == [("127.0.0.1", variables()["CONSOLE_PORT"][1], str(settings.port))]
    assert settings.published_on == "127.0.0.1"
    must_stay_on_this_machine(settings.host, settings.published_on, lambda: False)
    assert "network_mode" not in compose_text()


def test_the_servers_are_reached_from_inside_only() -> None:
    networks = compose()["networks"]
    assert [name for name, told in networks.items() if told.get("internal")] == ["inside"]
    wider = {name: set(service(name)["networks"]) - {"inside"} for name in EVERYTHING}
    assert {name: found for name, found in wider.items() if found} == {"crawl": {"outside"}, "serve": {"published"}}


@pytest.mark.parametrize("name", EVERYTHING)
def test_every_container_is_confined(name: str) -> None:
    told = service(name)
    assert told["cap_drop"] == ["ALL"]
    assert told["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in told
    assert bytes_of(told["mem_limit"]) >= 256 * 2**20
    assert told["cpus"] > 0
    assert told["restart"] == ("no" if name == "prepare" else "unless-stopped")
    assert told["healthcheck"] == {"disable": True} if name == "prepare" else told["healthcheck"]["test"]


@pytest.mark.parametrize("name", OURS)
def test_our_containers_write_only_where_data_belongs(name: str) -> None:
    told = service(name)
    assert told["read_only"] is True
    assert told["tmpfs"] == ["/tmp"]
    (folder,), (volume,) = final("WORKDIR"), final("VOLUME")
    config, data = told["volumes"]
    assert config == f"./config:{folder.rest}/config:ro"
    assert (HOUSE / "config" / "city.yaml").is_file()
    assert data == f"office:{volume.rest}"


def test_what_the_servers_keep_outlives_their_containers() -> None:
    kept = {name: service(name)["volumes"][0].split(":") for name in SERVERS}
    assert {volume for volume, _ in kept.values()} | {"office"} == set(compose()["volumes"])
    assert kept["kafka"][1] == service("kafka")["environment"]["KAFKA_LOG_DIRS"]


@pytest.mark.parametrize("server", ["kafka", "elasticsearch"])
def test_half_of_the_memory_is_left_to_what_is_no_heap(server: str) -> None:
    told = service(server)
    options = told["environment"]["KAFKA_HEAP_OPTS" if server == "kafka" else "ES_JAVA_OPTS"]
    heaps = re.findall(r"-Xm[sx](\d+[mg])", options)
    assert len(heaps) == 2
    assert 2 * bytes_of(heaps[0]) == 2 * bytes_of(heaps[1]) == bytes_of(told["mem_limit"])


def test_stand_bys_stand_by_and_no_process_is_without_a_partition(tmp_path: Path) -> None:
    replicas = {role: int(service(role).get("deploy", {}).get("replicas", 1)) for role in ROLES}
    assert min(replicas["gathering"], replicas["respond"]) >= 2
    assert 2 <= replicas["assessing"] <= settings_of("assessing", tmp_path).kafka.partitions
    assert replicas["serve"] == 1, "one port of the machine cannot be published twice"


def test_whoever_asks_how_the_processes_are_finds_them(tmp_path: Path) -> None:
    settings = settings_of("serve", tmp_path)
    others = [Address(host=role, port=settings_of(role, tmp_path).metrics_port or 0) for role in ROLES[:-1]]
    assert list(settings.metrics_of) == others


@pytest.mark.parametrize("role", ROLES)
def test_the_health_check_asks_the_process_and_fails_where_it_is_stuck(role: str, tmp_path: Path) -> None:
    settings, port = settings_of(role, tmp_path), free_port()
    kind, python, option, code = service(role)["healthcheck"]["test"]
    asked = re.search(r"http://127\.0\.0\.1:(\d+)/healthz", code)
    assert (kind, python, option) == ("CMD", "python", "-c")
    assert asked is not None
    assert int(asked[1]) == (settings.port if role == "serve" else settings.metrics_port)
    check = [sys.executable, "-c", code.replace(asked[1], str(port))]
    pulse = Pulse()
    with telling(Vitals(role=role, process="one", pulses={role: pulse}), Address(host="127.0.0.1", port=port)):
        assert subprocess.run(check, check=False).returncode == 0
        pulse.last -= SILENT_SECONDS + 1
        assert subprocess.run(check, check=False, capture_output=True).returncode != 0
    assert subprocess.run(check, check=False, capture_output=True).returncode != 0
