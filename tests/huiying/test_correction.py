"""A correction refuses what makes no sense when it is made."""

import pytest

from huiying.correction import Judgement, standing_answers
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
        {"judgement": Judgement.FIRST_ANSWER, "said": ("confirmed", "interest")},
        {"judgement": Judgement.FIRST_ANSWER, "concern": "c-1", "said": ("perhaps", "interest")},
        {"judgement": Judgement.COLLECTION_POINT, "concern": "c-1", "said": ("denied",)},
    ],
)
def test_what_makes_no_sense_is_no_correction(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"correction|corrected|is no"):
        make_correction(**changes)


def test_no_duty_at_all_is_something_a_person_can_say() -> None:
    assert make_correction(judgement=Judgement.DUTIES, judged=("8",), said=()).changed


def test_to_say_the_same_is_to_confirm() -> None:
    assert not make_correction(said=("水务局",)).changed


def test_each_category_that_was_suggested_has_an_answer_of_its_own() -> None:
    denied, confirmed, other = (
        make_correction(judgement=judgement, concern="c-1", judged=("emergency",), said=(answer, "emergency"))
        for judgement, answer in (
            (Judgement.FIRST_ANSWER, "denied"),
            (Judgement.FIRST_ANSWER, "confirmed"),
            (Judgement.COLLECTION_POINT, "confirmed"),
        )
    )
    lead = make_correction(concern="c-1")
    assert standing_answers([denied, lead, confirmed, other]) == {
        (Judgement.FIRST_ANSWER, "emergency"): denied,
        (Judgement.COLLECTION_POINT, "emergency"): other,
    }
    assert denied.changed
    assert not confirmed.changed
