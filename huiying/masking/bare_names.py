"""Names without a cue: a surname of most people and usual given names, where nothing speaks of public life.

The surer the characters are those of a name, the less is asked of what stands on both sides.
"""

# ruff: noqa: E501 - a pattern is read as a whole

import re

from huiying.masking.beside_names import PLACE_NEXT, TITLE_AFTER, goes_on, holds_office, name_may_end
from huiying.masking.name_shapes import ENDS_OF_PLACES, is_name
from huiying.masking.surnames import (
    AFTER_A_LETTER,
    COMPOUND_SURNAMES,
    GIVEN,
    PUBLIC_NAMES,
    SOLE_SURNAMES,
    STRONG_GIVEN,
    USUAL_SURNAMES,
)

_HAN = "\u4e00-\u9fa5"
_PLAIN_SURNAMES = USUAL_SURNAMES | frozenset(
    "丛佘佟俞倪冉冼凌刁卞厉史叶喻夏娄寇尤尹岑岳嵇巩庞康戚敖晁晏曾柯栾樊欧段殷毕洪涂温湛滕焦牟狄甄窦禹章"
    "童符管缪翁翟耿聂臧舒艾芮苗范茅荀荆葛蒲蔺裘裴褚覃詹谌费赖辛迟邢邬邸郎郜鄂闫闵阎阚阮隋雍雷霍靳鞠韦项"
    "顾颜饶骆鲍宫程申姬卜卓柴屠蒙蓝邴邹齐"
)
"""Surnames of which few begin or are words."""
_PLACE_ENDS = ENDS_OF_PLACES | frozenset(
    "乡湖岭家桥里庄郡坡沙路塘江河山水岛溪泉沟寺街州县市组社店厂港洲堂馆居院峰谷洞堡屯坊门田地坝井宫亭台中大"
)
"""A given name that ends so is believed to be a place or no name."""
_GIVEN, _STRONG = "".join(sorted(GIVEN)), "".join(sorted(STRONG_GIVEN))
_COMPOUND = COMPOUND_SURNAMES - {"东方", "爱新", "百里"}
_BEFORE = "把被跟和与及给找是叫让向问请由据就的里下有到个说楼号组"
_BOUND = rf"(?:(?<![{_HAN}].)|(?<=[{_BEFORE}].))"
_CANDIDATE = re.compile(
    rf"[{''.join(sorted(SOLE_SURNAMES | _PLAIN_SURNAMES))}](?:{_BOUND}(?=[{_GIVEN}])|(?=[{_STRONG}]{{2}}))"
)
_COMPOUND_CANDIDATE = re.compile(
    rf"[{''.join(sorted(name[0] for name in _COMPOUND))}](?<![{_HAN}].)[{''.join(sorted(name[1] for name in _COMPOUND))}][{_GIVEN}]{{1,2}}"
)
_SHORT = re.compile(
    rf"[{_HAN}](?<=[被跟和与找叫个就据问给].)[{_GIVEN}](?=[^{_HAN}]|$|[把被说讲称欠骂打]|不[给让]|他|她)"
)
_FAMILIAR = re.compile(
    rf"[老小](?:(?<![{_HAN}].)|(?<=[找跟和叫问给是居长我友舍坊楼].))(?P<it>[{''.join(sorted((_PLAIN_SURNAMES | frozenset('于')) - frozenset('康赖')))}])(?=头(?!子)|[):,，]|天天|经常|总是|说|把)"
)
"""老孙头, 小顾天天: the surname alone."""
_CHATTING = re.compile(rf"(?<![{_HAN}])(?P<it>[{_HAN}]{{2,3}}) ?[0-9]{{1,2}}:[0-9]{{2}}")
"""车丽娜 9:13: as chats are forwarded."""
_GOES_ON = re.compile("[那这装干说讲称从三]")
_NAMES_NO_PERSON = re.compile(
    "路|大街|麻辣|烤|火锅|面馆|饭店|诊所|超市|酒|书店|事务所|牌|版|同志|网友|写字楼|驾校|中心|广场|中队|大队|集团|律师|[\\[(〔]?20[0-9]{2}[\\])〕]"
)
_NO_GIVEN = re.compile(
    "运行|泥土|回复|进行|道理|居心|政策|地铁|公交|自然|沙发|小姐|太太|先生|军长|自行|保险|证明|发生|工程|思想"
)
_RUNS_ON = re.compile(
    "发[生现展放布给]|生[态活产意命病前]|健[身康]|新[村区建城]|思[考想]|小[区学时孩]|自[己行然身]|成[为立本功]|立[即刻案]|家[里人长庭属]|文[件化明]|平[台时均方米]|海[边鲜]|金[额融]|春[节天]|民[生政]|安[全装]|建[设筑]|利[益用]|华[人]|东[西]|国[家]|银[行]|天[天气]|一[个直些事]|明[显确天]|清[理运楚]|保[安障]|爱[心]"
)
_PUBLIC_LIFE = re.compile(
    r"#[^#\n]{1,40}#|本报讯|报道|记者|获悉|演唱会|电影|主演|明星|歌手|电视剧|综艺|微博|冠军|专家|院士|历史|博物馆|纪念馆|画家|诗人|皇帝|总统|首相|小说|诗"
)
_OWN_MATTER = re.compile(
    "户|楼|村|房|欠|骗|漏|狗|占|街坊|我家|院墙|窗口|摆摊|没收|群聊|聊天记录|小区|物业|邻居|业主|社区|街道|投诉|举报|反映|违建|绿地|医保|低保|社保|补贴|补助|工资|老板|派出所|报警|法院|中介|车位|停车|领导|政府|学校|学费|孩子|学籍|装修|噪|垃圾|停水|停电|电话|此致|敬礼|盼复|供暖|暖气|请帮|求助|转告"
)
"""Words of the matters people write to a city about; a post without any of them names whom it admires."""
_OF_AN_OFFICE = re.compile(r"(?:局|委|厅|政府|法院|公安|大队|支队|办|干部|民警|人员|镇|街道)[: ]?$")


def may_name_neighbours(shadow: str) -> bool:
    """A quick look: only a text on such a matter is searched for names that nothing announces."""
    return _OWN_MATTER.search(shadow) is not None


def unannounced(shadow: str) -> list[tuple[int, int]]:
    """Names in the middle of a sentence, with no word that says so."""
    places = []
    for found in _CANDIDATE.finditer(shadow):
        start = found.start()
        if _is_believed(shadow, start, start + 3):
            places.append((start, start + 3))
        elif (
            shadow[start] in _PLAIN_SURNAMES
            and _SHORT.match(shadow, start)
            and _is_no_place(shadow[start : start + 2])
        ):
            places.append((start, start + 2))
    for compound in _COMPOUND_CANDIDATE.finditer(shadow):
        if compound.group()[:2] in _COMPOUND and _is_no_place(compound.group()) and _may_end(shadow, compound.end()):
            places.append(compound.span())
    if not places or _PUBLIC_LIFE.search(shadow):
        return []
    return [(start, end) for start, end in places if not _is_public(shadow, start, end)]


def familiar(shadow: str) -> list[tuple[int, int]]:
    """老孙头, 小顾天天, and who speaks in a chat that is handed on."""
    places = [found.span("it") for found in _FAMILIAR.finditer(shadow)]
    if ":" in shadow:
        places += [found.span("it") for found in _CHATTING.finditer(shadow) if is_name(found["it"])]
    return [(start, end) for start, end in places if not holds_office(shadow, start, end)]


def _is_no_place(name: str) -> bool:
    return name[-1] not in _PLACE_ENDS and is_name(name)


def _may_end(shadow: str, end: int) -> bool:
    return name_may_end(shadow, end, given_length=2) or _GOES_ON.match(shadow, end) is not None


def _is_believed(shadow: str, start: int, end: int) -> bool:
    """The usual characters of a name, where no word goes on on either side; the rest must stand between bounds."""
    surname, given = shadow[start], shadow[start + 1 : end]
    if len(given) < 2 or not GIVEN.issuperset(given):
        return False
    strong = STRONG_GIVEN.issuperset(given)
    if not strong and surname not in _PLAIN_SURNAMES:
        return False
    if not (strong and surname in USUAL_SURNAMES) and not (_may_begin(shadow, start) and _may_end(shadow, end)):
        return False
    return _is_no_place(shadow[start:end]) and not _runs_on(shadow, start, end)


def _may_begin(shadow: str, start: int) -> bool:
    before = shadow[start - 1 : start]
    return before in _BEFORE or not "\u4e00" <= before <= "\u9fa5"


def _runs_on(shadow: str, start: int, end: int) -> bool:
    """Whether a word of another kind begins or ends within the supposed name."""
    return (
        shadow[start - 1 : start] in tuple(AFTER_A_LETTER.get(shadow[start], ""))
        or TITLE_AFTER.match(shadow, start + 1) is not None
        or _NO_GIVEN.match(shadow, start + 1) is not None
        or _RUNS_ON.match(shadow, end - 1) is not None
        or goes_on(shadow, start + 1)
        or goes_on(shadow, start + 2)
    )


def _is_public(shadow: str, start: int, end: int) -> bool:
    """Named in office, or the name of a place or a business."""
    return (
        holds_office(shadow, start, end)
        or shadow[start:end] in PUBLIC_NAMES
        or PLACE_NEXT.match(shadow, end) is not None
        or _NAMES_NO_PERSON.match(shadow, end) is not None
        or _OF_AN_OFFICE.search(shadow[max(0, start - 5) : start]) is not None
    )
