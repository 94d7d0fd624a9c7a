"""Masks unit and room of an address. Road, compound and building stay: someone must find the burst pipe."""

# ruff: noqa: E501 - a pattern is read as a whole

import re

from huiying.masking.draft import Draft, Mark

_N = "0-9一二三四五六七八九十〇零"
_ROOM = rf"(?:[0-9]{{3,4}}|[{_N}]{{3,4}}|[0-9](?: [0-9]){{2,3}})"
_ROOM_WORD = r"(?:室|寝室|宿舍|号房间?|房间?|号室|户|门)(?![内外间屋产]|型|主|籍|口)"
_FLOOR = rf"(?:[{_N}]{{1,3}} ?[层楼])"
_DOOR = r"(?:[东西南北中左右]{1,2}(?:[户手边门侧屋]))"
_NOT_A_ROOM = r"(?![0-9路年月日元块米人户多余个平次㎡%./:mM两]| ?平)"
_BUILDING = r"(?:号楼|号院|栋|幢|座|[0-9]#楼?|[0-9]号)"

_COUNTED = re.compile(rf"[甲乙丙丁东西南北中A-Z{_N}] ?(?:单 ?元|[\-室寝宿房户栋幢座号#层楼组门])")
_BUILDING_COUNTED = re.compile(rf"[栋幢座楼院] ?[{_N}]")
_UNIT = re.compile(
    rf"(?<![第0-9{_N}A-Za-z])(?:[甲乙丙丁东西南北中{_N}]{{1,3}}|[A-Z]) ?单 ?元(?!测试|考试|课|练习|化|格|作文|教学|卷)"
    rf"(?: ?{_FLOOR})?(?: ?{_DOOR})?(?: ?-? ?(?:[0-9]{{1,2}}-[0-9]{{1,4}}(?![0-9\-])(?:号|室|户)?|{_ROOM}{_NOT_A_ROOM} ?(?:号房间?|号|室|房间?|户)?|[{_N}]{{1,3}} ?号))?"
)
_UNIT_WORD_FIRST = re.compile(
    rf"(?<=[号栋幢座楼]) ?单元[{_N}]{{1,2}} ?[,，、\-]? ?(?:{_ROOM}{_NOT_A_ROOM}(?:号|室|户)?)?"
)
_GATE = re.compile(
    rf"(?<=[楼栋幢座院号])[{_N}]{{1,2}}门 ?(?:{_ROOM}(?![0-9路年月元])(?:室|号|户)?|[{_N}]{{1,2}}[号户])"
)
_ROOM_NAMED = re.compile(rf"(?<![{_N}.\-/第A-Za-z~])(?:{_FLOOR} ?)?-?{_ROOM} ?{_ROOM_WORD}")
_ROOM_BARE = re.compile(
    rf"(?:号楼|栋|幢|[A-Za-z0-9]座|[0-9]#楼?) ?(?P<it>(?:{_FLOOR} ?)?[0-9]{{3,4}}){_NOT_A_ROOM}(?![室号])"
)
_AFTER_STREET_NUMBER = re.compile(rf"[路街巷弄里] ?[0-9]{{1,4}}号 ?(?P<it>[0-9]{{3,4}}){_NOT_A_ROOM}(?![室号线])")
_AFTER_BUILDING = re.compile(
    rf"{_BUILDING} ?(?P<it>[0-9]{{1,2}}-[0-9]{{1,4}}(?:-[0-9]{{1,4}})?(?: ?(?:室|号|户))?)(?![0-9\-岁月日号楼栋]|门[市头面店]|商铺|网点)"
)
_AFTER_COMPOUND = re.compile(
    r"(?:小区|花园|家园|公寓|苑|城|园|里|村|庭|府|郡|湾|居|邸|区|住|家|宿舍|址:?) ?[0-9]{1,3}-(?P<it>(?:(?:[0-9]{1,2}-)?[0-9]{3,4}|[0-9]{1,2}-[0-9]{1,2})(?: ?室)?)"
    r"(?![0-9\-米元人户年])"
)
_THREE_PARTS = re.compile(
    r"(?<![0-9A-Za-z\-./])[0-9]{1,3}-(?P<it>[0-9]{1,2}-(?!(?:19|20)[0-9]{2}(?![0-9]))[0-9]{3,4}(?: ?室)?)(?![0-9A-Za-z\-./米元人年])"
)
_FOUR_PARTS = re.compile(
    r"(?<![0-9A-Za-z\-./])[0-9]{1,3}-(?P<it>[0-9]{1,2}-[0-9]{1,2}-[0-9]{1,4}(?: ?[室号户])?)(?![0-9A-Za-z\-./米元人年])"
)
_LETTERED_BUILDING = re.compile(
    r"(?<![0-9A-Za-z\-./])[A-Z][0-9]{0,2}-(?P<it>[0-9]{1,2}-[0-9]{3,4}(?: ?室)?)(?![0-9A-Za-z\-./米元人年])"
)
_FLOOR_DOOR = re.compile(
    rf"(?<=[号栋幢座 ,，楼层宅院]){_FLOOR}(?:[0-9]{{1,2}}号(?![楼院线路窗诊厅房])|[左右]门)|{_FLOOR} ?(?:[东西南北中左右]户|[东西南北左右]手边?)"
)
_BESIDE_A_HOME = re.compile(
    r"(?:楼[上下]|隔壁|邻居)的?(?P<it>[0-9]{3,4}(?: ?室)?)(?![0-9路年月日元块米人户多个平次㎡%./:mMAa号医两点国高厂])"
)
_DOOR_PLATE = re.compile(r"门牌号?码?(?:[是为]|:)?[ ]?(?P<it>[0-9]{1,4}(?:-[0-9]{1,3})?号?)(?![0-9])")
_HOUSEHOLD = re.compile(
    rf"(?:村|屯)(?:[^\n，。,]{{0,6}}?[{_N}]{{1,3}}[组队社] ?)?(?P<it>[0-9]{{1,3}}号)(?!楼|院|线|路|井|地|机|文|公|桥|站|闸|村|门)"
)
_ROOM_OF_A_NAME = re.compile(
    rf"(?<![0-9A-Za-z\-.])(?P<it>[0-9]{{3,4}}|[0-9]{{1,2}}-[0-9]{{1,4}})(?=(?:的|那个){Mark.NAME.sign}|也是[。,，]?$|也[漏渗])"
)
_BARE_PARTS = re.compile(r"(?<=[,， ])(?P<it>[0-9]{1,2}-[0-9]{1,2}-[0-9]{1,2})(?=[,，。 \n]|$)")
_NEXT_ROOM = re.compile(
    rf"{Mark.ROOM.sign} ?[、,，和及/] ?(?P<it>(?:(?:[0-9]{{1,2}}-){{1,2}}[0-9]{{1,4}}|[0-9]{{3,4}})(?:室|户)?)(?![0-9\-路年月元户人])"
)
_BUILDING_BEFORE = re.compile(r"(?:号楼|栋|幢|座|单元)$")
_HOME = re.compile("居民|业主|住户|小区|号楼|我家")
_PUBLIC_PLACE = re.compile(
    r"(?:大厅|中心|政府|法院|检察院|学校|小学|中学|大学|大楼|办公楼|综合楼|教学楼|医院|委员会|局|委|派出所|图书馆|会议|酒店|宾馆|饭店|约|共|每栋|近|余)"
    rf"(?:[{_N}A-Z]{{1,3}}(?:号楼|[层楼座栋]))?[^0-9]{{0,2}}(?:[{_N}]{{1,3}}[层楼])?[ ]?$"
)


def mask_rooms(draft: Draft) -> None:
    """Mask units, rooms and door plates of homes."""
    if not _may_hold_a_room(draft.shadow):
        return
    draft.take(_UNIT, Mark.ROOM, _is_a_home)
    draft.take(_UNIT_WORD_FIRST, Mark.ROOM)
    draft.take(_GATE, Mark.ROOM)
    draft.take(_AFTER_BUILDING, Mark.ROOM)
    draft.take(_AFTER_COMPOUND, Mark.ROOM)
    draft.take(_FOUR_PARTS, Mark.ROOM)
    draft.take(_THREE_PARTS, Mark.ROOM)
    draft.take(_LETTERED_BUILDING, Mark.ROOM)
    draft.take(_ROOM_NAMED, Mark.ROOM, _is_a_home)
    draft.take(_ROOM_BARE, Mark.ROOM, _is_a_home)
    draft.take(_AFTER_STREET_NUMBER, Mark.ROOM)
    draft.take(_FLOOR_DOOR, Mark.ROOM, _is_a_home)
    draft.take(_BESIDE_A_HOME, Mark.ROOM)
    draft.take(_DOOR_PLATE, Mark.ROOM)
    draft.take(_HOUSEHOLD, Mark.ROOM)
    draft.take(_NEXT_ROOM, Mark.ROOM)
    if "-" in draft.shadow:
        draft.take(_BARE_PARTS, Mark.ROOM, _is_near_a_home)


def mask_rooms_of_names(draft: Draft) -> None:
    """Once names are known: 101的〔姓名〕, where a room was found before."""
    if Mark.ROOM.sign in draft.shadow or "群" in draft.shadow:
        draft.take(_ROOM_OF_A_NAME, Mark.ROOM)


def _may_hold_a_room(shadow: str) -> bool:
    """A quick look, since few texts name a room: every pattern needs one of these."""
    if _COUNTED.search(shadow) or _BUILDING_COUNTED.search(shadow):
        return True
    return "门牌" in shadow or "楼上" in shadow or "楼下" in shadow or "隔壁" in shadow or "邻居" in shadow


def _is_near_a_home(shadow: str, start: int, _end: int) -> bool:
    return _HOME.search(shadow, max(0, start - 40), start) is not None


def _is_a_home(shadow: str, start: int, end: int) -> bool:
    """Not a room of a public place, and a count of households (三百户) is no room."""
    found = shadow[start:end]
    if (
        found.endswith("户")
        and not re.search("单元|楼|层", found)
        and not _BUILDING_BEFORE.search(shadow, max(0, start - 4), start)
    ):
        return False
    return not _PUBLIC_PLACE.search(shadow[max(0, start - 16) : start])
