"""The image holds what the lock files name and what the program needs, and runs as nobody in particular."""

import re
import tomllib

import pytest

import huiying
from huiying.environment import SETTINGS
from tests.deployment import (
    HOUSE,
    ROLES,
    dockerfile,
    environment_of_image,
    final,
    is_sent_to_the_engine,
    service,
)

PROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text("utf-8"))
BASES = [each.words()[0] for each in dockerfile() if each.name == "FROM"]
COPIED = [
    source
    for each in dockerfile()
    if each.name == "COPY" and "--from=" not in each.rest
    for source in each.words()[:-1]
]


def test_every_base_is_pinned_to_a_patch_and_names_no_registry() -> None:
    for base in BASES:
        assert re.fullmatch(r"[a-z]+:\d+\.\d+\.\d+-[a-z-]+", base), base


def test_the_python_is_one_that_the_project_supports_and_the_same_throughout() -> None:
    (base,) = {base for base in BASES if base.startswith("python:")}
    version = tuple(map(int, re.findall(r"\d+", base)[:2]))
    least = tuple(map(int, re.findall(r"\d+", PROJECT["project"]["requires-python"])))
    assert version >= least
    assert BASES[-1] == base


@pytest.mark.parametrize("path", COPIED)
def test_what_is_copied_exists_and_is_sent_to_the_engine(path: str) -> None:
    assert (HOUSE / path).exists()
    assert is_sent_to_the_engine(path)


@pytest.mark.parametrize(
    "path",
    [
        ".git",
        ".venv",
        "var",
        "tests",
        ".env",
        "secrets",
        "huiying/__pycache__",
        "console/static/vendor",
        "node_modules",
    ],
)
def test_what_is_not_copied_is_not_sent(path: str) -> None:
    assert not is_sent_to_the_engine(path)


def test_the_wheel_can_be_built_from_what_is_copied() -> None:
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*wheel["packages"], *wheel["force-include"], PROJECT["project"]["readme"], "pyproject.toml"}
    assert needed <= set(COPIED)
    lock = (HOUSE / "requirements-build.lock").read_text("utf-8")
    for requirement in PROJECT["build-system"]["requires"]:
        assert re.search(rf"^{re.split('[<>=]', requirement)[0]}==", lock, re.MULTILINE)


def test_the_pages_files_come_from_the_stage_that_fetches_them() -> None:
    copies = [each.rest for each in dockerfile() if each.name == "COPY"]
    assert "--from=assets /build/console/static/vendor console/static/vendor" in copies
    runs = [each.rest for each in dockerfile() if each.name == "RUN"]
    assert any("npm ci" in run and "sh console/static/vendor.sh" in run for run in runs)


def test_nothing_is_installed_but_what_the_lock_files_name() -> None:
    installs = re.findall(r"pip (?:--python \S+ )?install ([^&]+)", " && ".join(each.rest for each in dockerfile()))
    assert len(installs) == 3
    for install in installs:
        assert "--require-hashes -r requirements" in install or "--no-deps dist/*.whl" in install


def test_it_runs_as_a_user_of_its_own_who_owns_only_the_data() -> None:
    (user,) = final("USER")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user.rest)
    (run,) = (each.rest for each in final("RUN"))
    uid, gid = user.rest.split(":")
    assert f"useradd --uid {uid} --gid {gid}" in run
    assert "pip uninstall" in run
    (volume,) = final("VOLUME")
    (folder,) = final("WORKDIR")
    assert volume.rest == f"{folder.rest}/var", "where --data has its default"


def test_it_is_the_program_in_this_version() -> None:
    (entry,) = final("ENTRYPOINT")
    assert set(entry.words()) <= set(PROJECT["project"]["scripts"])
    (label,) = final("LABEL")
    assert f'image.version="{huiying.__version__}"' in label.rest
    assert {service(role)["image"] for role in (*ROLES, "prepare")} == {f"huiying:{huiying.__version__}"}


def test_its_environment_and_ports_are_those_of_the_settings() -> None:
    environment = environment_of_image()
    settings = {setting.name: setting.default for setting in SETTINGS}
    ours = {name for name in environment if name.startswith("HUIYING_")}
    assert ours <= set(settings)
    (exposed,) = final("EXPOSE")
    assert exposed.words() == [settings["HUIYING_PORT"], environment["HUIYING_METRICS_PORT"]]
    (health,) = final("HEALTHCHECK")
    assert f"http://127.0.0.1:{environment['HUIYING_METRICS_PORT']}/healthz" in health.rest
    assert environment["PYTHONDONTWRITEBYTECODE"] == "1"
