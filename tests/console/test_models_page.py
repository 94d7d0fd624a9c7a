"""The page of models tells which is in force and how it was let in, and goes back to the one before."""

from pathlib import Path

from console.app import create_app
from consumers.training.versions import Versions
from tests.console.client import Client
from tests.console.night import Night
from tests.console.offices import ADMINISTRATOR


def keep(versions: Versions, name: str) -> None:
    """A version as a training leaves it, but for its weights."""
    figure = {"name": "责任单位首位正确", "rows": 61, "before": 0.9, "after": 0.918, "low": -0.01, "high": 0.04}
    facts = {"program": "0.1.0", "seed": 7, "lessons": {"lead": 12}, "compared": [figure | {"worse": False}]}
    with versions.workplace() as place:
        for part in ("whole", "probe"):
            (place / part).mkdir()
        versions.keep(place / "whole", name, place / "probe", facts)
    versions.install(name)


def test_the_program_s_own_model_is_in_force_where_none_was_installed(night: Night) -> None:
    page = Client(create_app(night.console()), ADMINISTRATOR).get("/models").text
    assert page.index("随程序的模型") < page.index("现用")
    assert "/models/back" not in page


def test_one_goes_back_from_the_model_that_one_saw_with_a_reason(night: Night, tmp_path: Path) -> None:
    versions = Versions(tmp_path)
    keep(versions, "grams-1")
    keep(versions, "grams-2")
    admin = Client(create_app(night.console()), ADMINISTRATOR)
    page = admin.get("/models").text
    assert "+0.018　[-0.010, +0.040]" in page
    assert "牵头单位 12 条" in page
    form = {"present": "grams-2", "why": ""}
    assert "请写明为什么退回" in admin.send_form("/models/back", form, on="/models").text
    assert "已退回到grams-1" in admin.send_form("/models/back", form | {"why": "误报多"}, on="/models").text
    assert "现用的模型刚刚换成了grams-1" in admin.send_form("/models/back", form | {"why": "x"}, on="/models").text
    assert versions.names == ("grams-1",)
    with night.register.reading() as tx:
        done = next(entry.deed for entry in tx.audit.newest() if entry.deed.outcome == "done")
    assert done.note == "从 grams-2 退回到grams-1。缘由：误报多"
