"""Cards hold the figures that were measured, between their marks, and nothing else changes."""

from pathlib import Path

import pytest

from consumers.training.cards import fill_cards, write_cards
from consumers.training.measures import Bin, Figure
from consumers.training.report import Curve, Mistake, Report, as_lines
from huiying.failures import Misconfigured

CARD = """# A card

By hand.

<!-- figures: tone -->
old
<!-- end of figures -->

By hand too.

<!-- figures: masking -->
kept
<!-- end of figures -->
"""
TONE = Report(
    part="tone",
    figures=[Figure(name="语气 宏平均F1", value=0.7512, low=0.74, high=0.76, rows=1200)],
    curves=[Curve(name="负面 <全部>", bins=(Bin(rows=600, said=0.2, right=0.25, low=0.2, high=0.3),) * 2)],
    mistakes=[
        Mistake(judgement="语气", row="weibo:7", told="positive", given="negative", probability=0.91, text="原文在此")
    ],
)


def test_a_place_is_filled_and_the_rest_stays_as_it_was(tmp_path: Path) -> None:
    card = tmp_path / "judge.md"
    card.write_text(CARD, "utf-8")
    assert write_cards(tmp_path, {"tone": TONE}) == [card, tmp_path / "tone-calibration.svg"]
    text = card.read_text("utf-8")
    assert text.startswith(CARD[: CARD.index("old")])
    assert text.endswith(CARD[CARD.index("<!-- end of figures -->") :])
    assert "| 语气 宏平均F1 | 0.751 | 0.740, 0.760 | 1200 |" in text
    assert "| 1 | 0.20 → 0.25 (600) |" in text
    assert "| 语气 | weibo:7 | positive | negative | 0.910 |" in text


def test_no_text_of_a_data_set_gets_into_a_card(tmp_path: Path) -> None:
    (tmp_path / "judge.md").write_text(CARD, "utf-8")
    for path in write_cards(tmp_path, {"tone": TONE}):
        assert "原文在此" not in path.read_text("utf-8")
    assert not any("原文在此" in line for line in as_lines(TONE, mistakes=0))
    assert any("原文在此" in line for line in as_lines(TONE, mistakes=1))


def test_filling_twice_changes_nothing_more(tmp_path: Path) -> None:
    card = tmp_path / "judge.md"
    card.write_text(CARD, "utf-8")
    write_cards(tmp_path, {"tone": TONE})
    once = card.read_bytes()
    write_cards(tmp_path, {"tone": TONE})
    assert card.read_bytes() == once


def test_other_measurements_fill_their_own_places(tmp_path: Path) -> None:
    card = tmp_path / "masking.md"
    card.write_text(CARD, "utf-8")
    assert fill_cards(tmp_path, {"masking": "recall .98\n", "alerts": "nowhere asked for"}) == [card]
    assert card.read_text("utf-8") == CARD.replace("kept", "\nrecall .98\n")


def test_a_picture_is_drawn_only_where_a_card_asks_for_the_part(tmp_path: Path) -> None:
    (tmp_path / "masking.md").write_text(CARD.replace("figures: tone", "figures: words"), "utf-8")
    assert write_cards(tmp_path, {"tone": TONE}) == []
    assert not list(tmp_path.glob("*.svg"))


def test_the_picture_is_well_formed(tmp_path: Path) -> None:
    (tmp_path / "judge.md").write_text(CARD, "utf-8")
    write_cards(tmp_path, {"tone": TONE})
    picture = (tmp_path / "tone-calibration.svg").read_text("utf-8")
    assert "负面 &lt;全部&gt; n=1200" in picture
    assert picture.count("<circle") == 2
    assert picture.startswith("<svg")
    assert picture.endswith("</svg>\n")


def test_a_folder_without_any_mark_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("nothing asked for", "utf-8")
    with pytest.raises(Misconfigured, match="figures"):
        write_cards(tmp_path, {"tone": TONE})
