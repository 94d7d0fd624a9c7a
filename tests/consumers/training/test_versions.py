"""An office's versions of the model: kept, installed, gone back from; the program's own is never touched."""

from pathlib import Path

import pytest

from consumers.training.versions import Versions
from huiying.failures import Misconfigured, NotAllowed


@pytest.fixture
def versions(tmp_path: Path) -> Versions:
    return Versions(tmp_path)


def make(versions: Versions, name: str, text: str = "weights") -> None:
    with versions.workplace() as place:
        made, probe = place / "whole", place / "probe"
        for folder in (made, probe):
            folder.mkdir()
            (folder / "judge.npz").write_text(f"{text} of {folder.name}")
        versions.keep(made, name, probe, {"exam": name})
    versions.install(name)


def test_with_nothing_installed_the_programs_own_model_is_in_force(versions: Versions) -> None:
    assert (versions.installed, versions.probe, versions.facts()) == (None, None, {})
    with pytest.raises(NotAllowed, match="随程序的模型"):
        versions.back()


def test_going_back_leads_to_the_version_before_and_then_to_the_programs_own(versions: Versions) -> None:
    make(versions, "linear-a")
    make(versions, "linear-b")
    assert versions.facts() == {"exam": "linear-b"}
    assert versions.probe is not None
    assert (versions.probe / "judge.npz").read_text() == "weights of probe"
    assert versions.back() == "linear-a"
    assert versions.installed == versions.folder / "linear-a"
    assert versions.back() is None
    assert versions.installed is None
    assert (versions.folder / "linear-b" / "judge.npz").exists(), "what was installed once is kept"


def test_a_version_made_again_is_the_same_and_installed_once(versions: Versions) -> None:
    make(versions, "linear-a")
    make(versions, "linear-a", "other weights")
    assert versions.names == ("linear-a",)
    assert (versions.folder / "linear-a" / "judge.npz").read_text() == "weights of whole"


def test_what_fails_while_it_is_made_leaves_nothing(versions: Versions) -> None:
    def fail() -> None:
        with versions.workplace() as place:
            (place / "half").mkdir()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(versions.folder.iterdir()) == []


def test_a_list_that_cannot_be_read_says_what_to_do(versions: Versions) -> None:
    make(versions, "linear-a")
    (versions.folder / "installed.json").write_text("{")
    with pytest.raises(Misconfigured, match="移走它"):
        _ = versions.installed
