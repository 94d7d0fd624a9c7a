"""Finds the article's own words on a page: one walk over the tree, then the best run of neighbouring passages.

The page is cut into passages at block elements and line breaks. Prose (long, punctuated, few links) counts for a
passage, menus, link lists and notices count against it, and the run of passages with the largest sum is the
article (maximum subsequence segmentation, Pasternack & Roth 2009), with a surcharge for every step to another
part of the tree, so that a run stays in its container.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

_SKIPPED_TAGS = (
    "script style noscript iframe object embed applet select option button textarea input nav svg canvas audio video "
    "map head title template"
)
_BREAKING_TAGS = (
    "address article aside blockquote body br caption center dd details dialog div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr html li main menu ol p pre section summary table tbody td tfoot th "
    "thead tr ul"
)
_SKIPPED = frozenset(_SKIPPED_TAGS.split())
_BREAKING = frozenset(_BREAKING_TAGS.split())
_TEXT_TAGS = frozenset({"p", "br", "h1", "h2", "h3", "h4"})
_SPACE = re.compile(r"[\s\u3000\u00a0\u200b\ufeff]+")
_MARKS = re.compile(r"[，。！？；：“”（）《》「」,!?;]")
_SENTENCE = re.compile(r"[，。！？!?]")
_ENDING = re.compile(r"[。！？!?…”」』）)]$")
_NEAR_STEP = 4.0
_MOST_WITHOUT_A_MARK = 10.0
_LINKED_AT_MOST = 0.3
_LONGEST_WORD_OF_THE_SITE = 300
_LONGEST_NOTICE = 120
_SHORTEST_PROSE = 30
_ENDS_OF_PROSE = frozenset("。！？”」")
_LONGEST_CREDIT = 70
_LONGEST_LINK = 400
_SHORTEST_SENTENCE = 6
_FAR_STEP = 20.0
_NOTICE = re.compile(
    r"版权|copyright|©|ICP备|icp备|許可證|许可证|未经.{0,8}授权|相关(?:阅读|新闻|报道|链接|专题|文章)|"
    r"相關(?:閱讀|新聞|報導|連結|文章)|热门|推荐阅读|延伸阅读|延伸閱讀|网友评论|我要评论|发表评论|發表評論|"
    r"文明上网|登录|登入|注册|註冊|分享到|收藏|打印|列印|上一篇|下一篇|返回|首页|首頁|关闭窗口|字号|字級|"
    r"免责声明|客服|联系我们|網站地圖|网站地图|广告|举报电话|不良信息|仅供参考|仅代表作者|转载|轉載|本网站|本網站|"
    r"声明：|聲明：|facebook|google ?plus|fans|邮箱|郵箱|手机报|短信|爆料|(?:调整|調整)字[体體]|订阅|訂閱|"
    r"討論區|讨论区|留言|跟贴|跟帖|\[详情\]|翻页|投稿|電話：|电话：|這篇新聞",
    re.IGNORECASE,
)

_SURELY_A_NOTICE = re.compile(
    r"版权|copyright|©|ICP备|许可证|未经.{0,8}授权|免责声明|仅代表作者|本网|本網|本站|文明上网|facebook|声明：|聲明：|举报电话|不良信息|客服|转载|轉載|来源：|"
    r"这篇新闻|這篇新聞|点击|點擊",
    re.IGNORECASE,
)

_WORD_OF_THE_SITE = re.compile(
    r"凡(?:本网|注明)|版权均属|版权声明|版權聲明|[订訂][阅閱]《|facebook ?(?:專頁|专页|粉)|粉絲團|Google ?plus",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"[\[【(（]?(?:发布时间|發布時間|时间|時間|来源|來源|作者|责任编辑|責任編輯|责编|編輯|编辑|本文来源"
    r"|[^，。]{0,6}记者 ?[^，。]{0,8}[摄攝])"
    r"|[^，。]{0,30}20[0-9]{2}[-/年.][0-9]{1,2}[-/月.][0-9]{1,2}日?\s*(?:[0-9]{1,2}:|$|来源|來源)"
)


@dataclass(slots=True)
class Passage:
    """A stretch of text without a break in it, and how much of it is linked."""

    text: str
    linked: int
    container: Element
    marks: int = field(init=False)

    def __post_init__(self) -> None:
        # Nobody asks for the marks of a link, and most passages of a page are links.
        self.marks = len(_MARKS.findall(self.text)) if 2 * self.linked <= len(self.text) else 0

    @property
    def link_share(self) -> float:
        """Share of the characters that are links."""
        return self.linked / len(self.text)


@dataclass(frozen=True, slots=True)
class Body:
    """The chosen passages and how sure the choice is: 0 nothing found … 1 plainly an article."""

    passages: tuple[Passage, ...]
    certainty: float

    @property
    def text(self) -> str:
        """The article as lines of text."""
        return "\n".join(passage.text for passage in self.passages)


def passages_of(root: Element) -> list[Passage]:
    """Every passage of the page in reading order; scripts, forms' controls and hidden parts are left out."""
    walk = _Walk()
    walk.over(root)
    return walk.passages


class _Walk:
    """Gathers text between breaks."""

    def __init__(self) -> None:
        self.passages: list[Passage] = []
        self._parts: list[str] = []
        self._linked = 0
        self._no_links: set[Element] = set()

    def over(self, root: Element) -> None:
        """Walk without recursion, as pages nest deeply; None on the stack ends the element below it."""
        stack: list[Element | None] = [root]
        inside_link = 0
        while stack:
            element = stack.pop()
            if element is None:
                element = stack.pop()
                assert element is not None
                tag = element.tag
                inside_link -= tag == "a" and element not in self._no_links
            else:
                tag = element.tag
                if isinstance(tag, str) and tag not in _SKIPPED:
                    if tag in _BREAKING:
                        self._finish(element)
                    if tag == "a":
                        if _wraps_an_article(element):
                            self._no_links.add(element)
                        else:
                            inside_link += 1
                    self._add(element.text, inside_link)
                    stack += (element, None)
                    stack += element[::-1]
                    continue
            if tag in _BREAKING:
                self._finish(element)
            if element is not root:
                self._add(element.tail, inside_link)
        self._finish(root)

    def _add(self, text: str | None, inside_link: int) -> None:
        if not text or (not self._parts and text.isspace()):
            return
        self._parts.append(text)
        if inside_link:
            self._linked += len(text.strip())

    def _finish(self, element: Element) -> None:
        if not self._parts:
            return
        text = _SPACE.sub(" ", "".join(self._parts)).strip()
        if text:
            tag = element.tag
            container = element if tag not in _TEXT_TAGS else element.getparent()
            self.passages.append(
                Passage(text, min(self._linked, len(text)), element if container is None else container)
            )
        self._parts.clear()
        self._linked = 0


def _wraps_an_article(anchor: Element) -> bool:
    """A link that somebody forgot to close swallows what follows it."""
    if not any(child.tag in _BREAKING for child in anchor):
        return False
    return sum(map(len, anchor.itertext())) > _LONGEST_LINK


def choose_body(passages: list[Passage]) -> Body:
    """The run of passages that is the article, without the link lists and notices inside it."""
    if not passages:
        return Body((), 0.0)
    worths = [_worth(passage) - step for passage, step in zip(passages, _steps(passages), strict=True)]
    start, end = _best_run(worths)
    start, end = _with_its_container(passages, start, end)
    run = _without_credits([passage for passage in passages[start:end] if _belongs(passage)])
    return Body(tuple(run), _certainty(run, worths, start, end))


def short_text(passages: list[Passage]) -> str:
    """The sentences of a page with no article on it, as a short post or notice is; nothing where there are none."""
    sentences = [
        passage.text
        for passage in passages
        if _SENTENCE.search(passage.text) and passage.link_share <= 0.3 and len(passage.text) >= _SHORTEST_SENTENCE
    ]
    return "\n".join(sentence for sentence in sentences if not _NOTICE.search(sentence))


def _steps(passages: list[Passage]) -> Iterator[float]:
    """The cost of going on from the passage before: none within a container, more to another part of the tree."""
    before: Element | None = None
    for passage in passages:
        here = passage.container
        if before is None or here is before:
            yield 0.0
        elif here.getparent() is before or before.getparent() is here or here.getparent() is before.getparent():
            yield _NEAR_STEP
        else:
            yield _FAR_STEP
        before = here


def _worth(passage: Passage) -> float:
    length = len(passage.text)
    prose = length - passage.linked
    if passage.link_share > 0.5:
        return -25.0 - 0.3 * min(passage.linked, 40)
    if _is_notice(passage):
        return -30.0
    if passage.marks >= 2 or (passage.marks and _ENDING.search(passage.text)):
        return prose * (1.0 - passage.link_share) + 4 * min(passage.marks, 5)
    return -12.0 if length < 25 else min(0.3 * prose - 8, _MOST_WITHOUT_A_MARK)


def _is_notice(passage: Passage) -> bool:
    """A line of the site about itself; in sentences of prose such a word (爆料, 短信, 返回) is part of the story."""
    text = passage.text
    if len(text) >= _LONGEST_WORD_OF_THE_SITE:
        return False
    if _WORD_OF_THE_SITE.search(text):
        return True
    if len(text) >= _LONGEST_NOTICE or not _NOTICE.search(text):
        return False
    prose = passage.marks >= 2 and len(text) >= _SHORTEST_PROSE and text[-1] in _ENDS_OF_PROSE
    return not prose or _SURELY_A_NOTICE.search(text) is not None


def _best_run(worths: list[float]) -> tuple[int, int]:
    best, best_start, best_end = 0.0, 0, 0
    total, start = 0.0, 0
    for place, worth in enumerate(worths):
        if total <= 0:
            total, start = 0.0, place
        total += worth
        if total > best:
            best, best_start, best_end = total, start, place + 1
    return best_start, best_end


def _with_its_container(passages: list[Passage], start: int, end: int) -> tuple[int, int]:
    """The run, and what follows it in the container that holds most of it: lists and tables of the article."""
    if start == end:
        return start, end
    sizes: dict[Element, int] = {}
    for passage in passages[start:end]:
        sizes[passage.container] = sizes.get(passage.container, 0) + len(passage.text)
    container = max(sizes, key=lambda place: sizes[place])
    while end < len(passages) and passages[end].container is container and _continues(passages[end]):
        end += 1
    while start and passages[start - 1].container is container and _continues(passages[start - 1]):
        start -= 1
    return start, end


def _continues(passage: Passage) -> bool:
    return passage.link_share <= _LINKED_AT_MOST and not _is_notice(passage)


def _without_credits(run: list[Passage]) -> list[Passage]:
    """The run without the date and source before its first sentence and without the editor after its last."""
    start, end = 0, len(run)
    while end and _is_credit(run[end - 1]):
        end -= 1
    while start < end and _is_credit(run[start]):
        start += 1
    return run[start:end]


def _is_credit(passage: Passage) -> bool:
    return len(passage.text) < _LONGEST_CREDIT and _CREDIT.match(passage.text) is not None


def _belongs(passage: Passage) -> bool:
    return passage.link_share <= 0.5 and not _is_notice(passage)


def _certainty(run: list[Passage], worths: list[float], start: int, end: int) -> float:
    prose = sum(len(passage.text) for passage in run if passage.marks >= 2)
    if prose < 60:
        return 0.0
    outside = sum(worth for place, worth in enumerate(worths) if worth > 0 and not start <= place < end)
    inside = sum(worth for worth in worths[start:end] if worth > 0)
    return inside / (inside + outside)
