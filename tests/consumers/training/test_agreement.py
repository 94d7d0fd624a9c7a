"""The figures of two readers: they agree less by chance than they seem to, and no figure is missing."""

from consumers.training.agreement import agreement_figures
from consumers.training.readings import read_messages, read_second


def test_kappa_is_what_is_left_of_agreement_without_chance() -> None:
    figures = {figure.name.strip("　"): figure for figure in agreement_figures()}
    for name in ("牵头单位", "诉求类别", "语气", "紧急程度"):
        assert 0.8 < figures[f"{name} κ"].value < figures[f"两次阅读 {name} 一致"].value
    assert figures["两次阅读 职责 F1"].value > 0.8
    assert figures["连同也说得通的单位"].value >= figures["两次阅读 牵头单位 一致"].value


def test_every_second_reading_has_a_first() -> None:
    assert read_second().keys() <= read_messages().keys()
