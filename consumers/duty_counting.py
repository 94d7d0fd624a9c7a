"""Counts the posts of a batch by the duties they touch and the hour in which they were said."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from huiying.messages import PostAssessed


def count_by_duty(messages: Iterable[PostAssessed]) -> Mapping[tuple[int, datetime], int]:
    """How many of these posts touch each duty, by its number and the hour."""
    return Counter(
        (duty.number, message.post.at.replace(minute=0, second=0, microsecond=0))
        for message in messages
        for duty in message.assessment.duties
    )
