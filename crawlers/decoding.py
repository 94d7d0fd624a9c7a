"""Bytes of a page → text: what the page declares is heard, what its bytes show decides.

Chinese pages are written in UTF-8, GBK/GB18030 or Big5, and many declare nothing or the wrong thing. A byte order
mark is believed; text that is valid UTF-8 is UTF-8; otherwise the candidate under which the text shows the fewest
broken and the most everyday Chinese characters wins, a declaration being worth a little more than none.
"""

import codecs
import re
from collections.abc import Mapping

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w\-.:]{2,30})""", re.IGNORECASE
)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([\w\-.:]{2,30})""", re.IGNORECASE)
_BEYOND_ASCII = re.compile(rb"[^\x00-\x7f][^\n<>\"']*")
_CHINESE_CODECS = ("gb18030", "big5")
_OTHERS = frozenset(
    {
        "utf-8",
        "utf-16-le",
        "utf-16-be",
        "utf-16",
        "shift_jis",
        "cp932",
        "euc_jp",
        "euc_kr",
        "cp949",
        "cp1251",
        "cp1252",
    }
)
_SAMPLE_BYTES = 8_000
_DECLARED_BONUS = 0.12
_BROKEN_COSTS = 4.0
_NEARLY_UTF8 = 0.02

_EVERYDAY = (
    "的一是不了在人有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而"
    "能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意"
    "进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口"
    "使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数"
    "件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉"
    "望直服毛林题建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联言权往展该领传"
    "近留红治决周保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒"
    "未持取设始版双历越史商千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争究包组"
    "造落视济喜离虽坏兴切消除省委局县镇街村警察违规居民物业供热停水投诉举报环境监督食品药品安全报道记者新闻发布网友编辑"
    "這個國來們為時說會對過後開發現經樣長學種當從還進點兩動無問見東車電門馬風書買賣與氣應將關員報場實體傳產區號聯總線"
    "處變讓機萬義議論語請許該認識記設訪證評詞試詢資質費負貨軍農運達遠選還這連業務環標極樓權歲歷漢決沒況減測準滿為熱"
    "愛獎獲獨現確禮種競節級約紅納純組終結給統經維網緊縣總績繼續腦臺興萬著藝術衛製複視親覺觀計討訊訴註話誌調談責貴賽"
    "轉輕辦邊郵針錢鐵錄鏡長間陽際隊陸險隨難雙雖雲靈頭題顏願類風飛飯餐館驗體鬥麼點黨齊，。、；：？！“”《》（）「」"
)
_COMMON = frozenset(_EVERYDAY)
_WIDE = re.compile(r"[^\x00-\x7f]")
_BROKEN = re.compile("[�\x80-\x9f\ue000-\uf8ff]")


_MISREAD_AS = "iso8859-15"
_MISREAD = re.compile(r"(?:[\u00a0-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e€][\u0080-\u009f]{0,2}){12}")
_SIGNS_OF_MISREADING = ("£¬", "¡£", "ïŒ", "ã\x80", "Ã")
"""The comma and the full stop of GB18030 and of UTF-8, and what is left where it happened twice."""
_MOST_TIMES_MISREAD = 2


def decode(body: bytes, headers: Mapping[str, str] | None = None, declared: str | None = None) -> tuple[str, str]:
    """The text of a page and the encoding it is in (`utf-8`, `gb18030`, `big5` or another that it declares).

    `declared` is what the office's configuration says of the source; like header and meta it is only a hint.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace"), name
    hints = _declarations(body, headers, declared)
    best = "utf-8" if _is_utf8(body) else _most_plausible(body, hints)
    return _undone(_read(body, best)), best


def _undone(text: str) -> str:
    """The text as it was before somebody took Chinese bytes for a western encoding, once or twice."""
    best = text
    for _ in range(_MOST_TIMES_MISREAD):
        if not any(sign in text for sign in _SIGNS_OF_MISREADING) or not _MISREAD.search(text):
            break
        misread = text.encode(_MISREAD_AS, "ignore")
        text = _read(misread, "utf-8" if _is_utf8(misread) else _most_plausible(misread, []))
        if _everyday_share(text) > _everyday_share(best):
            best = text
    return best


def _everyday_share(text: str) -> float:
    wide = _WIDE.findall(text[: _SAMPLE_BYTES * 4])
    return sum(map(_COMMON.__contains__, wide)) / max(1, len(wide))


def _declarations(body: bytes, headers: Mapping[str, str] | None, declared: str | None) -> list[str]:
    """What is said about the encoding, the most trusted first, by the codec's own name; unknown names are dropped."""
    said = [declared] if declared else []
    for name, value in (headers or {}).items():
        found = _HEADER.search(value) if name.lower() == "content-type" else None
        said += [found.group(1)] if found else []
    said += [found.group(1).decode("ascii", "ignore") for found in _META.finditer(body[:4096])]
    known = [_canonical(name) for name in said]
    return list(dict.fromkeys(name for name in known if name))


def _canonical(name: str) -> str | None:
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    if known in {"gb2312", "gbk", "gb18030", "hz"}:
        return "gb18030"
    if known in {"big5", "cp950", "big5hkscs"}:
        return "big5"
    if known in {"ascii", "iso8859-1", "utf-8-sig"}:
        return "utf-8"
    return known if known in _OTHERS else None


def _is_utf8(body: bytes) -> bool:
    """Whether it is UTF-8 throughout, but for an end cut off in the middle of a character."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(body)
    except UnicodeDecodeError:
        return False
    return True


def _most_plausible(body: bytes, hints: list[str]) -> str:
    sample = _telling_part(body)
    candidates = dict.fromkeys((*hints, "utf-8", *_CHINESE_CODECS))
    scores = {name: _plausibility(sample, name) + (_DECLARED_BONUS if name in hints else 0.0) for name in candidates}
    if _broken_share(sample, "utf-8") <= _NEARLY_UTF8:
        return "utf-8"
    return max(scores, key=lambda name: scores[name])


def _telling_part(body: bytes) -> bytes:
    """The stretches beyond ASCII, from anywhere in the page, up to some thousand characters."""
    parts, size = [], 0
    for found in _BEYOND_ASCII.finditer(body):
        parts.append(found.group())
        size += len(parts[-1]) + 1
        if size > _SAMPLE_BYTES:
            break
    return b"\n".join(parts)[:_SAMPLE_BYTES]


def _plausibility(sample: bytes, name: str) -> float:
    """Share of everyday Chinese among the characters beyond ASCII, less what is broken."""
    text = _read(sample, name)
    wide = len(_WIDE.findall(text))
    if not wide:
        return 0.0
    return (sum(map(_COMMON.__contains__, text)) - _BROKEN_COSTS * len(_BROKEN.findall(text))) / wide


def _broken_share(sample: bytes, name: str) -> float:
    text = _read(sample, name)
    return len(_BROKEN.findall(text)) / max(1, len(_WIDE.findall(text)))


def _read(body: bytes, name: str) -> str:
    if name != "big5":
        return body.decode(name, "replace")
    for codec in ("big5", "cp950", "big5hkscs"):
        try:
            return body.decode(codec)
        except UnicodeDecodeError:
            continue
    return body.decode("cp950", "replace")
