"""Figures, days, bureaus, links and persons of a sentence are found however they are written."""

import pytest

from responders.answers.drafts.claims import Claims
from tests.shipped import shipped_policy

CLAIMS = Claims(shipped_policy().bureaus, shipped_policy().answers.sentences.plain_numbers)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("开启14处排水口。", "共14处"),
        ("开启１４处排水口。", "共14处"),
        ("影响二十三户居民。", "23户"),
        ("影响5万余户居民。", "50000户"),
        ("合格率百分之九十八点五。", "98.5%"),
        ("两个小时内到场。", "2小时内"),
        ("抢修人员20名。", "抢修人员20人"),
        ("11月21日20时30分，水色发黄。", "21日20:30恢复送水"),
        ("2026年11月21日停水。", "2026-11-21"),
        ("21日停水。", "11月21日"),
        ("晚8点恢复。", "晚8:00恢复"),
        ("市水务局正在处置。", "水务局已到场"),
        ("详见https://www.example.gov.cn/a。", "公布于https://www.example.gov.cn/a"),
        ("请拨打12345或110。", ""),
        ("第一时间公布，十分重视，一家企业。", ""),
    ],
)
def test_what_stands_in_the_evidence_is_borne_out(sentence: str, words: str) -> None:
    assert CLAIMS.not_borne_out(sentence, [words]) == ()


@pytest.mark.parametrize(
    ("sentence", "words", "missing"),
    [
        ("开启14处排水口。", "开启140处，4处正常", "14处"),
        ("死亡3人。", "抢修3处", "3人"),
        ("影响三万户。", "影响3000户", "三万户"),
        ("11月21日停水。", "10月21日停水", "11月21日"),
        ("11月21日停水。", "11月22日停水", "11月21日"),
        ("2025年11月21日停水。", "2026年11月21日停水", "2025年11月21日"),
        ("20时30分恢复。", "20时恢复", "20时30分"),
        ("市环保局介绍，水质合格。", "水务局：水质合格", "市环保局"),
        ("详见https://evil.example/a。", "https://www.example.gov.cn/a", "https://evil.example/a"),
        ("请拨打12345678。", "12345", "12345678"),
        ("居民王小明受伤，电话13912345678。", "居民王小明受伤，电话13912345678", "〔电话〕"),
    ],
)
def test_what_does_not_stand_there_is_named(sentence: str, words: str, missing: str) -> None:
    assert missing in [claim.shown for claim in CLAIMS.not_borne_out(sentence, [words])]
