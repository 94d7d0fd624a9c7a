"""What was found about an answer, in lines for its page."""

from collections.abc import Mapping
from datetime import datetime

from console import wording
from huiying.evaluation import Evaluation
from huiying.post import Tone


def evaluation_lines(evaluation: Evaluation, now: datetime) -> tuple[str, ...]:
    """Clocks first, then what a person found, then the tones for context."""
    words = {True: "按时", False: "未按时", None: "没有法定小时数"}
    clocks = [
        f"{each.title}：{words[each.in_time]}" + (f"（{wording.when(each.met_at, now)} 办完）" if each.met_at else "")
        for each in evaluation.timeliness
    ]
    questions = "关切已逐项回答" if evaluation.questions_answered else "还有关切没有回答"
    notes = (
        (questions, evaluation.questions_note),
        (evaluation.promises.label, evaluation.promises_note),
        (evaluation.adoption.label, evaluation.adoption_note),
    )
    return (*clocks, *(f"{words}（{note}）" if note else words for words, note in notes), _tones(evaluation))


def _tones(evaluation: Evaluation) -> str:
    def counts(tones: Mapping[Tone, int]) -> str:
        return "、".join(f"{name} {tones.get(tone, 0)}" for tone, name in wording.TONES.items())

    return (
        f"回应前 {counts(evaluation.tone_before)}；回应后 {counts(evaluation.tone_after)}（条数，只作参考，不作评价）"
    )
