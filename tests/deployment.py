"""`Dockerfile`, `.dockerignore` and `docker-compose.yml` as objects that tests can ask. No engine is needed."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

HOUSE = Path(__file__).parents[1]
ROLES = ("crawl", "assessing", "gathering", "respond", "serve")
SERVERS = ("kafka", "elasticsearch", "postgres")
_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::(?P<how>[-?])(?P<rest>[^}]*))?\}")


@cache
def compose_text() -> str:
    """The file as it stands."""
    return (HOUSE / "docker-compose.yml").read_text("utf-8")


def variables() -> dict[str, tuple[str, str]]:
    """Every variable the file asks for: `-` and its default, or `?` and what is said without it."""
    return {found["name"]: (found["how"] or "", found["rest"] or "") for found in _VARIABLE.finditer(compose_text())}


def compose(given: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The file with its variables filled in; required ones that are not given have the text `given`."""

    def value(found: re.Match[str]) -> str:
        default = found["rest"] if found["how"] == "-" else "given"
        return (given or {}).get(found["name"], default or "")

    loaded: dict[str, Any] = YAML(typ="safe").load(_VARIABLE.sub(value, compose_text()))
    return loaded


def service(name: str) -> dict[str, Any]:
    """One service."""
    found: dict[str, Any] = compose()["services"][name]
    return found


def mapped_ports(name: str) -> list[tuple[str, str, str]]:
    """What a service publishes: address of the machine, port there, port in the container."""
    ports = service(name).get("ports", [])
    return [(each.rsplit(":", 2)[0], *each.rsplit(":", 2)[1:]) for each in ports]


@dataclass(frozen=True, kw_only=True, slots=True)
class Instruction:
    """One instruction of the Dockerfile, its lines joined."""

    stage: int
    name: str
    rest: str

    def words(self) -> list[str]:
        """The arguments without flags; JSON form is read as such."""
        if self.rest.startswith("["):
            parsed: list[str] = json.loads(self.rest)
            return parsed
        return [word for word in self.rest.split() if not word.startswith("--")]


@cache
def dockerfile() -> list[Instruction]:
    """Every instruction in order, with the number of its stage."""
    text = re.sub(r"^#.*\n", "", (HOUSE / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    found, stage = [], -1
    for line in re.sub(r"\\\n\s*", " ", text).splitlines():
        name, _, rest = line.strip().partition(" ")
        stage += name == "FROM"
        if name:
            found.append(Instruction(stage=stage, name=name, rest=rest.strip()))
    return found


def final(name: str) -> list[Instruction]:
    """The instructions of this name in the last stage."""
    last = dockerfile()[-1].stage
    return [each for each in dockerfile() if each.stage == last and each.name == name]


def environment_of_image() -> dict[str, str]:
    """What `ENV` sets in the last stage."""
    return dict(pair.split("=", 1) for each in final("ENV") for pair in each.rest.split())


def is_sent_to_the_engine(path: str) -> bool:
    """Whether `.dockerignore` lets this path into the build; the last pattern that fits it or a parent decides."""
    sent = True
    lines = (HOUSE / ".dockerignore").read_text("utf-8").splitlines()
    parents = [path, *(str(parent) for parent in Path(path).parents if str(parent) != ".")]
    for line in lines:
        pattern = line.removeprefix("!")
        if line and not line.startswith("#") and any(_fits(parent, pattern) for parent in parents):
            sent = line.startswith("!")
    return sent


def _fits(path: str, pattern: str) -> bool:
    """A star stays inside one folder; a leading `**/` means at any depth."""
    if pattern.startswith("**/"):
        return fnmatchcase(Path(path).name, pattern[3:])
    return path.count("/") == pattern.count("/") and fnmatchcase(path, pattern)
