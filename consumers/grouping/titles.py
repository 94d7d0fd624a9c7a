"""What a concern is called: a real sentence from its posts that a person would have chosen, and its key words."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from consumers.grouping.memory import Remembered
from consumers.grouping.sketches import mean_similarities
from consumers.grouping.weights import Weights
from consumers.grouping.words import grams

SHORTEST, LONGEST = 8, 40
_SHORTEST_GIVEN = 6
_LONGEST_WORD = 5
_NEWS_BEGINNING = 200
_MOST_WORTH = 1.15
_BEST_SHORTEST, _BEST_LONGEST = 10, 28

_NOISE = re.compile(
    r"[A-Z]?[\w·-]{0,16}的(?:微博|秒拍)视频|O网页链接|收起全文d?|展开全文c?|https?://\S+|www\.\S+"
    r"|#[^#\n]{1,40}#|@[\w\-]{2,30}|\[[^\[\]\n]{1,12}\]|[\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F\u200d]+"
)
_HEADLINE = re.compile(r"^\s*【([^】\n]{4,60})】")
_BRACKETS = dict.fromkeys(map(ord, "【】《》「」"))
_SENTENCE_END = re.compile(r"[。！？!?;；\n\r…～~]+|\s{2,}|(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_CLAUSE_END = re.compile(r"[,，:：]")
_GREETING = re.compile(
    r"^(?:\w{0,10}?(?:领导|书记|[市局县区省院校厅处科]长|部门|政府|同志|主任))?们?"
    r"(?:[,，、:：!！\s]*(?:您|你|大家|领导)们?好|[,，:：!！])[,，:：!！。\s]*"
)
_REPORTED = re.compile(
    r"^(?:来电人|来信人|来访人|市民|居民|网友|群众)(?:来电|来信)?(?:称|反映|表示|投诉|诉求)[,，:：]?"
)
_GREETING_ALONE = re.compile(
    r"^(?:(?:尊敬的|敬爱的|亲爱的).{0,40}|\w{0,10}(?:您好|你好|大家好|领导好|谢谢|感谢))[:：,，!！您你好]*$"
)
_ABOUT_THE_WRITER = re.compile(r"^(?:我是|我们是|本人|我叫|来电人|市民|网友|转发|收起全文|展开全文)")
_CONTACT = re.compile(r"〔|^(?:家庭|详细|联系)?(?:地址|住址|电话|联系人|联系方式)")
_LEANS_ON_ANOTHER = re.compile(
    r"^(?:为此|严重时|特向|且|但|而|并|因|所以|于是|如此|这|那|虽然|尽管|如果|即使|由于|随着|根据|按照|依据|为了"
    r"|在.{2,24}[下中后时]$|还|也|又|甚至|更|然而|不过|否则|同时|另外|其|以上|希望|请求|恳请|感谢|谢谢"
    r"|他|她|它|给|至今|现在|目前|之前|此前|我|你|大家|有)"
)
_UNFINISHED = re.compile(
    r"(?:的|后|时|下|称|说|道|表示|指出|认为|目前|近日|今日|日电|\d日|\d月|\d年|之前|以来"
    r"|通知|规定|方面|记者|及|和|与|等)$"
)
_NAMES_SOMETHING = re.compile(
    r"[路街村镇乡县区苑站]|学校|中学|小学|大学|幼儿园|医院|公司|花园|广场|大厦|地铁|公交|号线|项目|市场"
)
_FOREIGN = re.compile(r"[^\u4e00-\u9fff0-9]")
_NO_HAN = re.compile(r"[^\u4e00-\u9fff]+")
_STOP = frozenset(
    "的了在是我们你您他她它这那就都也和与及或很不没有要被把请吗呢吧啊对给让向从到为于而但将会能可已还又再"
)


def title_candidate(title: str, text: str) -> str:
    """The best sentence of one post: its own title or headline, else the first sentence that says something."""
    headline = _HEADLINE.match(text)
    for given in (title, headline[1] if headline else ""):
        if given and len(cleaned := _clean(_NOISE.sub(" ", given))) >= _SHORTEST_GIVEN:
            return _shortened(cleaned)
    best, best_worth = "", -1.0
    for place, sentence in enumerate(_sentences(text[headline.end() :] if headline else text)):
        if _MOST_WORTH - 0.15 * place <= best_worth:
            break
        worth = _worth(sentence) - 0.15 * place
        if worth > best_worth:
            best, best_worth = sentence, worth
    return _shortened(best) or text.strip()[:LONGEST] or "（无文字）"


def has_headline(text: str) -> bool:
    """Whether it is written as news is: with a headline in brackets near its beginning."""
    return "【" in text[:_NEWS_BEGINNING]


def _sentences(text: str) -> Iterable[str]:
    beginning = _NOISE.sub(" ", text[:400]).strip()
    for sentence in _SENTENCE_END.split(beginning)[:8]:
        if cleaned := _clean(sentence):
            yield cleaned


def _clean(sentence: str) -> str:
    bare = " ".join(sentence.translate(_BRACKETS).split()).strip(" ,，、:：;；-—~～.。|·“”‘’\"'")
    return _REPORTED.sub("", _GREETING.sub("", bare, count=1))


def _shortened(sentence: str) -> str:
    """As many of its first clauses as fit and read as finished; where none does it is cut and says so."""
    if len(sentence) <= LONGEST:
        return sentence
    ends = [comma.start() for comma in _CLAUSE_END.finditer(sentence) if SHORTEST <= comma.start() <= LONGEST]
    finished = [end for end in ends if not _UNFINISHED.search(sentence[:end])]
    return sentence[: finished[-1]] if finished else sentence[: LONGEST - 1] + "…"


def _worth(sentence: str) -> float:
    """How well a sentence serves as a title; more is better, below 0 not at all.

    It should have the right length, say what and where, and stand without the sentences around it.
    """
    length = len(sentence)
    if _GREETING_ALONE.match(sentence) and (length < 14 or sentence.endswith(("您好", "你好"))):
        return -0.5
    if length < SHORTEST:
        return 0.05 * length / SHORTEST
    worth = 1.0
    if length < _BEST_SHORTEST or length > _BEST_LONGEST:
        worth -= 0.1
    if length > LONGEST or sentence.endswith("…"):
        worth -= 0.2
    if _ABOUT_THE_WRITER.match(sentence):
        worth -= 0.3
    if _CONTACT.search(sentence):
        worth -= 0.6
    if _LEANS_ON_ANOTHER.match(sentence):
        worth -= 0.3
    if _UNFINISHED.search(sentence):
        worth -= 0.3
    if _NAMES_SOMETHING.search(sentence):
        worth += 0.15
    return worth - 0.5 * _foreign(sentence)


def _foreign(sentence: str) -> float:
    """The share of characters that are neither Chinese nor digits."""
    return len(_FOREIGN.findall(sentence)) / len(sentence)


def most_typical(members: Sequence[Remembered]) -> Remembered:
    """The member whose title would do best for all: well written, and like the others."""
    likeness = mean_similarities([member.sketch for member in members])

    def merit(place: int) -> tuple[float, str]:
        member = members[place]
        worth = _worth(member.sketch.title) if member.sketch.title else -1.0
        return -(worth + float(likeness[place])), member.post

    return members[min(range(len(members)), key=merit)]


Words = tuple[tuple[str, float], ...]
"""The words of a sentence, each with how much it tells."""


def words_of(weights: Weights, sentences: Sequence[str]) -> list[Words]:
    """The telling pieces of each sentence, 2–5 characters long, without any dictionary.

    A sentence is cut at words of grammar, and where two neighbours stand together more rarely than those beside them.
    """
    runs = [(place, run) for place, sentence in enumerate(sentences) for run in _runs(sentence)]
    rarities = _rarities(weights, [run for _, run in runs])
    found: list[list[tuple[str, float]]] = [[] for _ in sentences]
    for (place, run), rarity in zip(runs, rarities, strict=True):
        for start, end in _cuts(rarity, len(run)):
            if 2 <= end - start <= _LONGEST_WORD:
                inside = rarity[start : end - 1]
                found[place].append((run[start:end], sum(inside) / len(inside) * (end - start) ** 0.5))
    return [tuple(words) for words in found]


def key_words(words: Iterable[Words], most: int = 5) -> tuple[str, ...]:
    """The words that tell most, more so if several sentences have them; none that is part of another."""
    merits: dict[str, float] = {}
    for sentence in words:
        for word, merit in sentence:
            merits[word] = merits.get(word, 0.0) + merit
    chosen: list[str] = []
    for word in sorted(merits, key=lambda word: (-merits[word], word)):
        if not any(word in other or other in word for other in chosen):
            chosen.append(word)
        if len(chosen) == most:
            break
    return tuple(chosen)


def _runs(sentence: str) -> list[str]:
    """The stretches of Chinese between punctuation and words of grammar."""
    bare = _NO_HAN.sub(" ", "".join(" " if character in _STOP else character for character in sentence))
    return [run for run in bare.split() if len(run) >= 2]


def _rarities(weights: Weights, runs: Sequence[str]) -> list[list[float]]:
    """How rare each pair of neighbours is, run by run."""
    document, hashed = grams(runs)
    pairs = sum(len(run) - 1 for run in runs)
    rarity = weights.of(hashed[:pairs]).tolist()
    bounds = np.searchsorted(document[:pairs], np.arange(len(runs) + 1)).tolist()
    return [rarity[start:end] for start, end in pairwise(bounds)]


def _cuts(rarity: Sequence[float], length: int) -> Iterable[tuple[int, int]]:
    """(start, end) of each piece; a cut lies where a pair is rarer than the pairs on both its sides."""
    start = 0
    for place in range(1, length - 2):
        before, here, after = rarity[place - 1], rarity[place], rarity[place + 1]
        if here > before and here >= after and place + 1 - start >= 2:
            yield start, place + 1
            start = place + 1
    yield start, length
