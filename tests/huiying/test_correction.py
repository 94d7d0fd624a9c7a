"""A correction refuses what makes no sense when it is made."""

import pytest

from huiying.correction import Judgement
from tests.builders import make_correction


@pytest.mark.parametrize(
    "changes",
    [
        {"concern": "c-1", "post": "post-1"},
        {"judgement": Judgement.TONE, "said": ("angry",)},
        {"judgement": Judgement.TONE, "said": ("negative", "neutral")},
        {"judgement": Judgement.KIND, "said": ("吐槽",)},
        {"judgement": Judgement.DUTIES, "said": ("供水",)},
        {"judgement": Judgement.LEAD, "said": ()},
        {"judgement": Judgement.ALERT},
        {"judgement": Judgement.TONE, "concern": "c-1", "said": ("neutral",)},
        {"judgement": Judgement.SPLIT, "concern": "c-1", "said": ()},
    ],
)
def test_what_makes_no_sense_is_no_correction(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"correction|corrected|is no"):
        make_correction(**changes)


def test_no_duty_at_all_is_something_a_person_can_say() -> None:
    assert make_correction(judgement=Judgement.DUTIES, judged=("8",), said=()).changed


def test_to_say_the_same_is_to_confirm() -> None:
    assert not make_correction(said=("水务局",)).changed
