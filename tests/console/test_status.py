"""The backlog that `huiying status` counts is that of the stages as they really are."""

from console.status import GROUPS
from consumers.assessing import Assessing
from consumers.gathering import Gathering
from responders.alerting import Alerting
from responders.tasking import Tasking


def test_every_stage_is_counted_by_the_topics_it_reads() -> None:
    stages = (Assessing, Gathering, Alerting, Tasking)
    assert {stage.name: tuple(kind.topic for kind in stage.reads) for stage in stages} == GROUPS
