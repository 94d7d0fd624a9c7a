"""What the words of a registered matter say, by the judge in force."""

from collections.abc import Callable
from datetime import datetime

from consumers.judging.judge import Judge
from consumers.registering import member_of_words
from huiying.concern import DANGER
from huiying.policy.gathering import GatheringRules
from responders.shift.registering import Understand, Understanding


def understanding(judge: Callable[[], Judge], rules: GatheringRules) -> Understand:
    """How this office understands words; the judge is loaded when the first are understood."""

    def understand(concern: str, title: str, text: str, at: datetime) -> Understanding:
        [assessment] = judge().assess([f"{title}\n{text}"])
        member, keywords = member_of_words(concern, title, text, at, assessment.fingerprint, rules)
        return Understanding(member=member, keywords=keywords, dangerous=assessment.urgency == DANGER)

    return understand
