"""A new version is let in only where it is no worse than the present one on what neither was taught."""

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from consumers.judging.judge import Judge
from consumers.judging.model import SHIPPED, Model, load_model
from consumers.training.corrections import TaughtPost, held_back, read_taught
from consumers.training.retraining import Retraining
from consumers.training.versions import Versions
from huiying.correction import Judgement
from tests.consumers.training.small_sets import write_small_sets


def taught(post: str, text: str = "路灯不亮没人修", lead: str = "城管局") -> TaughtPost:
    return TaughtPost(post=post, text=text, said={Judgement.LEAD: (lead,)}, weights={Judgement.LEAD: 1.0})


CORRECTIONS = [taught(f"post-{number}") for number in range(60)]
HELD_BACK = {post.post for post in CORRECTIONS if held_back(post.post)}


@dataclass
class Fitting:
    """Gives the shipped model under a new name, `spoiled` where it was taught corrections; remembers its lessons."""

    spoil: bool = False
    folders: list[set[str]] = field(default_factory=list)

    def __call__(self, lessons: Path, into: Path) -> Model:
        learnt = {post.post for post in read_taught(lessons)}
        self.folders.append(learnt)
        shutil.copytree(SHIPPED, into)
        facts = json.loads((SHIPPED / "judge.json").read_text("utf-8")) | {"version": f"linear-{len(self.folders)}"}
        if self.spoil and learnt:
            facts["calibration"]["lead"] = [0.0] * len(facts["calibration"]["lead"])
        (into / "judge.json").write_text(json.dumps(facts, ensure_ascii=False), "utf-8")
        return load_model(into)


@dataclass
class Office:
    """An office with its versions, and the judge of any folder."""

    data: Path
    judge: Judge
    fitting: Fitting = field(default_factory=Fitting)
    notes: list[str] = field(default_factory=list)

    @property
    def versions(self) -> Versions:
        return Versions(self.data)

    def retraining(self) -> Retraining:
        return Retraining(
            versions=self.versions,
            fit=self.fitting,
            open_judge=lambda folder: Judge(model=load_model(folder), clues=self.judge.clues, city=self.judge.city),
            note=self.notes.append,
            seed=7,
        )


@pytest.fixture
def office(tmp_path: Path, judge: Judge) -> Office:
    return Office(tmp_path / "var", judge)


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_sets(tmp_path_factory.mktemp("sets"))


def test_what_is_no_worse_is_installed_with_its_probe(office: Office, sets: Path) -> None:
    result = office.retraining().run(sets, CORRECTIONS, teach=True)
    assert result.model == "linear-3"
    assert result.lessons["lead"] == len(CORRECTIONS)
    assert office.versions.installed is not None
    assert load_model(office.versions.installed).version == "linear-3"
    assert office.versions.probe is not None
    assert not any(path.name.startswith(".making") for path in office.versions.folder.iterdir())


def test_the_held_back_corrections_are_asked_and_not_taught_before(office: Office, sets: Path) -> None:
    assert HELD_BACK
    result = office.retraining().run(sets, CORRECTIONS, teach=True)
    everyone = {post.post for post in CORRECTIONS}
    assert office.fitting.folders == [set(), everyone - HELD_BACK, everyone]
    [asked] = [one for one in result.comparisons if one.name == "更正 责任单位首位正确"]
    assert asked.rows == len(HELD_BACK)


def test_what_is_worse_is_not_installed_and_the_present_one_stays(office: Office, sets: Path) -> None:
    office.fitting.spoil = True
    result = office.retraining().run(sets, CORRECTIONS, teach=True)
    assert result.model is None
    assert any(one.worse for one in result.comparisons)
    assert office.versions.installed is None
    assert any("变差" in note for note in office.notes)
    assert len(office.fitting.folders) == 2, "what is refused is not fitted on everything"


def test_the_next_training_is_measured_beside_the_probe_that_was_left(office: Office, sets: Path) -> None:
    office.retraining().run(sets, CORRECTIONS, teach=True)
    office.retraining().run(sets, CORRECTIONS, teach=True)
    assert len(office.fitting.folders) == 3 + 2
    assert office.versions.names == ("linear-3", "linear-5")
    assert office.versions.back() == "linear-3"


def test_without_corrections_to_teach_the_held_back_ones_are_asked_all_the_same(office: Office, sets: Path) -> None:
    result = office.retraining().run(sets, CORRECTIONS, teach=False)
    assert office.fitting.folders == [set(), set()]
    assert "更正 责任单位首位正确" in {one.name for one in result.comparisons}
    assert result.lessons == {"tone": 0, "lead": 0, "duties": 0, "kind": 0}


def test_an_exam_over_other_data_does_not_trust_the_old_probe(office: Office, sets: Path, tmp_path: Path) -> None:
    office.retraining().run(sets, [], teach=False)
    other = tmp_path / "other"
    shutil.copytree(sets, other)
    shutil.copy(sets / "sentiment/osm2022.jsonl.gz", other / "sentiment/weibo2018.jsonl.gz")
    before = len(office.fitting.folders)
    office.retraining().run(other, [], teach=False)
    assert len(office.fitting.folders) == before + 2
    assert np.all([one.after == one.before for one in office.retraining().run(other, [], teach=False).comparisons])
