"""Saved views: named filters of four lists, one's own and shared."""

import html
import re

import pytest
from fastapi import FastAPI

from console.app import create_app
from huiying.failures import NotAllowed
from huiying.person import Person, Role
from huiying.saved_view import ListPage, SavedView, filters_of
from tests.builders import NOON, person
from tests.console.client import Client
from tests.console.night import Night
from tests.console.test_admitting import deeds


@pytest.fixture
def app(night: Night) -> FastAPI:
    return create_app(night.console())


def someone(name: str, role: Role = Role.OFFICER, bureau: str | None = None) -> Person:
    return Person(id=name, name=name, roles=frozenset({role}), bureau=bureau)


LISTS = (
    (ListPage.QUEUE, "view=silenced"),
    (ListPage.CONCERNS, "words=自来水"),
    (ListPage.TASKS, "bureau=水务局&closed=true"),
    (ListPage.POSTS, "words=发黄+-公交&tone=negative&since=2026-11-01"),
)


def test_each_lists_filters_are_kept_under_a_name_and_opened_again(app: FastAPI) -> None:
    client = Client(app)
    for page, query in LISTS:
        offered = client.get(f"{page.value}?{query}&cursor=&x=").text
        filters = re.search(r'name="query" value="([^"]*)"', offered)
        assert filters is not None
        kept = html.unescape(filters[1])
        saved = client.post("/views", data={"page": page.value, "query": kept, "name": "夜班"})
        assert "已存为视图“夜班”" in saved.text
        again = client.get(f"{page.value}?{query}").text
        link = re.search(r'<li><a href="([^"]+)" aria-current="true">夜班', again)
        assert link is not None, page
        opened = client.get(html.unescape(link[1]))
        assert (opened.status_code, "视图：夜班" in opened.text) == (200, True)
        assert "视图：夜班" not in client.get(page.value).text


def test_a_shared_view_is_seen_by_the_office_and_deleted_by_its_owner_alone(night: Night, app: FastAPI) -> None:
    lin, gao = Client(app, someone("lin")), Client(app, someone("gao"))
    unit = Client(app, someone("chen", Role.HANDLER, "水务局"))
    for name, shared in (("公用", "1"), ("私用", "")):
        lin.post("/views", data={"page": "/posts", "query": "words=发黄", "name": name, "shared": shared})
    assert "公用" in gao.get("/posts").text
    assert "lin共享" in gao.get("/posts").text
    assert "私用" not in gao.get("/posts").text + gao.get("/views").text
    assert "公用" not in gao.get("/concerns").text
    assert "公用" not in unit.get("/posts").text
    found = re.search(r'name="id" value="(\w+)"', lin.get("/views").text)
    assert found is not None
    assert gao.post("/views/delete", data={"id": found[1]}).status_code == 409
    assert "视图已删除" in lin.post("/views/delete", data={"id": found[1]}).text
    assert lin.post("/views/delete", data={"id": found[1]}).status_code == 409
    done = [(who, act, outcome) for who, act, _, outcome in deeds(night.register) if act == "save-view"]
    assert done[:2] == [("lin", "save-view", "admitted")] * 2
    assert ("gao", "save-view", "refused") in done


def test_saving_again_replaces_and_a_refused_form_keeps_what_was_typed(app: FastAPI) -> None:
    client = Client(app)
    for query in ("tone=negative", "tone=positive"):
        client.post("/views", data={"page": "/posts", "query": query, "name": "语气"})
    page = client.get("/views").text
    assert page.count("删除视图 语气") == 1
    assert "tone=positive" in page
    form = {"page": "/posts", "query": "words=%E6%B0%B4", "name": "长" * 31, "shared": "1"}
    refused = client.send_form("/views", form, on="/posts?words=水").text
    assert "视图名称最多 30 字，现有 31 字" in refused
    assert f'value="{"长" * 31}"' in refused
    assert 'name="query" value="words=%E6%B0%B4"' in refused
    assert re.search(r'name="shared" value="1" checked', refused)
    assert client.post("/views", data={"page": "//evil.example", "query": "", "name": "外"}).status_code == 409
    for number in range(50):
        client.post("/views", data={"page": "/queue", "query": "", "name": f"第{number}个"})
    more = client.post("/views", data={"page": "/queue", "query": "", "name": "第五十一个"})
    assert "每人最多存 50 个" in more.text


def test_a_name_is_shown_as_text_and_a_query_without_end_is_refused(app: FastAPI) -> None:
    client = Client(app)
    hostile = "<script>x</script>\u202e\u200b"
    client.post("/views", data={"page": "/posts", "query": "words=" + "%00%ED", "name": hostile})
    page = client.get("/posts").text
    assert "&lt;script&gt;x&lt;/script&gt;</a>" in page
    assert "<script>x" not in page
    with pytest.raises(NotAllowed, match="过长"):
        SavedView.of(person(), ListPage.POSTS, "长", "words=" + "a" * 3_000, shared=False, at=NOON)
    with pytest.raises(NotAllowed, match="太多"):
        SavedView.of(person(), ListPage.POSTS, "多", "a=1&" * 60, shared=False, at=NOON)


def test_filters_are_one_for_one_meaning() -> None:
    assert filters_of("b=2&a=1&c=&cursor=9") == filters_of("a=1&b=2") == "a=1&b=2"
