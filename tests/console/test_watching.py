"""What is away is told, and told no more once it is back; that pages bear it, the faults' flow test sees."""

from pathlib import Path

from console.watching import Absences
from huiying.archive.archive import Archive
from huiying.archive.sqlite import SqliteArchive
from huiying.bus.sqlite import SqliteBus
from tests.console.night import Night
from tests.services.server import in_time


def test_what_is_away_is_told_and_what_it_means(night: Night, tmp_path: Path) -> None:
    place = tmp_path / "bus"
    place.write_text("not a folder", "utf-8")
    absences = Absences(night.console(bus=lambda: SqliteBus(place / "bus.db")))
    assert absences.notices() == []
    absences.look()
    assert in_time(lambda: bool(absences.notices()), 10.0)
    (words,) = absences.notices()
    assert words.startswith("消息总线暂时连不上")


def test_the_notice_goes_when_the_store_is_back(night: Night) -> None:
    class Door:
        """The archive, or nothing, as the test wants it."""

        open = False

    def archive() -> Archive:
        return night.archive if Door.open else SqliteArchive(Path("/dev/null/archive.db"))

    class Behind:
        """An archive behind the door."""

        def __getattr__(self, name: str) -> object:
            return getattr(archive(), name)

    absences = Absences(night.console(archive=Behind()))
    absences.look()
    assert in_time(lambda: bool(absences.notices()), 10.0)
    Door.open = True

    def gone() -> bool:
        absences.look()
        return not absences.notices()

    assert in_time(gone, 20.0)
