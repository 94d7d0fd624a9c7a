"""Scans are put to what they prove, whole and small; whatever else is sent is refused in words, and never served."""

import re
from collections.abc import AsyncIterator, Callable
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import create_engine, text

from console.app import create_app
from huiying.finding import Finding
from huiying.person import Person, Role
from huiying.policy.scans import ScanRules
from tests.builders import person
from tests.console.client import Client
from tests.console.night import Night
from tests.console.test_registering import send as register
from tests.scanned import JPEG, PDF, PNG

SHEN = person("沈敬", Role.HANDLER, bureau="水务局")
HEAD = person("韩立新", Role.BUREAU_HEAD, bureau="水务局")
TEACHER = person("周明", Role.HANDLER, bureau="教育局")
WORDS = {"kind": "first", "facts": "水黄", "measures": "排水", "next_steps": "复检", "responsible": "邹平川"}
SMALL = ScanRules(largest_mb=0.1, most_per_matter=3)

Console = Callable[[Person], Client]


@pytest.fixture
def console(night: Night) -> Console:
    """The console as this person has it; files up to a tenth of a megabyte."""
    app = create_app(night.console(scans=SMALL))
    return lambda who: Client(app, who)


@pytest.fixture
def finding(night: Night, console: Console) -> Finding:
    """A finding of the water bureau that waits for its head's signature."""
    night.matter("c-water", "泉水街道一带自来水发黄")
    task = night.assigning.assign_lead("c-water", "水务局", by=person("高远"))
    night.desk.sign_in(task.id, by=SHEN)
    console(SHEN).post("/desk/finding", data={"task": task.id, **WORDS})
    with night.register.reading() as tx:
        return tx.findings.of_task(task.id)[0]


def put(client: Client, finding: Finding, content: bytes, name: str = "签字件.pdf", **fields: str) -> httpx.Response:
    desk = f"/desk?task={quote(finding.task, safe='')}"
    return client.post(
        f"/scans/finding/{quote(finding.id, safe='')}",
        data={"what": "负责人签字页", "unmarked": "1", "stands": desk, **fields},
        files={"file": (name, content, "text/html")},
        headers={"accept": "text/html", "host": "127.0.0.1", "referer": f"http://127.0.0.1{desk}"},
    )


def link_in(page: str) -> str:
    found = re.search(r'href="(/scans/[0-9a-f]{24})"', page)
    assert found
    return found.group(1)


def test_a_paper_stands_beside_the_finding_and_is_only_ever_saved(
    console: Console, night: Night, finding: Finding
) -> None:
    page = put(console(SHEN), finding, JPEG, name="../../\u202e随便.html").text
    assert "已附反馈材料“负责人签字页”" in page
    answer = console(HEAD).get(link_in(page))
    assert answer.content == JPEG
    assert answer.headers["content-disposition"].startswith('attachment; filename="scan.')
    assert answer.headers["content-disposition"].endswith(f"filename*=UTF-8''{quote('随便')}.jpg")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    with night.register.reading() as tx:
        deeds = [entry.deed for entry in tx.audit.entries()]
    assert ("read-evidence", link_in(page)) in [(deed.act, deed.subject) for deed in deeds]
    officer = console(person("高远"))
    assert "附反馈材料“负责人签字页”" in officer.get("/concerns/c-water/record").text
    assert "负责人签字页" in officer.get("/concerns/c-water/evidence").text


def test_what_is_no_scan_is_refused_by_its_content_and_its_form_filled_in_again(
    console: Console, finding: Finding
) -> None:
    page = put(console(SHEN), finding, b"<svg><script>alert(1)</script></svg>", what="复检报告").text
    assert "按内容看不是 PDF、PNG 或 JPEG" in page
    assert "文件没有保留，请重新选定" in page
    assert 'value="复检报告"' in page
    assert "/scans/" not in re.sub('action="[^"]*"', "", page)


def test_a_paper_with_a_secrecy_mark_is_not_entered(console: Console, finding: Finding) -> None:
    client = console(SHEN)
    assert "勾选“没有密级标志”" in put(client, finding, PDF, unmarked="").text
    assert "含有密级标志" in put(client, finding, PDF, name="机密★5年.pdf").text
    assert "/scans/" not in re.sub('action="[^"]*"', "", client.get(f"/desk?task={quote(finding.task)}").text)


def test_too_much_is_refused_before_it_is_read(console: Console, finding: Finding) -> None:
    client, taken = console(SHEN), []

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(1024):
            taken.append(1)
            yield b"--b\r\n" + b"x" * 1024 * 1024

    def ask(**headers: str) -> httpx.Response:
        sent = {"content-type": "multipart/form-data; boundary=b", **headers}
        return client.post(f"/scans/finding/{quote(finding.id, safe='')}", content=endless(), headers=sent)

    refused = ask(**{"content-length": str(1 << 30)})
    assert refused.status_code == 413
    assert refused.json()["message"] == "文件 1024.0 MB，超过 0.1 MB；请降低分辨率，或分成几份"
    assert taken == []
    assert ask().status_code == 413
    assert len(taken) <= 2
    page = put(client, finding, PDF[:-6] + b" " * 120_000 + b"%%EOF").text
    assert "超过 0.1 MB；请降低分辨率，或分成几份。文件没有保留，请重新选定" in page


def test_only_the_own_unit_puts_and_reads_and_never_without_its_own_form(console: Console, finding: Finding) -> None:
    page = put(console(SHEN), finding, PDF).text
    assert console(TEACHER).get(link_in(page)).status_code == 403
    assert "这一件属于水务局" in put(console(TEACHER), finding, PNG).text
    path = f"/scans/finding/{quote(finding.id, safe='')}"
    forged = {"x-csrf-token": "", "accept": "application/json"}
    fields = {"what": "照片", "unmarked": "1"}
    for csrf in ({}, {"csrf": "guessed"}):
        refused = console(SHEN).post(path, data=fields | csrf, files={"file": ("a.png", PNG)}, headers=forged)
        assert refused.status_code == 403
    client = console(SHEN)
    own = {"csrf": client.signed_in["x-csrf-token"]}
    assert client.post(path, data=fields | own, files={"file": ("a.png", PNG)}, headers=forged).status_code == 200
    nobody = Client(client._transport.app, None)  # type: ignore[arg-type]
    assert "登录已经结束，文件没有附上" in put(nobody, finding, JPEG).text


def test_a_file_is_put_once_and_a_matter_takes_so_many(console: Console, finding: Finding) -> None:
    client = console(SHEN)
    put(client, finding, PDF)
    assert "已经附在这里，没有重复保存" in put(client, finding, PDF).text
    put(client, finding, PNG)
    put(client, finding, JPEG)
    assert "已有 3 个文件，不能再附" in put(client, finding, PDF.replace(b"1.4", b"1.7")).text


def test_a_file_that_was_changed_is_found_and_not_served(night: Night, console: Console, finding: Finding) -> None:
    page = put(console(SHEN), finding, PDF).text
    engine = create_engine(f"sqlite:///{night.data / 'register.db'}")
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER scan_no_update"))
        connection.execute(text("UPDATE scan SET content = :other"), {"other": PDF.replace(b"Catalog", b"Katalog")})
    engine.dispose()
    answer = console(SHEN).get(link_in(page), headers={"accept": "text/html"})
    assert answer.status_code == 409
    assert "与附上时的校验值不符，有人改动过，不提供下载" in answer.text
    with night.register.reading() as tx:
        assert [scan.what for scan in tx.scans.altered()] == ["负责人签字页"]


def test_an_officer_puts_papers_to_a_registered_matter(night: Night, console: Console) -> None:
    officer = console(person("高远"))
    address = register(officer).headers["location"]
    done = officer.post(
        f"/scans/matter/{address.rpartition('/')[2]}",
        data={"what": "来电记录", "unmarked": "1", "stands": address},
        files={"file": ("记录.jpg", JPEG)},
    )
    assert "已附登记材料“来电记录”" in done.text
    night.matter("c-2", "水表轮换")
    refused = officer.post("/scans/matter/c-2", data={"what": "截图", "unmarked": "1"}, files={"file": ("a", PNG)})
    assert "这里没有手工登记" in refused.json()["message"]
