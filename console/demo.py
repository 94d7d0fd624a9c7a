"""The demonstration: a fresh office on the sample city, either running live or drained once."""

import os
import shutil
import tempfile
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from console.demo_people import make_demo_people
from console.importing import import_file
from console.logs import configure_logs
from console.office import DemoPerson
from console.reloading import ConfigWatch
from console.roles import office_roles
from console.sample_city.server import SampleCity
from console.status import what_came_of_it
from console.supervisor import Supervisor
from console.wiring import Office
from huiying.clock import SystemClock
from huiying.policy.policy import default_office
from huiying.settings import read_settings
from responders.stages import RESPONDER_STAGES

_CITY_FILES = "city-files"
_PEOPLE_FILE = "demo-people.json"
_CHAIN = ("assessing", "gathering", *RESPONDER_STAGES)


class Demo:
    """An office whose sources are the sample city's; its folder is temporary unless `data` names one.

    With `everything` the whole day of the sample city has already passed, so that draining meets every post.
    """

    def __init__(self, data: Path | None, config: Path | None, *, everything: bool) -> None:
        self._data = data
        self._config = config or default_office()
        self._everything = everything
        self._open = ExitStack()

    def __enter__(self) -> Self:
        clock = SystemClock()
        folder = self._data or Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="huiying-demo-")))
        self._city = self._open.enter_context(SampleCity(clock.now(), clock, everything=self._everything))
        config = folder / "config"
        shutil.copytree(self._config, config, dirs_exist_ok=True)
        self._city.write_sources(config / "sources.yaml")
        if self._config == default_office():
            self._city.write_review(config / "review.yaml")
        settings = read_settings(os.environ, folder)
        self._city.show_publications(settings.data / "publications", config / "publishing.yaml")
        configure_logs(settings.log_level)
        self.office = Office(settings, config, clock)
        self._open.callback(self.office.close)
        self._files = folder / _CITY_FILES
        self._people = folder / _PEOPLE_FILE
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def drain(self) -> dict[str, object]:
        """Import the city's files, crawl every source once, run every stage until nothing is left; then count."""
        from console.crawling import crawl_role  # noqa: PLC0415 - Scrapy takes seconds; live, a child imports it

        self._import_exports()
        crawl_role(self.office).run_once()
        relay = self.office.relay()
        loops = [self.office.loop(name) for name in _CHAIN]
        while sum(step.drain() for loop in loops for step in (loop, relay)):
            pass
        return what_came_of_it(self.office.register)

    def make_people(self) -> Sequence[DemoPerson]:
        """Somebody for each role, to sign in as."""
        return make_demo_people(self.office, self._people)

    def show(self, port: int, stop: threading.Event) -> None:
        """Run the whole office on the city until told to stop; the burst arrives while one watches."""
        arriving = threading.Thread(target=self._import_exports, name="exports")
        arriving.start()
        serving = ("--demo-people", str(self._people))
        roles = office_roles(self.office, port=port, serving=serving)
        Supervisor(roles, ConfigWatch(self.office).outdated).run(stop)
        arriving.join()

    def _import_exports(self) -> None:
        self._files.mkdir(exist_ok=True)
        hotline, district = self._files / "12345热线导出.xlsx", self._files / "区级平台导出.csv"
        self._city.write_hotline_export(hotline)
        self._city.write_district_export(district)
        for file in (hotline, district):
            import_file(self.office, file, source=None)
