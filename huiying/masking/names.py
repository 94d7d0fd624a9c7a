"""Masks names of private persons where something says that a name stands there; officials in office stay.

What says so: a label (联系人：), an introduction (我叫, 本人), a relation (妻子, 业主), a form of address (先生, 女士, 师傅),
a phone or identity number right beside, or the signature at the end of a letter. Without such a cue a name stays, but
a full name that was found once goes wherever the text repeats it.
"""

# ruff: noqa: E501 - a pattern is read as a whole

import re
from itertools import chain

from huiying.masking.cues import (
    ANY_PERSON_LABEL,
    BEFORE_SEX,
    INTRODUCTION,
    LABEL,
    LATIN_NAME,
    NICKNAME,
    OF_A_PLACE,
    OWN_KIN,
    RELATION,
)
from huiying.masking.draft import KEPT, Draft, Mark
from huiying.masking.surnames import (
    AFTER_A_LETTER,
    COMMON_AFTER_A_SURNAME,
    COMPOUND_SURNAMES,
    EVERY_SURNAME,
    GIVEN,
    IN_OTHER_TONGUES,
    NOT_GIVEN,
    NOT_NAMES,
    PUBLIC_NAMES,
    SOLE_SURNAMES,
    STRONG_GIVEN,
    SURNAMES,
    USUAL_SURNAMES,
    WEAK_SURNAMES,
)
from huiying.masking.words import WORDS

_ADDRESS = re.compile(
    r"先生|女士|小姐|师傅|大爷|大妈|大娘|阿姨|大姐|大哥|大叔|大嫂|奶奶|爷爷|老师|同学|老太|老伯|老汉|老板|经理|叔叔|婶|大婶|大伯|老人|大夫|医生|护士"
)
_PLACES_GO_ON = frozenset("村镇乡屯庄沟")
_ENDS_OF_PLACES = frozenset("城湾苑府园区镇村")
_KIN = re.compile(
    r"(?:的|之)?(?:家长|妈妈|爸爸|父亲|母亲|爷爷|奶奶|妻子|丈夫|儿子|女儿|老婆|老公|家属|爱人|父子|父女|父母|母子|母女|夫妇|夫妻|两口子|兄弟|姐妹|姊妹|一家[老三四五六七几]|身故|名下|及家人|及其(?:家人|父|母|妻|夫|子))"
)
_PHONE, _IDENTITY, _CARD, _NAME = Mark.PHONE.sign, Mark.IDENTITY.sign, Mark.CARD.sign, Mark.NAME.sign
_NUMBERS = frozenset((_PHONE, _IDENTITY, _CARD))
_BESIDE = f"[{_PHONE}{_IDENTITY}{_CARD}]"
_BEFORE_NUMBER = re.compile(rf"(?<=[\u4e00-\u9fa5])[ :,，、(\n]{{0,2}}{_BESIDE}")
_AFTER_NUMBER = re.compile(rf"{_BESIDE}[ ,，(:]{{0,2}}(?:[找转](?:一下)?)?(?=[\u4e00-\u9fa5])")
_INTRODUCES = re.compile("叫|姓|本人|在下|鄙人|自称|实名|我是|我的名字是")
_KIN_WORD = re.compile(_KIN.pattern.removeprefix("(?:的|之)?"))
_HAN = "\u4e00-\u9fa5"
_ETHNIC = re.compile(rf"[{_HAN}]{{2,8}}\.[{_HAN}]{{2,8}}")
_NO_GIVEN_ALONE = frozenset("于在和与向对把被将就才给让找是的从以等近内外上下前后有多来去")
_NEVER_IN_A_NAME = frozenset("的了是在我你他们这那不没就都也受很被")
_TONGUES = "".join(sorted(IN_OTHER_TONGUES))
_FOREIGN = re.compile(rf"[{_TONGUES}]{{3,7}}(?![{_HAN}])")
_FOREIGN_IN_TWO = re.compile(rf"(?<![{_HAN}])[{_TONGUES}]{{2,7}}\.[{_TONGUES}]{{2,7}}")
_DOTTED = re.compile(rf"[{_TONGUES}]{{2,7}}\.[{_TONGUES}山提肉孜古]{{2,7}}")
_SPACED = re.compile(rf"[{_HAN}](?P<gap> {{1,3}})(?P<given>[{_HAN}](?:(?P=gap)[{_HAN}](?![{_HAN}]))?)(?![{_HAN}])")
_CELL = re.compile(rf"[{_HAN}]{{2,4}}(?![{_HAN}])")
_RUN = re.compile(rf"[{_HAN}]{{1,24}}")
_FOLLOWS = re.compile(
    r"电话|手机|联系|身份|证件|性别|年龄|住|家|地址|先生|女士|小姐|师傅|同志|老师|同学|是|的|在|反映|投诉|举报|申请|来电|来信|称|说|表示|因|于|和|与|向|今年|现|上|到|等|及"
    r"|男|女|不|没|要|又|还|将|就|才|给|让|找|骂|打|占|私|违|乱|偷|拖|经|开|养|搭|霸|每|多次|长期|天天|一直|昨|前|后|当|随|身|患|得|突|曾|未|无|只|正|买|卖|租|借|用|要求|建议|咨询|求助|请|对|想|希望|一家|夫妇|两人|本人|敬上|代|去|被|已|年|都|也|诉|告|以|从|把|[一二三四五六七八九十半几两]|写|留言|摔|拒|至今|因为|委托|多收|干到|怀孕|拒不|系退|实名|两次|跪求|敬|叩|有|为|家里|退|至|并|却|可|竟|则|即|后来|送|收|带|领|做|帮|替|欠|发|丢|进|回|出|伤|死|病|所|利用|强行|殴|辱|索|非法|故意|涉|按|向|多年|曾经|早|晚|兄弟|姐妹|可以|能|愿|跑|怀|诉|瘫|患|丢|捡|踢|砍|撞|伪|盗|贪|签|垫|缴|交|购|承|获|考|入|毕|结|离|坐|站|躺|睡|吃|喝|看|听|讲|答|拿|抢|冒|假|聚|赌|吸|酒|驾|逃|逆|停|堵|堆|拆|盖|建|砸|烧|放|种|挖|填|抽|排|倒|扔|泼|喂|训|教|加|涨|挨|态度|组织|先后|亲自|辱|恐|威|躲|染|坠|溺|触|中|卷|判|因病|突发|总是|经常|负责|介绍|承诺|自称|谎称|捏造|散布|无证|酒后|夜里|半夜|凌晨|早晨|晚上|白天"
)
_FIRM = re.compile(
    r"[^\u4e00-\u9fa5某]|$|反映|投诉|举报|申请|来电|来信|留言|写信|今年|现年|电话|手机|家住|住在|身份证|表示|要求|名下|[与因于诉]|去世|死亡|住院|发表|拾到|拖欠|实名|[的说称住被在]"
)
"""After this a name has surely ended: here an unusual given name is believed."""
_ACTS = re.compile(
    "骂|打人|打我|打了|骑车|开车|驾车|绕路|拒载|拒不|欠|态度|天天|多次|长期|多收|跑了|跑路|收了|收钱|把|占用|霸占|偷|私自|违章|违规|怀孕|患有|体罚|突然|干到|辱|威胁|殴打|漏水|卖|借|堵|报警|不退|不给|不让|不交|不还|不管|强行|常年|经常|每天|半夜|产假|住院|因|养狗|砸"
)
"""What a person does: before it a name of one unusual character is believed."""
_TITLE = (
    r"(?:副|代|原|前|老|名誉|总)?(?:局长|市长|区长|县长|省长|镇长|乡长|村长|处长|科长|所长|厅长|部长|院长|校长|园长|行长|站长|队长|庭长|会长|社长|台长|署长|司长|州长|街长|河长|路长|组长|党组成员|检察长|秘书长|委员长"
    r"|总?书记|支书|(?<!班)主任|主席|总理|委员|常委|政委|(?<!业主)(?<!居民)(?<!村民)(?<!家长)(?<!职工)(?<!法人)代表|发言人|法官|检察官|检察员|审判员|民警|警官|交警|辅警|警员|干警|巡视员|调研员|专员|参谋|律师|记者|教授|院士|总统|首相|大使|网格员|局座|干事|办事员|科员|部门负责人)"
)
_TITLE_AFTER = re.compile(_TITLE)
_TITLE_BEFORE = re.compile(_TITLE + r"[:、]? ?$")
_ORGANISATION = re.compile(
    r"(?:局|委|办|区|市|县|镇|乡|街道|社区|公司|中心|学校|小学|中学|医院|站|所|院|会|部|队|室|集团|店|馆|厂|政府|居民|市民|村民|业主|群众|者|村|屯|街|路)$"
)
_PLACE_NEXT = re.compile(r"[村镇乡街路区县市屯庄店庙沟岛湾桥站里园]|小区|花园|社区|公司|学校|医院|集团|大厦")
_SIGNATURE = re.compile(
    rf"(?:^|[\n。!！?？…~;； ,，]|--|敬礼|谢谢)(?:(?:一位|一名|一个|您的)?(?:市民|居民|村民|业主|群众|老百姓|百姓)|举报人|投诉人|反映人|写信人|家长|学生|退休职工)?[ :]{{0,3}}"
    rf"(?P<it>[{_HAN}]{{2,4}})(?P<rest>[ \n,，]*(?:敬上|上|呈|拜上)?[ \n]*(?:[0-9〇零一二三四五六七八九十]{{2,4}}[年.\-/][0-9一二三四五六七八九十.\-/月日 ]{{2,8}}|[0-9]{{1,2}}月[0-9]{{1,2}}日|{Mark.PHONE.sign}{{7,20}})?[ \n。.]*)$"
)
_PEER = re.compile(
    rf"(?:(?<![{_HAN}])|(?<=[找和跟叫给问]))[{''.join(sorted(USUAL_SURNAMES - frozenset('马高')))}][姐哥](?![姐妹哥弟们儿庄村镇山路])"
)
"""王姐, 李哥: a surname of most people where nothing else is read into it."""
_LIST_MARKS = frozenset("、，, 和与及")
_LIST_ENDS = _LIST_MARKS | frozenset(["", "。", "\n", "等", ")", ";", "；"])
_LIST = re.compile(f"{Mark.NAME.sign}[、，, 和与及](?=[{_HAN}])")
_IN_A_LIST = re.compile(rf"[{_HAN}]{{2,3}}(?=[、等)])")
_LAST = re.compile(rf"[{_HAN}0-9.\-/{_PHONE}]")
_LONG_RUN = re.compile(rf"[{_HAN}]{{10}}(?<![日月年号上呈〇零一二三四五六七八九十])")
_CLOSING = re.compile(
    r"(?:敬礼|谢谢|盼复|敬上|拜谢|感谢|叩谢|落款|市民|居民|村民|业主|群众|家长|--[^\n]{0,10})[您了!！。~ ,，:\n]{0,4}$"
)
"""What closes a letter: right after it a signature of two characters is believed, and unusual given names."""
_TAIL = 48
_REPEATED = 40
"""So many different names of one text are looked for again."""


def mask_names(draft: Draft) -> None:
    """Mask the names of private persons, the surest cues first."""
    for find in (_labelled, _addressed, _introduced, _kin, _before_sex):
        draft.take_places(_apart(find(draft.shadow)), Mark.NAME)
    if "." in draft.shadow:
        draft.take(_FOREIGN_IN_TWO, Mark.NAME)
    if _PHONE in draft.shadow or _IDENTITY in draft.shadow or _CARD in draft.shadow:
        draft.take_places(_apart(_beside_a_number(draft.shadow)), Mark.NAME)
    draft.take_places(_signed(draft.shadow), Mark.NAME)
    if _NAME in draft.shadow:
        draft.take_places(_listed(draft.shadow), Mark.NAME)
        draft.take_places(_apart(_again(draft.shadow, draft.originals(Mark.NAME))), Mark.NAME)


def _apart(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    if not places:
        return places
    apart: list[tuple[int, int]] = []
    for start, end in sorted(set(places)):
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return apart


def _labelled(shadow: str) -> list[tuple[int, int]]:
    places = []
    cues = LABEL.finditer(shadow)
    for cue in chain(cues, ANY_PERSON_LABEL.finditer(shadow)) if "人:" in shadow or "人姓名:" in shadow else cues:
        start = cue.end()
        named = bool(cue["gap"].strip()) or (cue["gap"] == " " and _CELL.match(shadow, start) is not None)
        end = _foreign(shadow, start, sure=bool(cue["gap"])) or _name(shadow, start, sure=named)
        if end is None and named:
            end = _whole_cell(shadow, start) or _cut_short(shadow, start)
        if end is None and cue["gap"]:
            end = _nickname(shadow, start)
        if end is not None and not _in_office(shadow, start, end):
            places.append((start, end))
    return places


def _introduced(shadow: str) -> list[tuple[int, int]]:
    places = []
    for pattern in (INTRODUCTION, OF_A_PLACE, RELATION) if _INTRODUCES.search(shadow) else (RELATION,):
        for cue in pattern.finditer(shadow):
            start = cue.end()
            if "姓" in cue.group():
                end = _surname_after(shadow, start)
            else:
                named = ("叫" in cue.group() or "名字" in cue.group()) and len(cue.group().strip()) > 1
                end = (
                    _foreign(shadow, start, sure=named)
                    or _foreign_with_dot(shadow, start)
                    or _name(shadow, start, sure=named)
                )
                if end is None and named:
                    end = _cut_short(shadow, start) or _nickname(shadow, start)
            if end is not None and not _in_office(shadow, start, end):
                places.append((start, end))
    return places


def _addressed(shadow: str) -> list[tuple[int, int]]:
    """王建国先生, 李女士: the name before a form of address."""
    places = []
    for address in _ADDRESS.finditer(shadow):
        end = address.start()
        start = _full_name_before(shadow, end)
        if start is not None and shadow[end - 1] in _ENDS_OF_PLACES:
            continue
        if start is None:
            start = _surname_before(shadow, end)
        if start is None or shadow[start:end] in PUBLIC_NAMES or _in_office(shadow, start, end):
            continue
        places.append((start, end))
    if "姐" in shadow or "哥" in shadow:
        places += [(peer.start(), peer.start() + 1) for peer in _PEER.finditer(shadow)]
    return places


def _beside_a_number(shadow: str) -> list[tuple[int, int]]:
    """张伟 13912345678, or the number first."""
    places = []
    for found in _BEFORE_NUMBER.finditer(shadow):
        start = _full_name_before(shadow, found.start())
        if start is None:
            start = _nickname_before(shadow, found.start())
        if start is not None and not _in_office(shadow, start, found.start()):
            places.append((start, found.start()))
    for found in _AFTER_NUMBER.finditer(shadow):
        end = _name(shadow, found.end(), sure=False)
        if end is None and found.group()[-1] in "找转":
            end = _nickname(shadow, found.end())
        if end is not None and end - found.end() < 3 and shadow[found.end() - 1] in _NUMBERS:
            continue
        if end is not None and not _in_office(shadow, found.end(), end):
            places.append((found.end(), end))
    return places


def _before_sex(shadow: str) -> list[tuple[int, int]]:
    """马德福，男，: what stands before the sex is a name."""
    places: list[tuple[int, int]] = []
    if not ("男" in shadow or "女" in shadow or "岁" in shadow or "年" in shadow or "证" in shadow or "话" in shadow):
        return places
    for found in BEFORE_SEX.finditer(shadow):
        start = _full_name_before(shadow, found.start())
        if start is not None:
            places.append((start, found.start()))
    return places


def _listed(shadow: str) -> list[tuple[int, int]]:
    """陈展，周明玉、刘先国: the names that follow a name in a list."""
    places: list[tuple[int, int]] = []
    for first in _LIST.finditer(shadow):
        at = first.end()
        while (end := _name(shadow, at, sure=False) or _enumerated(shadow, at)) is not None and not _in_office(
            shadow, at, end
        ):
            if shadow[end : end + 1] not in _LIST_ENDS and end - at < 3:
                break
            places.append((at, end))
            if shadow[end : end + 1] not in _LIST_MARKS:
                break
            at = end + 1
    return places


def _enumerated(shadow: str, start: int) -> int | None:
    """Between the marks of a list a rare surname is believed: 习小兵、米贵等."""
    found = _IN_A_LIST.match(shadow, start)
    return found.end() if found and _is_name(found.group()) else None


def _again(shadow: str, names: set[str]) -> list[tuple[int, int]]:
    """Full names that were found once, wherever else they stand in the text; not where the text also names them in office."""
    repeated = [name for name in sorted(names) if 3 <= len(name) <= 4 and _is_name(name)][:_REPEATED]
    if not repeated:
        return []
    places = [found.span() for found in re.finditer("|".join(sorted(repeated, key=len, reverse=True)), shadow)]
    in_office = {shadow[start:end] for start, end in places if _in_office(shadow, start, end)}
    return [(start, end) for start, end in places if shadow[start:end] not in in_office]


def _kin(shadow: str) -> list[tuple[int, int]]:
    """张小明的家长: only a name of three or more characters is sure enough."""
    places: list[tuple[int, int]] = []
    if "是我" in shadow or "系我" in shadow or "(我" in shadow:
        for own in OWN_KIN.finditer(shadow):
            end = own.start() - 1
            start = _full_name_before(shadow, end)
            if start is not None:
                places.append((start, end))
    if not _KIN_WORD.search(shadow):
        return places
    for kin in _KIN.finditer(shadow):
        start = _full_name_before(shadow, kin.start())
        if start is not None and kin.start() - start >= 3:
            places.append((start, kin.start()))
    return places


def _signed(shadow: str) -> list[tuple[int, int]]:
    """The signature that ends a letter, with or without a date or a number after it."""
    if _runs_on(shadow):
        return []
    offset = max(0, len(shadow) - _TAIL)
    found = _SIGNATURE.search(shadow, offset)
    if found is None or (offset and found.start() == offset):
        return []
    start, end = found.span("it")
    whole = shadow[start:end]
    alone = "\n" in shadow[max(0, start - 3) : start] or bool(found["rest"].strip(" \n。.")) or "--" in found.group()
    closed = _CLOSING.search(shadow, max(0, start - 12), start) is not None
    alone = alone or closed
    if (
        not (_is_name(whole) or (closed and _is_unusual_name(shadow, start, end)))
        or (not alone and len(whole) < 3)
        or _in_office(shadow, start, end)
    ):
        return []
    return [(start, end)]


def _runs_on(shadow: str) -> bool:
    """Whether no signature can end this text: cheaper to see than to look for one."""
    end = len(shadow.rstrip(" \n。."))
    return not _LAST.match(shadow, max(0, end - 1)) or _LONG_RUN.match(shadow, max(0, end - 10), end) is not None


def _name(shadow: str, start: int, *, sure: bool) -> int | None:
    """Where the name that begins here ends; None where none begins. `sure` allows unusual given names."""
    compound = shadow[start : start + 2] in COMPOUND_SURNAMES
    if not compound and shadow[start : start + 1] not in (EVERY_SURNAME if sure else WEAK_SURNAMES):
        return None
    given_at = start + (2 if compound else 1)
    if _TITLE_AFTER.match(shadow, given_at):
        return None
    if _ADDRESS.match(shadow, given_at):
        return given_at if shadow[start : start + 1] in SURNAMES else None
    for length in (2, 1):
        end = given_at + length
        if end <= len(shadow) and _is_whole(shadow, start, given_at, end, sure=sure):
            return end
    spaced = _SPACED.match(shadow, start)
    return spaced.end() if spaced and _is_given(spaced["given"].replace(" ", ""), sure=sure) else None


def _is_whole(shadow: str, start: int, given_at: int, end: int, *, sure: bool) -> bool:
    """Whether surname and given name end here and are no ordinary word."""
    if shadow[start:end] in NOT_NAMES or _goes_on(shadow, given_at):
        return False
    given = shadow[given_at:end]
    firm = _FIRM.match(shadow, end) is not None
    acts = len(given) == 1 and _ACTS.match(shadow, end) is not None
    if not sure and (
        shadow[end : end + 1] in _PLACES_GO_ON or not _is_likely(shadow, start, given, firm=firm or acts)
    ):
        return False
    if not _is_given(given, sure=sure or (firm and (len(given) == 2 or shadow[end : end + 1] in ",，(、"))):
        return False
    if not acts and not _stands_alone(shadow, start, end, given) and not _ends(shadow, end, given_length=len(given)):
        return False
    if not _begins_a_word(shadow, start) or shadow[start:given_at] in COMPOUND_SURNAMES:
        return True
    return len(given) == 2 and (sure or (firm and given[1] not in _NO_GIVEN_ALONE)) and _is_given(given, sure=False)


def _is_likely(shadow: str, start: int, given: str, *, firm: bool) -> bool:
    """Whether a name may be believed after a weak cue: 马强 is one, 曾向 and 梅溪 are none."""
    if given in COMMON_AFTER_A_SURNAME or given[-1] in _ENDS_OF_PLACES:
        return False
    if len(given) == 2:
        return True
    if given in _NO_GIVEN_ALONE:
        return False
    compound = shadow[start : start + 2] in COMPOUND_SURNAMES
    return firm or (given in STRONG_GIVEN and (compound or shadow[start] in SOLE_SURNAMES))


def _stands_alone(shadow: str, start: int, end: int, given: str) -> bool:
    """Whether this is a name whatever follows it."""
    if len(given) != 2 or given[1] in _NO_GIVEN_ALONE or _goes_on(shadow, end - 1):
        return False
    return STRONG_GIVEN.issuperset(given) or (shadow[start] in USUAL_SURNAMES and _is_given(given, sure=False))


def _goes_on(shadow: str, at: int) -> bool:
    """A word that follows names (多次, 要求) stands where the given name should begin."""
    word = _FOLLOWS.match(shadow, at)
    return word is not None and len(word.group()) > 1


def _begins_a_word(shadow: str, start: int) -> bool:
    return shadow[start : start + 2] in NOT_NAMES or shadow[start : start + 2] in WORDS


def _surname_after(shadow: str, start: int) -> int | None:
    """我姓王, 我姓欧阳."""
    if shadow[start : start + 2] in COMPOUND_SURNAMES:
        return start + 2
    return start + 1 if shadow[start : start + 1] in SURNAMES and _ends(shadow, start + 1) else None


def _nickname(shadow: str, start: int) -> int | None:
    found = NICKNAME.match(shadow, start)
    return found.end() if found and found[1] in SURNAMES else None


def _nickname_before(shadow: str, end: int) -> int | None:
    """小辛 and 老郭 beside a number."""
    found = NICKNAME.match(shadow, max(0, end - 2))
    if found is None or found[1] not in SOLE_SURNAMES or _begins_a_word(shadow, end - 1):
        return None
    return end - 2


def _cut_short(shadow: str, start: int) -> int | None:
    """After a label with a colon the name may run into what follows: take what looks most like a name."""
    run = _RUN.match(shadow, start)
    if (
        run is None
        or run.group()[0] not in SURNAMES
        or _begins_a_word(shadow, start)
        or _TITLE_AFTER.match(shadow, start + 1)
    ):
        return None
    if _ORGANISATION.search(run.group()):
        return None
    if run.group()[:2] in NOT_NAMES or run.group()[:3] in NOT_NAMES or _PLACE_NEXT.search(run.group()[:5]):
        return None
    given = [sign in GIVEN for sign in run.group()[1:3]]
    if given == [True, True]:
        return start + 3
    return start + 2 if given[:1] == [True] else None


def _whole_cell(shadow: str, start: int) -> int | None:
    """After a label, a name that is a word (方圆, 甘露) where nothing else stands beside it."""
    cell = _CELL.match(shadow, start)
    if (
        cell is None
        or len(cell.group()) > 3
        or _TITLE_AFTER.match(shadow, start + 1)
        or cell.group()[0] not in SURNAMES
    ):
        return None
    words = NOT_NAMES.intersection((cell.group(), cell.group()[:2], cell.group()[1:]))
    return None if words or not _is_given(cell.group()[1:], sure=False) else cell.end()


def _foreign_with_dot(shadow: str, start: int) -> int | None:
    """玛依拉.库尔班, after any cue: both parts in the characters that write such names."""
    found = _DOTTED.match(shadow, start)
    return found.end() if found else None


def _foreign(shadow: str, start: int, *, sure: bool) -> int | None:
    """阿依古丽.买买提, 扎西顿珠, Wang Lihong; the last two only where a name must follow."""
    if not sure:
        return None
    dotted = _ETHNIC.match(shadow, start)
    if dotted and _NEVER_IN_A_NAME.isdisjoint(dotted.group().removeprefix("阿不都")):
        return dotted.end()
    found = _FOREIGN.match(shadow, start) or LATIN_NAME.match(shadow, start)
    return found.end() if found else None


def _is_given(given: str, *, sure: bool) -> bool:
    if sure:
        return all("\u4e00" <= sign <= "\u9fa5" and sign not in NOT_GIVEN for sign in given)
    return all(sign in GIVEN for sign in given)


def _is_name(whole: str) -> bool:
    """The whole string is a name of usual characters and no ordinary word."""
    compound = whole[:2] in COMPOUND_SURNAMES
    given = whole[2:] if compound else whole[1:]
    if whole[:1] not in SURNAMES or not 1 <= len(given) <= 2 or not _is_given(given, sure=False):
        return False
    if not compound and (whole[:2] in NOT_NAMES or whole[:2] in WORDS):
        return False
    if whole[-2:] in NOT_NAMES or whole in NOT_NAMES or given in COMMON_AFTER_A_SURNAME:
        return False
    return PUBLIC_NAMES.isdisjoint((whole, whole[:2])) and not _ADDRESS.search(whole)


def _is_unusual_name(shadow: str, start: int, end: int) -> bool:
    """Whether a surname of most people and a given name of unusual characters stand here (迟重瑞)."""
    return (
        "\n" in shadow[max(0, start - 3) : start]
        and end - start == 3
        and shadow[start] in SOLE_SURNAMES
        and not _begins_a_word(shadow, start)
        and shadow[start + 1 : end] not in NOT_NAMES
        and _is_given(shadow[start + 1 : end], sure=True)
        and _ORGANISATION.search(shadow, start, end) is None
    )


def _ends(shadow: str, at: int, *, given_length: int = 0) -> bool:
    """A name may end here: no Chinese character follows, or a word that begins something else."""
    overlap = _FOLLOWS.match(shadow, at - 1) if given_length == 2 else None
    if overlap and len(overlap.group()) > 1:
        return False
    following = shadow[at : at + 1]
    if not "\u4e00" <= following <= "\u9fa5":
        return following != "某"
    return bool(_FOLLOWS.match(shadow, at) or _TITLE_AFTER.match(shadow, at) or _KIN.match(shadow, at))


def _full_name_before(shadow: str, end: int) -> int | None:
    for length in (4, 3, 2):
        start = end - length
        if start < 0 or not _is_name(shadow[start:end]):
            continue
        if length == 4 and shadow[start : start + 2] not in COMPOUND_SURNAMES:
            continue
        if start and shadow[start - 1] in AFTER_A_LETTER.get(shadow[start], ""):
            continue
        if (
            length > 2
            or start == 0
            or not "\u4e00" <= shadow[start - 1] <= "\u9fa5"
            or shadow[start - 1] in "系找问询是叫给请和与及人民主实"
        ):
            return start
    return None


def _surname_before(shadow: str, end: int) -> int | None:
    if shadow[max(0, end - 2) : end] in COMPOUND_SURNAMES:
        return end - 2
    surname, before = shadow[end - 1 : end], shadow[max(0, end - 2) : end - 1]
    if surname not in SOLE_SURNAMES or (before and before in AFTER_A_LETTER.get(surname, "")):
        return None
    return None if before + surname in NOT_NAMES else end - 1


def _in_office(shadow: str, start: int, end: int) -> bool:
    """A title of office stands right before or right after the name: this person is named in office."""
    if KEPT in shadow[start:end]:
        return True
    after = end + (1 if shadow[end : end + 1] in "(的" else 0)
    return bool(_TITLE_AFTER.match(shadow, after) or _TITLE_BEFORE.search(shadow[max(0, start - 8) : start]))
