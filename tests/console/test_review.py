"""The review's page: three gates, what changed, who may and who may not; its papers; and publishing."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from console.app import create_app
from console.review_register import RegisterRow, as_csv
from huiying.clock import SetClock
from huiying.gate import Gate
from huiying.person import Person
from huiying.release_review import Ground
from tests.console.client import Client
from tests.console.night import Night
from tests.responders.answer import (
    ANSWER,
    CYBERSPACE,
    DRAFTER,
    FIRST,
    OFFICER,
    PUBLICITY,
    SECOND,
    SIGNER,
    Answer,
)
from tests.responders.office import SmallOffice
from tests.scanned import PDF
from tests.signing_in import give_account

PAGE = f"/review/{ANSWER}"
EVERYBODY = (DRAFTER, PUBLICITY, CYBERSPACE, FIRST, SECOND, SIGNER, OFFICER)


@pytest.fixture
def answer(night: Night, tmp_path: Path) -> Answer:
    """An answer that stands before its gates in this night's office."""
    night.matter("concern-1", "向阳路幸福小区自来水管爆裂")
    small = SmallOffice(f"sqlite:///{tmp_path / 'unused.db'}")
    small.register.close()
    assert isinstance(night.clock, SetClock)
    small.register, small.clock = night.register, night.clock
    with night.register.reading() as tx:
        concern = tx.concerns.find("concern-1")
    return Answer(small, tmp_path / "site", concern)


def as_person(night: Night, who: Person) -> Client:
    """The console as this person sees it."""
    for each in EVERYBODY:
        give_account(night.register, each, night.clock)
    return Client(create_app(night.console()), who)


def decision(answer: Answer, seat: str, **fields: str) -> dict[str, str]:
    form = {"seat": seat, "sha256": answer.text.sha256, "conclusion": "agreed"}
    grounds = {f"ground-{ground.value}": "none" for ground in Ground} if seat.startswith("release") else {}
    return form | grounds | fields


def test_a_text_goes_through_its_gates_by_the_page(night: Night, answer: Answer) -> None:
    for who, seat in (
        (PUBLICITY, "content/publicity"),
        (CYBERSPACE, "content/cyberspace"),
        (FIRST, "release/first"),
        (SECOND, "release/second"),
        (SIGNER, "signature/sign"),
    ):
        said = as_person(night, who).post(f"{PAGE}/decide", data=decision(answer, seat))
        assert said.status_code == 303, said.text
    page = as_person(night, OFFICER).get(PAGE).text
    assert page.count('class="gate d"') == 3
    assert "许慎言 02:14 予以公开" in page
    assert "三关已过，可以发布" in as_person(night, OFFICER).get("/review").text


def test_the_page_says_who_may_not_and_why(night: Night, answer: Answer) -> None:
    assert "起草过这份回应稿，三道关都不能办" in as_person(night, DRAFTER).get(PAGE).text
    assert (
        "公开审查（含保密审查）之前还要先过：审核会签"
        in as_person(night, FIRST).get(PAGE, params={"seat": "release/first"}).text
    )
    answer.agree(Gate.CONTENT, "publicity")
    answer.agree(Gate.CONTENT, "cyberspace")
    answer.agree(Gate.RELEASE, "first")
    page = as_person(night, FIRST).get(PAGE, params={"seat": "release/second"}).text
    assert "同一关的“复审”须由另一人办" in page
    assert page.count("起草人 沈敬 不能办任何一关") == 1


def test_a_refusal_keeps_what_was_filled_in(night: Night, answer: Answer) -> None:
    answer.agree(Gate.CONTENT, "publicity")
    answer.agree(Gate.CONTENT, "cyberspace")
    form = decision(answer, "release/first", remarks="附表须删", consulted="市卫健委") | {"ground-privacy": "present"}
    said = as_person(night, FIRST).send_form(f"{PAGE}/decide", form, on=PAGE)
    assert "个人隐私为“有”或“不确定”，不能公开" in said.text
    assert 'value="市卫健委"' in said.text
    assert 'name="ground-privacy" value="present" checked' in said.text


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"seat": "roof/first"}, "没有这一关"),
        ({"seat": "content/roof"}, "没有席位“roof”"),
        ({"conclusion": ""}, "还差：结论未选"),
        ({"sha256": "0" * 64}, "文稿已改为第 1 版"),
        ({"remarks": "绝密★启用前"}, "请线下报保密部门"),
    ],
)
def test_a_strange_form_is_refused_in_words(night: Night, answer: Answer, fields: dict[str, str], why: str) -> None:
    said = as_person(night, PUBLICITY).post(f"{PAGE}/decide", data=decision(answer, "content/publicity") | fields)
    assert said.status_code == 409
    assert why in said.text


def test_consent_by_telephone_is_taken_down_with_who_when_and_which_number(night: Night, answer: Answer) -> None:
    call = {"giver": PUBLICITY.id, "means": "telephone", "given_at": "2026-11-22T02:10", "reference": "8363…"}
    form = decision(answer, "content/publicity") | call
    assert as_person(night, OFFICER).post(f"{PAGE}/take-down", data=form).status_code == 303
    page = as_person(night, OFFICER).get(PAGE).text
    assert "宣一 02:14 同意：电话同意，高远登记，08:14 前补签" in page
    for wrong, why in (({"giver": ""}, "须选定是谁同意的"), ({"given_at": "昨天"}, "同意的时间读不懂")):
        said = as_person(night, OFFICER).post(f"{PAGE}/take-down", data=form | wrong)
        assert why in said.text


def test_the_difference_is_with_the_text_that_was_reviewed_last(night: Night, answer: Answer) -> None:
    form = decision(answer, "content/publicity", conclusion="returned", remarks="写明修复时间的依据")
    assert as_person(night, PUBLICITY).post(f"{PAGE}/decide", data=form).status_code == 303
    again = as_person(night, CYBERSPACE).post(f"{PAGE}/decide", data=decision(answer, "content/cyberspace"))
    assert "文稿在起草人手里" in again.text
    answer.write("水管已于11时修复。", "给您带来不便，深表歉意。")
    page = as_person(night, PUBLICITY).get(PAGE).text
    assert "第 2 版与上次审查稿（第 1 版）的差别" in page
    assert "水管已于1<del>2</del><ins>1</ins>时修复。" in page
    assert "宣一（退回修改）：写明修复时间的依据" in page


def test_an_expedited_review_says_so_in_plain_words(night: Night, answer: Answer) -> None:
    form = {"seat": "signature/sign", "reasons": "领导批示9时前答复"}
    assert (
        as_person(night, SIGNER).post(f"/review/{answer.text.clarification}/expedite", data=form).status_code == 303
    )
    page = as_person(night, SIGNER).get(PAGE).text
    assert "程砚北 02:14 批准（领导批示9时前答复）。三关同时送达" in page


def test_a_word_is_taken_back_by_the_page(night: Night, answer: Answer) -> None:
    answer.pass_gates()
    form = decision(answer, "release/second", conclusion="revoked", remarks="附件未审")
    assert as_person(night, SECOND).post(f"{PAGE}/revoke", data=form).status_code == 303
    assert "还差复审" in as_person(night, SECOND).get("/review").text


@pytest.mark.parametrize("path", ["/review/nobody", "/review/nobody/form", "/publish/nobody"])
def test_an_answer_that_does_not_exist_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_form_has_every_field_and_every_signature(night: Night, answer: Answer) -> None:
    answer.pass_gates()
    page = as_person(night, OFFICER).get(f"{PAGE}/form").text
    for words in (
        "政府信息公开审查表",
        "编号：2026-0001",
        "拟公开信息单位",
        "条例第十五条",
        "区分处理说明",
        answer.text.sha256[:32],
    ):
        assert words in page
    assert page.count("2026-11-22 02:14") == 5


def test_the_months_register_is_a_page_and_a_table_without_formulas(night: Night, answer: Answer) -> None:
    answer.write("水管已修复。", title="=关于水管爆裂的情况通报")
    answer.pass_gates()
    client = as_person(night, OFFICER)
    assert "共 1 件" in client.get("/review-register").text
    assert "本月没有审查记录" in client.get("/review-register", params={"month": "2026-10"}).text
    assert client.get("/review-register", params={"month": "2026-13"}).status_code == 422
    table = client.get("/review-register.csv", params={"month": "2026-11"})
    [head, row] = csv.reader(io.StringIO(table.content.decode("utf-8-sig")))
    assert head[:3] == ["编号", "送审日期", "信息单位"]
    assert (row[3], row[7]) == ("'=关于水管爆裂的情况通报（第 2 版）", "予以公开")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_the_register_runs_in_a_spreadsheet(start: str) -> None:
    row: dict[str, Any] = dict.fromkeys(RegisterRow.__dataclass_fields__, f"{start}1+1")
    [_, cells] = csv.reader(io.StringIO(as_csv([RegisterRow(**row)]).decode("utf-8-sig"), newline=""))
    assert {cell[0] for cell in cells} == {"'"}


def test_publishing_by_the_page_waits_for_the_gates_and_is_reported_by_hand(night: Night, answer: Answer) -> None:
    client, path = as_person(night, OFFICER), f"/publish/{ANSWER}"
    order = {"channel": "microblog", "part": "first"}
    early = client.post(path, data=order)
    assert early.status_code == 409
    assert "第 1 版还不能发布：这一稿还没有送审" in early.text
    answer.pass_gates()
    assert client.post(path, data=order).status_code == 303
    assert "已放行，待发布" in client.get(path).text
    report = {"publication": "2026-0001:microblog", "place": "@本市发布", "link": "", "at": "2026-11-22T02:15"}
    assert "在此刻之后" in client.post(f"{path}/report", data=report).text
    done = client.post(f"{path}/report", data=report | {"at": "2026-11-22T02:14:06"})
    assert done.status_code == 303, done.text
    assert "02:14 已发布" in client.get(path).text
    assert client.post(f"{path}/finish", data={"reasons": "无后续"}).status_code == 303
    assert answer.done()[-1] == "follow-up"
    gone = client.post(f"{path}/withdraw", data={"publication": "2026-0001:microblog", "reasons": "时间有误"})
    assert gone.status_code == 303
    assert "已撤下：时间有误" in client.get(path).text


def test_the_website_gets_its_article_by_one_press(night: Night, answer: Answer, tmp_path: Path) -> None:
    answer.pass_gates()
    client = as_person(night, OFFICER)
    assert client.post(f"/publish/{ANSWER}", data={"channel": "website", "part": "first"}).status_code == 303
    assert (tmp_path / "publications" / "2026-0001-website.html").is_file()
    assert "2026-0001-website.html" in client.get(f"/publish/{ANSWER}").text


def test_a_conference_has_its_sheet_of_answers(night: Night, answer: Answer) -> None:
    answer.pass_gates()
    client, path = as_person(night, OFFICER), f"/publish/{ANSWER}"
    order = {"channel": "conference", "part": "first", "appointed_at": "2026-11-22T10:00"}
    assert "至少一问一答" in client.post(path, data=order).text
    done = client.post(path, data=order | {"questions": "何时恢复？｜已于12时恢复。\n水质如何？|合格。"})
    assert done.status_code == 303
    page = client.get(path).text
    assert "问答口径（2 条）" in page
    assert "定于 10:00" in page


def test_the_paper_of_a_word_by_telephone_is_put_to_it_by_who_gave_it_or_the_officer(
    night: Night, answer: Answer
) -> None:
    as_person(night, PUBLICITY).post(f"{PAGE}/decide", data=decision(answer, "content/publicity"))
    with night.register.reading() as tx:
        [record] = tx.reviews.of_clarification(ANSWER)[0].records
    paper = {"what": "电话同意补签件", "unmarked": "1", "stands": PAGE}

    def put(who: Person) -> str:
        client = as_person(night, who)
        return client.post(f"/scans/gate/{record.id}", data=paper, files={"file": ("a.pdf", PDF)}).text

    assert "这份意见的审批件由宣一本人或舆情值班员附" in put(CYBERSPACE)
    assert "已附审批件“电话同意补签件”" in put(PUBLICITY)
    assert "电话同意补签件" in as_person(night, SIGNER).get(PAGE).text
    with night.register.reading() as tx:
        assert [scan.by.name for scan in tx.scans.of_concern("concern-1")] == ["宣一"]
