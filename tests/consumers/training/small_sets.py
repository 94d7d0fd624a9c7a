"""Small data sets in the shape of the real ones, every text written for the tests."""

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from consumers.training.corpora import THREE_TONES, TWO_TONES
from huiying.post import Kind

_MATTERS = {
    "水务局": ("自来水停水", "水管爆裂没人修", "水压太低", "水费算错了"),
    "教育局": ("学校补课收费", "幼儿园不让报名", "老师体罚学生", "学区怎么划"),
    "公安局": ("路口红绿灯坏了", "身份证办理太慢", "夜里飙车扰民", "被盗报案没回音"),
    "城管局": ("路灯不亮", "占道经营堵路", "垃圾没人清运", "噪音施工扰民"),
    "交通局": ("公交车绕路甩站", "出租车拒载", "公路坑洼不平", "客运站乱收费"),
    "人社局": ("拖欠农民工工资", "养老金没有到账", "社保补缴怎么办", "工伤认定太慢"),
}
_STREETS = ("向阳路", "胜利街", "和平里", "建设路", "光明巷", "东风街", "新华路", "人民街", "友好路", "长江街")
_NEGATIVE = ("太失望了", "真是气人", "没人管吗", "再也不信了")
_NEUTRAL = ("想问一下", "据说是这样", "今天路过", "转自网上")
_POSITIVE = ("为他们点赞", "真让人感动", "办得又快又好", "谢谢你们")


def write_small_sets(folder: Path) -> Path:
    """Every file that a training reads; some dozens of rows each."""
    for source in (*THREE_TONES, *TWO_TONES):
        words = {"negative": _NEGATIVE, "neutral": _NEUTRAL, "positive": _POSITIVE}
        if source in TWO_TONES:
            del words["neutral"]
        rows = [
            {"text": f"{said}，{street}那边{source[0]}{number}号", "label": tone}
            for tone, sayings in words.items()
            for said in sayings
            for number, street in enumerate(_STREETS)
        ]
        _write(folder / "sentiment" / f"{source}.jsonl.gz", rows)
    messages = [
        (bureau, f"{street}{matter}，反映多次，请尽快处理")
        for bureau, matters in _MATTERS.items()
        for matter in matters
        for street in _STREETS
    ]
    kinds = [Kind.COMPLAINT.value, Kind.ENQUIRY.value, Kind.HELP.value, Kind.SUGGESTION.value]
    _write(
        folder / "messages/routing_gold.jsonl.gz",
        (
            {
                "text": text,
                "bureau": bureau,
                "also": [],
                "agreed": True,
                "duties": [11] if bureau in ("水务局", "教育局") else [],
                "duties_any": [11] if bureau in ("水务局", "教育局") else [],
                "kind": kinds[number % 4],
                "tone": ("negative", "neutral")[number % 2],
                "urgency": number % 3,
            }
            for number, (bureau, text) in enumerate(messages)
        ),
    )
    _write(
        folder / "messages/hot_issues.jsonl.gz",
        (
            {
                "id": f"small-{number}",
                "title": "",
                "text": f"咨询{text}",
                "time": "2020/1/1",
                "up": 0,
                "down": 0,
                "label": "-",
            }
            for number, (_, text) in enumerate(messages)
        ),
    )
    _write(
        folder / "messages/official_replies.jsonl.gz",
        ({"text": f"请问{text}", "label": bureau, "reply": "已转办"} for bureau, text in messages),
    )
    for name in ("category_raw", "category_segmented"):
        _write(
            folder / "messages" / f"{name}.jsonl.gz", ({"text": text, "label": bureau} for bureau, text in messages)
        )
    _write(
        folder / "stream/dated_posts.jsonl.gz",
        ({"text": f"{street}今天天气不错", "event": "天气", "day": "2020-01-01"} for street in _STREETS),
    )
    return folder


def _write(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        for row in rows:
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
