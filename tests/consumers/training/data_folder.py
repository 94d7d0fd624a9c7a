"""A small folder of data sets, its texts written by hand, in the shape that training and evaluation read.

Each text is one clause that says what it is about, among clauses of everyday life; two texts have at most one clause
in common, so that none is a near-duplicate of another unless it is meant to be.
"""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from consumers.training.corpora import THREE_TONES, TWO_TONES

_ANGRY = (
    "这种态度真让人气愤",
    "我对结果非常失望",
    "简直是糊弄老百姓",
    "半夜被吵醒三次快崩溃了",
    "投诉没人理太窝火",
    "骗子公司坑了全村人",
    "孩子吓得直哭我很害怕",
    "收了钱不办事可恨",
    "臭味熏得人想吐",
    "一拖再拖毫无诚意",
    "越想越难过",
    "烂尾三年欲哭无泪",
    "服务差到极点",
    "气得一夜没睡",
    "黑心商家害人",
    "求爷爷告奶奶也没用",
    "这日子没法过了",
)
_CALM = (
    "请问窗口几点下班",
    "通知写的是下周一",
    "材料需要复印两份",
    "地铁首班车六点开",
    "想了解报名的条件",
    "会议改到二楼举行",
    "号码已经登记在册",
    "按规定要十五个工作日",
    "表格可以在网上下载",
    "共有四个项目参加",
    "本月统计数据如下",
    "地点在文化馆北门",
    "身份证到期如何换领",
    "名单贴在公告栏",
    "学费分两次缴纳",
    "营业执照副本原件",
    "航班改为下午起飞",
)
_GLAD = (
    "给认真的师傅点赞",
    "新公园漂亮极了",
    "感谢医生护士的照顾",
    "今天心情特别好",
    "终于修好了真开心",
    "热心的邻居让人感动",
    "为志愿者骄傲",
    "孩子考上了喜极而泣",
    "满意的一次办事",
    "花开得太美了",
    "祝大家平安喜乐",
    "暖气足足的很幸福",
    "这顿饭香得不得了",
    "新生活充满希望",
    "手艺好得没话说",
    "一路绿灯顺利到家",
    "收到礼物乐坏了",
)
_PLACES = (
    "在滨河路口",
    "老城墙脚下",
    "学校后门",
    "三号楼门前",
    "农贸市场里",
    "火车站广场",
    "体育馆旁边",
    "开发区东头",
    "医院停车棚",
    "码头仓库边",
    "山坡果园外",
    "幼儿园对面",
    "图书馆台阶",
    "渡口石阶上",
    "纺织厂宿舍",
    "高架桥下面",
    "水库大坝",
)
_TIMES = (
    "前天傍晚",
    "去年冬至",
    "清早五点",
    "这几个月来",
    "国庆长假",
    "刚刚下雨时",
    "每逢周末",
    "昨夜零点",
    "正月初八",
    "入伏以后",
    "放学那会儿",
    "元宵节晚上",
    "春耕期间",
    "立秋当天",
    "午休时间",
    "除夕夜里",
    "上个礼拜二",
)
_PEOPLE = (
    "我爸妈都看见了",
    "同事小李也在场",
    "楼下阿姨告诉我",
    "快递员可以作证",
    "隔壁王叔说的",
    "全班同学讨论过",
    "出租司机提起",
    "几位租户商量着",
    "保安拍了照片",
    "外婆念叨好久",
    "工友们围过来",
    "店主摇了摇头",
    "记者打来电话",
    "退休教师写了信",
    "摊主们都叹气",
    "表哥录了视频",
    "护林员打听过",
)
_MATTERS = (
    ("城管局", "垃圾堆成小山没有清运"),
    ("教育局", "补课费又涨了一千"),
    ("公安局", "电瓶车被偷了两回"),
    ("人社局", "工资拖欠了半年"),
    ("国土房屋局", "房产证迟迟不给办"),
    ("环保局", "河水变黑有死鱼"),
    ("城管局", "占道烧烤油烟扑鼻"),
    ("教育局", "学区划分不公平"),
    ("公安局", "赌博窝点天天开张"),
    ("人社局", "社保断缴怎么补"),
    ("国土房屋局", "公租房漏水发霉"),
    ("环保局", "化工厂夜里偷排废气"),
    ("城管局", "违章搭建挡住了窗户"),
    ("教育局", "中考加分政策看不懂"),
    ("公安局", "红绿灯坏了交警不在"),
    ("人社局", "退休金算错了年限"),
    ("环保局", "污水直接流进农田"),
)
_KINDS = ("投诉", "咨询", "求助", "建议")
_CATEGORIES = ("城乡建设", "教育文体", "劳动和社会保障", "交通运输")

_READ = ("188006", "188249", "188414", "188546", "188553", "188560", "188665", "188679", "188780", "189029")
_SIDE = 17

Row = dict[str, Any]


def write_data_folder(folder: Path) -> Path:
    """All the files, and the folder again."""
    numbers = iter(range(_SIDE * _SIDE))
    tones = ("negative", "neutral", "positive")
    for source in (*THREE_TONES, *TWO_TONES):
        told = tones if source in THREE_TONES else (tones[0], tones[2])
        _write(folder / "sentiment" / f"{source}.jsonl.gz", [_tone(next(numbers), told) for _ in range(24)])
    gold = [_gold(next(numbers)) for _ in range(32)]
    _write(folder / "messages" / "routing_gold.jsonl.gz", gold)
    issues = [_issue(row, *_matter(next(numbers))) for row in range(24)]
    _write(folder / "messages" / "hot_issues.jsonl.gz", [*issues, _issue(24, gold[0]["bureau"], gold[0]["text"])])
    replies = [_matter(next(numbers)) for _ in range(24)]
    _write(
        folder / "messages" / "official_replies.jsonl.gz",
        [{"text": text, "label": bureau, "reply": "已经转交办理。"} for bureau, text in replies],
    )
    listed = [_category(next(numbers)) for _ in range(40)]
    _write(folder / "messages" / "category_raw.jsonl.gz", listed[:24])
    _write(folder / "messages" / "category_segmented.jsonl.gz", [_segmented(row) for row in listed[12:]])
    stream = [_text(_ANGRY[row % 17], next(numbers)) for row in range(16)]
    _write(
        folder / "stream" / "dated_posts.jsonl.gz",
        [{"text": text, "event": f"事件{row % 3}", "day": "2020-02-03"} for row, text in enumerate(stream)],
    )
    return folder


def _tone(number: int, tones: Sequence[str]) -> Row:
    tone = tones[number % len(tones)]
    said = {"negative": _ANGRY, "neutral": _CALM, "positive": _GLAD}[tone]
    return {"text": _text(said[_first(number)], number), "label": tone}


def _gold(number: int) -> Row:
    bureau, text = _matter(number)
    return {
        "text": text,
        "bureau": bureau,
        "also": ["信访局"] if number % 9 == 0 else [],
        "agreed": True,
        "duties": [17] if bureau == "环保局" else [14] if bureau == "人社局" else [],
        "duties_any": [17, 18] if bureau == "环保局" else [14] if bureau == "人社局" else [],
        "kind": _KINDS[number % 4],
        "tone": "neutral" if number % 4 == 1 else "negative",
        "urgency": 1 + number % 2,
    }


def _issue(row: int, bureau: str, text: str) -> Row:
    """Its id is one that readers know from the real set, so that the small folder has readings too."""
    return {
        "id": _READ[row] if row < len(_READ) else str(900_000 + row),
        "title": f"反映{bureau}",
        "text": text,
        "time": f"2019/{1 + row % 12}/3 9:05:00",
        "up": row,
        "down": 0,
        "label": str(row % 3) if row < 9 else "-",
    }


def _category(number: int) -> Row:
    _, text = _matter(number)
    return {"text": text, "label": _CATEGORIES[_first(number) % len(_CATEGORIES)]}


def _segmented(row: Row) -> Row:
    """The same message as words without stop words."""
    text = row["text"].replace("的", "").replace("了", "").replace("，", "").replace("。", "")
    return {"text": " ".join(text[at : at + 2] for at in range(0, len(text), 2)), "label": row["label"]}


def _matter(number: int) -> tuple[str, str]:
    bureau, clause = _MATTERS[_first(number)]
    return bureau, _text(clause, number)


def _first(number: int) -> int:
    """Which of the seventeen clauses a text begins with."""
    return (number + 5 * (number // _SIDE)) % _SIDE


def _text(clause: str, number: int) -> str:
    """A point of a plane: through two points goes one line, so two texts share one clause at most."""
    along, up = number % _SIDE, number // _SIDE
    return f"{clause}，{_TIMES[(along + up) % _SIDE]}{_PLACES[along]}，{_PEOPLE[(along + 2 * up) % _SIDE]}。"


def _write(path: Path, rows: Sequence[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        for row in rows:
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
