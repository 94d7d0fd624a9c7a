"""Hand-written posts about a few matters of one city, for tests of grouping."""

from datetime import datetime, timedelta

from consumers.grouping.grouping import Incoming
from tests.builders import NOON

PIPE = (
    "向阳路幸福小区自来水管爆裂，水漫到路上，三天没人修。",
    "幸福小区门口的自来水管爆裂三天了，向阳路上全是水，什么时候来修？",
    "请问向阳路幸福小区自来水管爆裂为什么没人管，居民三天用不上水。",
    "向阳路幸福小区的水管又爆裂了，自来水白白流走，打热线也没人来修。",
)
"""One matter, four people's words."""

OTHER_PIPE = "桃源街翠竹苑自来水管爆裂，水漫到路上，三天没人修。"
"""The words of the first, another place."""

NOISE = (
    "金马路混凝土搅拌站夜里施工噪音太大，扬尘严重，周边居民无法入睡。",
    "强烈投诉金马路混凝土搅拌站，夜里轰鸣扬尘，居民区旁边怎么能建搅拌站。",
    "金马路混凝土搅拌站噪音扰民，扬尘飘进周边居民家里，环保部门请管一管。",
)

WAGES = (
    "滨海建筑公司拖欠农民工工资半年，三十多名工人讨薪无门。",
    "在滨海建筑公司干了半年，工资一分没给，三十多个农民工等着讨薪回家。",
)

EVERYTHING = (*PIPE, OTHER_PIPE, *NOISE, *WAGES)


def incoming(
    number: int,
    text: str,
    *,
    at: datetime | None = None,
    fingerprint: int | None = None,
) -> Incoming:
    """A post with these words, said so many minutes after noon."""
    return Incoming(
        post=f"post-{number:03}",
        at=at or NOON + timedelta(minutes=number),
        text=text,
        fingerprint=fingerprint,
    )
