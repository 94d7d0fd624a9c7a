"""Whatever is done to an answer, what was saved before stays as it was."""

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from huiying.clarification import ClarificationKind, Evidence, EvidenceKind, Text
from huiying.failures import NotAllowed
from huiying.person import Role
from responders.answers.drafting import Drafting
from responders.answers.drafts.editing import Edit, added, dropped, judged, said_otherwise, tagged, tied, untied
from responders.answers.drafts.versions import wordings
from tests.builders import make_concern, make_finding, make_text, person
from tests.registers import empty_register
from tests.responders.office import SmallOffice

HANDLER = person("沈敬", Role.HANDLER, bureau="水务局")
FINDING = Evidence(kind=EvidenceKind.FINDING, reference="finding-1")
WORDS = st.text("水管爆裂修复3小时\u200b", min_size=1, max_size=6)
NUMBERS = st.integers(0, 4)
EDITS: st.SearchStrategy[Edit] = st.one_of(
    st.builds(tied, NUMBERS, st.just(FINDING)),
    st.builds(untied, NUMBERS, st.integers(0, 2)),
    st.builds(judged, NUMBERS),
    st.builds(dropped, NUMBERS),
    st.builds(said_otherwise, NUMBERS, WORDS),
    st.builds(tagged, NUMBERS, st.lists(st.sampled_from(["cause", "next"]), max_size=2)),
    st.builds(lambda text: added(make_text(text).sentences), WORDS),
)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.one_of(EDITS, WORDS), max_size=8))
def test_versions_are_only_added_and_a_refusal_adds_none(moves: list[Edit | str]) -> None:
    with TemporaryDirectory() as folder:
        office = SmallOffice(empty_register(Path(folder)))
        with office.register.transaction() as tx:
            tx.concerns.insert(make_concern())
            tx.findings.insert(make_finding())
        drafting = Drafting(office.register, office.rules, lambda _: {}, office.clock)
        id = drafting.open("concern-1", ClarificationKind.SITUATION, "水务局", by=HANDLER).id
        kept: tuple[Text, ...] = ()
        for move in moves:
            saved = _moved(drafting, id, move, len(kept))
            with office.register.reading() as tx:
                now = tuple(tx.clarifications.texts(id))
            assert now[: len(kept)] == kept
            assert len(now) == len(kept) + saved
            assert [text.number for text in now] == list(range(1, len(now) + 1))
            kept = now
        drafts = wordings(kept)
        assert all(one.sha256 != other.sha256 for one, other in pairwise(drafts))
        office.register.close()


def _moved(drafting: Drafting, id: str, move: Edit | str, after: int) -> bool:
    try:
        if isinstance(move, str):
            drafting.write(id, "通报", move, after=after, by=HANDLER)
        else:
            drafting.change(id, move, after=after, by=HANDLER)
    except NotAllowed:
        return False
    return True
