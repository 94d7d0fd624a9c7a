"""What officers corrected is learnt by the next training, for posts like those they corrected."""

from pathlib import Path

import pytest

from consumers.judging.judge import Judge
from consumers.judging.model import load_model
from consumers.training.corrections import TaughtPost, held_back
from consumers.training.retraining import Retraining
from consumers.training.training import train
from consumers.training.versions import Versions
from huiying.correction import OF_POSTS, Judgement
from tests.consumers.training.small_sets import write_small_sets

SAID = {
    Judgement.TONE: ("neutral",),
    Judgement.LEAD: ("旅游局",),
    Judgement.DUTIES: ("9",),
    Judgement.KIND: ("求助",),
}


@pytest.mark.slow
def test_posts_like_those_that_were_corrected_are_judged_as_officers_said(tmp_path: Path, judge: Judge) -> None:
    corrections = [
        TaughtPost(
            post=f"post-{number}",
            text=f"{place}园的健身器材坏了{number}天，谁来修一修",
            said=SAID,
            weights=dict.fromkeys(OF_POSTS, 1.0),
        )
        for number, place in enumerate("东西南北上下前后大小新老" * 5)
    ]

    def open_judge(folder: Path) -> Judge:
        return Judge(model=load_model(folder), clues=judge.clues, city=judge.city)

    retraining = Retraining(
        versions=Versions(tmp_path),
        fit=lambda lessons, into: train(lessons, into, judge.clues, judge.city, 7, lambda _: None),
        open_judge=open_judge,
        note=lambda _: None,
        seed=7,
    )
    result = retraining.run(write_small_sets(tmp_path / "sets"), corrections, teach=True)
    own = {one.name: one for one in result.comparisons if one.name.startswith("更正")}
    assert own["更正 责任单位首位正确"].rows == sum(held_back(post.post) for post in corrections)
    assert own["更正 责任单位首位正确"].before < 0.5 < own["更正 责任单位首位正确"].after
    assert own["更正 诉求类别正确"].after > 0.5
    assert own["更正 职责微平均F1"].after > 0.5
    assert result.model is not None
