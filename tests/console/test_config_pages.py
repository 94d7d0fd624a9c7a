"""An administrator changes the configuration by form: seen before it counts, kept as a version, stale refused."""

import re
from html import unescape

import pytest

from console.app import create_app
from console.config_parts import SECTIONS
from console.office import ConsoleOffice
from huiying.config_version import Origin
from huiying.failures import NotAllowed, Stale
from huiying.policy.policy import read_policy
from tests.builders import person
from tests.console.client import Client
from tests.console.night import Night
from tests.console.offices import ADMINISTRATOR, configured, file_of
from tests.crawlers.local_site import PARAGRAPHS, article_page, serving
from tests.registered import written
from tests.shipped import SHIPPED_OFFICE

SHIFT = {"was": "", "name": "夜班", "days": "mon", "hours.begin": "20:00", "hours.end": "08:00", "persons": "officer"}


@pytest.fixture
def office(night: Night) -> ConsoleOffice:
    return configured(night)


@pytest.fixture
def admin(office: ConsoleOffice) -> Client:
    return Client(create_app(office), ADMINISTRATOR)


def opened(admin: Client, page: str) -> str:
    """The version that the form of a page was opened on."""
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', admin.get(page).text)
    assert found is not None
    return found[1]


def save(
    admin: Client, section: str, page: str, fields: dict[str, str], seen: str = "", why: str = "排班会议"
) -> str:
    seen = seen or opened(admin, page)
    answer = admin.send_form(f"/settings/{section}/save", {**fields, "seen": seen, "why": why}, on=page)
    assert answer.status_code == 200
    return unescape(answer.text)


def test_every_section_has_a_list_and_a_form_for_administrators_only(admin: Client, office: ConsoleOffice) -> None:
    front = admin.get("/settings").text
    for section in SECTIONS:
        assert section.title in front
        assert admin.get(f"/settings/{section.id}").status_code == 200
    assert admin.get("/settings/nothing").status_code == 404
    assert admin.get("/settings/sources/entry?name=nothing").status_code == 404
    officer = Client(create_app(office))
    for path in ("/settings", "/settings/sources", "/settings/versions", "/models"):
        assert officer.get(path).status_code == 403


def test_a_shift_is_seen_as_lines_then_saved_as_a_version_with_who_and_why(admin: Client, night: Night) -> None:
    page = "/settings/shifts/entry"
    seen = admin.post("/settings/shifts/preview", data=SHIFT).text
    assert "＋    hours: {begin: &#34;20:00&#34;, end: &#34;08:00&#34;}" in seen
    assert "保存班次" in seen
    assert file_of(night, "roster.yaml").read_text("utf-8").count("夜班") == 1, "only the comment's example"
    assert "已保存：新增班次“夜班”（roster.yaml 第 2 版）" in save(admin, "shifts", page, SHIFT)
    text = file_of(night, "roster.yaml").read_text("utf-8")
    assert "# 班次：列入任何一班的人" in text
    with night.register.reading() as tx:
        newest = tx.configuration.newest("roster.yaml")
        entry = next(one for one in tx.audit.newest() if one.deed.subject == "roster.yaml")
    assert newest is not None
    assert (newest.text, newest.who, newest.why, newest.origin) == (text, ADMINISTRATOR.id, "排班会议", Origin.SAVED)
    assert entry.deed.note == "第 2 版：新增班次“夜班”。缘由：排班会议"
    assert "20:00—08:00" in admin.get("/settings/shifts").text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"hours.end": ""}, "要么都填"),
        ({"persons": ""}, "请填“当班的人”"),
        ({"persons": "nobody"}, "persons 里没有 nobody"),
        ({"hours.begin": "25:00"}, "22:00"),
    ],
)
def test_a_change_that_would_be_wrong_is_refused_in_words_and_the_file_stays(
    admin: Client, night: Night, changed: dict[str, str], said: str
) -> None:
    before = file_of(night, "roster.yaml").read_bytes()
    answer = save(admin, "shifts", "/settings/shifts/entry", SHIFT | changed)
    assert said in answer
    assert 'value="夜班"' in answer, "what was typed is back in the form"
    assert file_of(night, "roster.yaml").read_bytes() == before


def test_without_a_reason_nothing_is_saved(admin: Client) -> None:
    assert "请写明为什么改" in save(admin, "shifts", "/settings/shifts/entry", SHIFT, why=" ")


def test_a_file_that_was_changed_meanwhile_is_not_written_over_and_the_change_is_shown(
    admin: Client, night: Night
) -> None:
    page, file = "/settings/shifts/entry", file_of(night, "roster.yaml")
    seen = opened(admin, page)
    file.write_text(file.read_text("utf-8") + "# by hand\n", "utf-8")
    answer = save(admin, "shifts", page, SHIFT, seen)
    assert "roster.yaml 在您打开以后被改过（现在是第 2 版），没有保存" in answer
    link = re.search(r'<a href="(/settings/versions/roster.yaml/2[^"]*)">打开看看', answer)
    assert link is not None
    assert "<ins>＋# by hand</ins>" in admin.get(link[1]).text
    assert "夜班" in save(admin, "shifts", page, SHIFT)
    assert file.read_text("utf-8").endswith("# by hand\n")


def test_going_back_is_a_version_of_its_own_and_needs_a_reason(admin: Client, night: Night) -> None:
    before = file_of(night, "roster.yaml").read_bytes()
    save(admin, "shifts", "/settings/shifts/entry", SHIFT)
    page = "/settings/versions/roster.yaml/1"
    fields = {"file": "roster.yaml", "number": "1", "seen": opened(admin, page)}
    assert "请写明为什么改" in admin.send_form("/settings/versions/back", fields, on=page).text
    answer = admin.send_form("/settings/versions/back", {**fields, "why": "排错了"}, on=page).text
    assert "退回到第 1 版（roster.yaml 第 3 版）" in answer
    assert file_of(night, "roster.yaml").read_bytes() == before
    assert "排错了" in admin.get("/settings/versions?file=roster.yaml").text


def test_a_day_given_twice_is_refused_and_a_day_may_be_taken_out(admin: Client, night: Night) -> None:
    day = {"was": "", "day": "2005-12-31", "reason": "又写一次"}
    assert "2005-12-31 写了不止一次" in save(admin, "free", "/settings/free/entry", day)
    page = "/settings/working/entry?name=2005-12-31"
    taken_out = {"was": "2005-12-31", "day": "2005-12-31", "reason": "x", "remove": "yes"}
    assert "删去调休上班日“2005-12-31”" in save(admin, "working", page, taken_out)
    assert "working: []" in file_of(night, "workdays.yaml").read_text("utf-8")


def test_a_free_day_shows_which_clocks_it_would_move_before_it_is_saved(office: ConsoleOffice, night: Night) -> None:
    procedure = file_of(night, "procedures/opinion-response.yaml")
    text = procedure.read_text("utf-8").replace(
        "amount: 48\n        unit: hours", "amount: 2\n        unit: working-days"
    )
    procedure.write_text(text, "utf-8")
    changed = night.console(config=office.config, policy=read_policy(office.config))
    at = night.ago(60)
    concern = changed.registering.register(written(known_at=at), by=person())
    admin = Client(create_app(changed), ADMINISTRATOR)
    day = {"was": "", "day": "2026-11-24", "reason": "全市停工一天"}
    seen = admin.post("/settings/free/preview", data=day).text
    assert f'<td class="nw num">{concern.number}</td>' in seen
    assert "2026-11-24 23:59:59" in seen
    assert "2026-11-25 23:59:59" in seen
    assert concern.title not in seen, "administrators do not read matters"
    past = {"was": "", "day": "2026-10-09", "reason": "早已过去"}
    assert "在办事项的时限都不变" in admin.post("/settings/free/preview", data=past).text


def test_an_address_with_its_secret_is_refused_and_kept_nowhere(admin: Client, night: Night) -> None:
    page = "/settings/channels/entry?name=wecom"
    secret = {"was": "wecom", "name": "wecom", "title": "群", "url_from": "wecomrobots://host/send?key=very-secret"}
    answer = save(admin, "channels", page, secret)
    assert "地址含口令，没有保留" in answer
    assert "very-secret" not in answer
    assert b"very-secret" not in b"".join(path.read_bytes() for path in night.data.glob("register.db*"))


def test_numbers_of_access_change_one_line_and_bad_ones_are_named(admin: Client, night: Night) -> None:
    now = {
        "password.shortest": "14",
        "wait.after_failures": "5",
        "wait.first_seconds": "60",
        "wait.longest_minutes": "30",
        "session.idle_minutes": "120",
        "session.longest_hours": "12",
        "token.longest_days": "180",
    }
    assert "改登录规则：密码最少的字符数" in save(admin, "access", "/settings/access", now)
    assert "shortest: 14" in file_of(night, "access.yaml").read_text("utf-8")
    assert "应不小于 8" in save(admin, "access", "/settings/access", now | {"password.shortest": "4"})
    assert "应为数字" in save(admin, "access", "/settings/access", now | {"password.shortest": "十四"})


def test_the_configuration_that_comes_with_the_program_is_never_written(night: Night) -> None:
    before = (SHIPPED_OFFICE / "roster.yaml").read_bytes()
    shipped = Client(create_app(night.console()), ADMINISTRATOR)
    assert "huiying init" in save(shipped, "shifts", "/settings/shifts/entry", SHIFT)
    whole = shipped.post("/settings/shifts/preview", data=SHIFT).text
    assert "改好的整个文件" in whole
    assert "保存班次" not in whole
    assert (SHIPPED_OFFICE / "roster.yaml").read_bytes() == before


def test_of_two_who_keep_the_same_version_number_one_is_stale(office: ConsoleOffice, night: Night) -> None:
    found = office.configuring.looked_at("roster.yaml")
    with pytest.raises(Stale), night.register.transaction() as tx:
        tx.configuration.add(found)
    with pytest.raises(NotAllowed, match="一样"):
        office.configuring.save("roster.yaml", found.text, found.digest, what="无", why="无", by=ADMINISTRATOR)


def test_what_is_wrong_on_the_disk_and_who_runs_by_an_older_version_is_said(admin: Client, night: Night) -> None:
    file = file_of(night, "heat.yaml")
    assert "磁盘上的配置有误" not in admin.get("/settings").text
    file.write_text("nothing: true\n", "utf-8")
    page = admin.get("/settings").text
    assert "磁盘上的配置有误" in page
    assert "heat.yaml" in page
    for broken in ("a: [", "\t"):
        file_of(night, "sources.yaml").write_text(broken, "utf-8")
        assert admin.get("/settings/sources").status_code == 409
        assert "读不懂" in admin.get("/settings").text


def test_what_a_source_would_give_is_seen_masked_and_nothing_is_stored(admin: Client, night: Night) -> None:
    with serving() as site:
        site.put("/1.html", article_page("中山路水管破裂", *PARAGRAPHS, "联系人电话13812345678，请回电。"))
        url = site.list_of("/1.html", "/2.html")
        fields = {
            "was": "",
            "name": "本地站",
            "enabled": "yes",
            "url": url,
            "kind": "news",
            "spider": "listing",
            "local": "yes",
            "delay_seconds": "0",
        }
        page = admin.post("/settings/sources/preview", data=fields).text
    assert "中山路水管破裂" in page
    assert "13812345678" not in page
    assert "新增信源“本地站”" in page
    assert "/2.html：页面不存在（404）" in page
    with night.register.reading() as tx:
        assert not dict(tx.sources.all_health())
    assert "本地站" not in file_of(night, "sources.yaml").read_text("utf-8")
