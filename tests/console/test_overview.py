"""The overview of duties and bureaus: every number opens a list that has exactly as many rows."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from console.app import create_app
from huiying.correction import Judgement
from huiying.level import Level
from huiying.person import Role
from huiying.post import DutyMatch, Tone
from tests.builders import make_archived, make_assessment, make_correction, person
from tests.console.client import Client
from tests.console.night import Night, NoFile

ROW = re.compile(r'<tr[^>]*>(?:<td class="num">(\d+)</td>)?<th scope="row">([^<]+)(.*?)</tr>', re.DOTALL)
LINK = re.compile(r'<a[^>]*href="([^"]+)">(?:超时 )?(\d+)</a>')
ROWS = {
    "/posts": re.compile(r'<article class="pt\b'),
    "/concerns": re.compile(r'<tr class="lv '),
    "/tasks": re.compile(r'<div class="trow '),
}


@pytest.fixture
def two_weeks(night: Night) -> Night:
    """Posts of two weeks under two duties, corrected ones among them; matters, tasks, a late one."""
    posts = []
    for number in range(30):
        duties = (DutyMatch(number=8 if number % 3 else 11, score=0.6),)
        tone, lead = list(Tone)[number % 3], "水务局" if number % 5 else None
        said = night.clock.now() - timedelta(days=number // 2.5)
        posts.append(
            make_archived(
                f"p{number}", assessment=make_assessment(tone=tone, lead=lead, duties=duties), published_at=said
            )
        )
    night.archive.store(posts)
    with night.register.transaction() as tx:
        for correction in (
            make_correction(
                post="p1", at=night.clock.now(), judgement=Judgement.TONE, judged=("neutral",), said=("positive",)
            ),
            make_correction(post="p4", at=night.clock.now(), judgement=Judgement.LEAD, said=("城管局",)),
            make_correction(post="p5", at=night.clock.now(), judgement=Judgement.LEAD, judged=(), said=("水务局",)),
            make_correction(
                post="p29", at=night.clock.now(), judgement=Judgement.TONE, judged=("positive",), said=("negative",)
            ),
        ):
            tx.corrections.add(correction)
    late = night.matter("c-late", "自来水发黄", level=Level.RED, minutes=4000, duties={8: 3.0, 11: 1.0})
    night.task(late, "水务局", hours_gone=60, wait=None)
    open_one = night.matter("c-open", "水表轮换", duties={11: 2.0})
    night.task(open_one, "水务局")
    night.matter("c-nobody", "无人认领的事", lead=None, duties={})
    return night


def test_every_number_opens_a_list_of_as_many_rows(two_weeks: Night) -> None:
    client = Client(create_app(two_weeks.console()))
    page = client.get("/duties").text
    followed = dict.fromkeys(ROWS, 0)
    for href, count in LINK.findall(page):
        address = href.replace("&amp;", "&")
        path = urlsplit(address).path
        assert len(ROWS[path].findall(client.get(address).text)) == int(count), address
        followed[path] += 1
    assert followed["/posts"] >= 15
    assert followed["/concerns"] == 4
    assert followed["/tasks"] == 5


def test_a_row_says_what_is_more_and_what_is_too_little(two_weeks: Night) -> None:
    page = Client(create_app(two_weeks.console())).get("/duties").text
    rows = {number or name: rest for number, name, rest in ROW.findall(page)}
    assert "多 4 条" in rows["8"]
    assert "太少，不比" in rows["11"]
    assert "不看语气" in rows["11"]
    assert "超时 1" in rows["8"]
    assert "超时 " not in rows["11"]
    assert 'class="idle"' in page


def test_while_the_archive_is_away_tasks_are_counted_all_the_same(night: Night) -> None:
    late = night.matter("c-late", "自来水发黄", minutes=4000, duties={8: 3.0})
    night.task(late, "水务局", hours_gone=60, wait=None)
    page = Client(create_app(night.console(archive=NoFile()))).get("/duties").text
    assert "帖文库暂时不可用" in page
    assert "超时 1" in page


def test_people_of_a_bureau_are_told_where_their_own_is(night: Night) -> None:
    handler = Client(create_app(night.console()), person("沈敬", Role.HANDLER, bureau="水务局"))
    refused = handler.get("/duties", headers={"Accept": "text/html"})
    assert refused.status_code == 403
    assert "本单位的任务在“工作台”" in refused.text
