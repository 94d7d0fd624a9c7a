"""The figures behind the overview: posts by tone as they count, and what is in hand, by duty or by bureau."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from console.office import ConsoleOffice
from huiying.archive.archive import CountedBy
from huiying.clock import BEIJING
from huiying.correction import Judgement, as_corrected
from huiying.post import ArchivedPost, Tone
from huiying.register.overview import InHand
from huiying.register.register import Transaction

Tones = Mapping[str, Counter[Tone]]
"""Posts of each tone under each name: the number of a duty, the short name of a bureau, empty for none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Days:
    """Whole days of Beijing; `until` is left out."""

    since: date
    until: date

    def has(self, moment: datetime) -> bool:
        """Whether a moment falls into them."""
        return self.since <= moment.astimezone(BEIJING).date() < self.until


def count_tones(tx: Transaction, office: ConsoleOffice, field: CountedBy, days: Days) -> Tones:
    """Posts said in these days, as the list of them would have them: what a person corrected counts as they said."""
    counted = office.archive.tones(field, days.since, days.until)
    found = {name: Counter(tones) for name, tones in counted.items()}
    for judged, corrected in _corrected(tx, office, days):
        for name in _names(field, judged, judged):
            found.setdefault(name, Counter())[judged.assessment.tone] -= 1
        for name in _names(field, judged, corrected):
            found.setdefault(name, Counter())[corrected.assessment.tone] += 1
    return found


def count_in_hand(found: Iterable[InHand], field: CountedBy) -> Counter[str]:
    """How many tasks or matters stand under each name."""
    if field is CountedBy.BUREAU:
        return Counter(each.bureau for each in found)
    return Counter(str(each.duty) for each in found if each.duty is not None)


def _corrected(tx: Transaction, office: ConsoleOffice, days: Days) -> Iterable[tuple[ArchivedPost, ArchivedPost]]:
    """Posts of these days whose tone or lead a person corrected, as they were judged and as they count."""
    began = datetime.combine(days.since, time(), BEIJING)
    posts = tx.corrections.posts_since(began, (Judgement.TONE, Judgement.LEAD))
    standing = tx.corrections.of_posts(posts)
    for id, judged in office.archive.get(list(posts)).items():
        if days.has(judged.post.at):
            yield judged, as_corrected(judged, standing[id])


def _names(field: CountedBy, judged: ArchivedPost, counted: ArchivedPost) -> Iterable[str]:
    """Under which names a post counts. A list by duty goes by what was judged, as the archive does."""
    if field is CountedBy.BUREAU:
        return [counted.assessment.lead or ""]
    return {str(duty.number) for duty in judged.assessment.duties}
