"""Masks what is written in digits and letters: identity and bank cards, phones, plates, mail, WeChat and QQ names."""

# ruff: noqa: E501 - a pattern is read as a whole

import re

from huiying.masking.draft import Draft, Mark

_HAN = "\u4e00-\u9fa5"
_NUMERAL = "〇零洞一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖"
_ENCIRCLED = "①②③④⑤⑥⑦⑧⑨⓪⒈⒉⒊⒋⒌⒍⒎⒏⒐➀➁➂➃➄➅➆➇➈❶❷❸❹❺❻❼❽❾⓿㈠㈡㈢㈣㈤㈥㈦㈧㈨"
_SEP = r"[ \n.,，_\-]{0,2}"
_CUED = r"[ \n]{0,2}(?:号码|编号|号|账号|帐号|卡号)?(?:都?[是为叫]|就是)?[ \n]{0,2}[:(\[【]?[ \n]{0,2}"

_DIGITS = re.compile(rf"(?:[0-9{_NUMERAL}{_ENCIRCLED}*][ \n.,，_\-/()]{{0,2}}){{3}}")
_MANY_DIGITS = re.compile(rf"(?:[0-9{_NUMERAL}{_ENCIRCLED}*oOl][ \n.,，。_\-/()]{{0,3}}){{7}}")
_LAST_DIGITS = re.compile("尾号|[后末][四六4-8]位")
_LETTERS = re.compile(r"[0-9A-Za-z_][0-9A-Za-z_\-]{3}")
_AT = re.compile(r"@|#|\(at\)|\[at\]|艾特", re.IGNORECASE)
_LINK_LIKE = re.compile(r"://|[wW]\.")
_LINK = re.compile(r"(?:https?://|ftp://|www\.)[!-~]{1,2000}", re.IGNORECASE)
_ORDER = re.compile(
    r"(?:工单|订单|受理|诉求|单号|流水|运单|快递|案件|案号|合同|信访件|回执|查询码|发票|设备|电表|水表|燃气表|户号|批文|文号|编号|编码|信用代码"
    r"|IMEI|ISBN|序列|许可证|登记号|备案|权证|项目|交易|凭证|工号)(?:编号|编码|号码|单号|号|码|代码|件)?[ ]?(?:[是为]|[:#])?[ ]?"
    r"(?P<it>[A-Za-z]{0,8}[-_]?[0-9][0-9A-Za-z\-_/]{3,40})"
)
_IDENTITY_BEFORE = re.compile(
    r"(?:身份证?|身分证?|证件|护照|军官证|驾驶证|行驶证|残疾证|台胞证|通行证|居住证|出生(?:医学)?证明?)[^0-9]{0,8}$"
)

_MAIL = re.compile(
    r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63} ?(?:@|#|\(at\)|\[at\]|艾特) ?"
    r"(?:[A-Za-z0-9\-]{1,40} ?[.。] ?){1,4}(?:com|cn|net|org|edu|gov|cc|me|hk|tw|mo|vip|info|io|jp|kr|uk|us|de|fr|ru|au|ca|sg|eu|xyz|top|fm|tv)(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_PUBLIC_MAIL = re.compile(
    r"(?:(?:监督|举报|投诉|官方|公开|意见|反馈|咨询|工作|单位|公共|办公|受理|征集|局|委|办|中心|政府)(?:电子)?(?:邮箱|信箱)|市长信箱|征求意见)[^A-Za-z0-9]{0,6}$"
)

_IDENTITY_CUE = r"(?:(?:居民|公民|二代|我的)?身[份分]证(?:件)?|公民身份|证件|护照|军官证|士兵证|社保卡?|社会保障|医保卡?|驾驶证|驾照|通行证|居住证|残疾证|低保证|台胞证|回乡证|出生(?:医学)?证明|户口本|学籍|\bID(?: ?card)?)"
_IDENTITY_CUED = re.compile(
    _IDENTITY_CUE
    + _CUED
    + rf"(?P<it>(?:[{_HAN}]字第)?[A-Za-z]{{0,2}}(?:[0-9*{_NUMERAL}oOlI]{_SEP}){{6,20}}[0-9XxlIoO{_NUMERAL}]号?)(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_IDENTITY_TAIL = re.compile(
    r"身[份分]证(?:号码?)?的?(?:尾号|(?:最?后|末)[四六4-8]位)(?:[是为]|:)?[ ]?(?P<it>[0-9]{3,8}[Xx]?)(?![0-9年元个])"
)
_IDENTITY_OF_A_CARD = re.compile(r"证号[:是为 ]{0,3}(?P<it>[1-8][0-9]{14,18}[0-9Xx])(?![0-9A-Za-z])")
_PROVINCE = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])"
_MONTH_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_IDENTITY = re.compile(
    rf"(?<![0-9A-Za-z.]){_PROVINCE}[0-9]{{4}}[ \n\-]?"
    rf"(?:(?:18|19|20)[0-9]{{2}}[ \n\-]?{_MONTH_DAY}[ \n\-]?[0-9]{{3}}[0-9Xx]|[0-9]{{2}}{_MONTH_DAY}[0-9]{{3}})(?![0-9A-Za-z])"
)
_IDENTITY_BROKEN = re.compile(
    rf"(?<![0-9A-Za-z.])(?<![0-9]-){_PROVINCE}(?:[0-9][ \n\-]?){{15}}[0-9Xx](?![0-9A-Za-z])|(?<![0-9A-Za-z.{_NUMERAL}])[{_NUMERAL}]{{17}}[{_NUMERAL}Xx](?![{_NUMERAL}])"
)

_CARD_CUED = re.compile(
    r"(?:银行卡|储蓄卡|信用卡|借记卡|工资卡|卡号|账号|帐号|账户|帐户|[工农建中交招]行卡?|邮储卡?|信用社|(?:退|打|转|汇)(?:账|帐|款|钱)?[到入进给]|卡[里上内]|打款|汇款|收款)(?:卡号|账号|帐号|号码|号)?"
    rf"{_CUED}(?P<it>[0-9](?:[ \n\-]?[0-9]){{11,20}})(?![0-9A-Za-z])"
)
_PUBLIC_CARD = re.compile(r"(?:对公|公司|单位|财政|专户|捐款|募捐|捐赠|基金会|国库)[^0-9]{0,10}$")
_PUBLIC_ACCOUNT = re.compile(_PUBLIC_CARD.pattern.removesuffix("$") + r"(?P<it>[0-9]{12,21})")
_CARD = re.compile(r"(?<![0-9A-Za-z.=])[3-6][0-9]{3}(?:[ \n\-]?[0-9]{4}){3}(?:[ \n\-]?[0-9]{1,3})?(?![0-9A-Za-z])")
_UNION_CARD = re.compile(
    r"(?<![0-9A-Za-z.=])62[0-9]{2}(?:[ \n\-]?[0-9]{4}){2}[ \n\-]?[0-9](?:[ \n\-]?[0-9]){3,6}(?![0-9A-Za-z])"
)
"""Mainland cards begin with 62; a typo breaks their check digit, so none is asked for."""
_CARD_BEFORE_WORD = re.compile(
    r"(?<![0-9A-Za-z.])(?P<it>[3-6][0-9]{3}(?:[ \n\-]?[0-9]){12,15})(?=[ ]?(?:这张|的)?(?:银行|储蓄|信用|工资)?卡)"
)
_CARD_TAIL = re.compile(r"卡(?:号|的)?(?:尾号|后四位|末四位)(?:[是为]|:)?[ ]?(?P<it>[0-9]{4})(?![0-9])")

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE_SIGN = "[A-HJ-NP-Za-hj-np-z0-9]"
_PLATE = re.compile(
    rf"(?<![更最全创]新)(?<![更最全创])(?P<it>[{_PROVINCES}][ ]?[A-HJ-Za-hj-z][ \n.\-]{{0,2}}"
    rf"(?:(?:{_PLATE_SIGN}[ .]?){{4}}{_PLATE_SIGN}|[A-Ka-k]{_PLATE_SIGN}[0-9]{{4}}|[0-9]{{5}}[A-Ka-k]"
    rf"|{_PLATE_SIGN}{{3}}[0-9](?=[挂学警领港澳])|(?=[0-9]{{0,3}}[A-Za-z]){_PLATE_SIGN}{{4}})[挂学警领港澳]?)(?![0-9A-Za-z次])"
)
_PLATE_SPACED = re.compile(rf"[{_PROVINCES}] ?[A-HJ-Z](?: {_PLATE_SIGN}){{5,6}}(?![0-9A-Za-z])")
_OTHER_PLATE = re.compile(
    rf"(?<![0-9A-Za-z])WJ[ .\-]?(?:[{_PROVINCES}]|[0-3][0-9])[ .\-]?[0-9]{{4,5}}(?![0-9A-Za-z])"
    rf"|(?<![0-9A-Za-z])(?:使[0-9]{{6}}|[{_PROVINCES}][ ]?[0-9]{{2}}[ .\-]?[0-9]{{5}})(?![0-9A-Za-z元])",
    re.IGNORECASE,
)
"""Armed police, embassies, farm vehicles."""
_PLATE_LIKE = re.compile(f"[{_PROVINCES}使] ?[A-Za-z0-9]|[wW][jJ]")
_PLATE_CUED = re.compile(
    r"(?:车牌(?:照)?号?码?|牌照号?码?|车号|号牌|(?<!门)牌号)[ ]?(?:[是为]|:)?[ ]?"
    rf"(?P<it>[{_PROVINCES}]?[ ]?[A-Za-z]?[.\- ]?[A-Z0-9a-z]{{0,3}}[0-9][A-Z0-9a-z]{{1,5}})(?![0-9A-Za-z年月日号路元辆个])"
)

_MOBILE = re.compile(
    r"(?<![0-9])(?<![0-9]\.)(?:\(?(?:\+|00)?86\)?[ \-]?)?"
    r"1[3-9][0-9oOl]{9}(?![0-9]|[万亿]?[元吨人户次亿万辆%㎡]|\.[0-9]|平方)"
)
_MOBILE_LETTERED = re.compile(r"(?<![0-9A-Za-z])[lI][3-9][0-9oOlI]{9}(?![0-9A-Za-z])")
_MOBILE_ENCIRCLED = re.compile(
    rf"(?<![0-9{_ENCIRCLED}])(?=[0-9]{{0,10}}[{_ENCIRCLED}])[1①⒈➀❶㈠][0-9{_ENCIRCLED}]{{10}}(?![0-9{_ENCIRCLED}])"
)
_MOBILE_HALF_HIDDEN = re.compile(r"(?<![0-9])1[3-9][0-9][ \-]?[*xX]{4}[ \-]?[0-9]{4}(?![0-9])")
_MOBILE_RUN_TOGETHER = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?=1[3-9][0-9]{9}(?![0-9]))")
_MOBILE_SPACED = re.compile(
    r"(?<![0-9])(?<![0-9][.\-,])(?:\(?(?:\+|00)?86\)?[ \-]?)?1[ .\-,，。_\n]{0,3}[3-9](?:[ .\-,，。_\n]{0,3}[0-9oO]){9}"
    r"(?![0-9]|[.\-,][0-9]|[ ]?[万亿]?[元吨人户次辆%])"
)
_GROUPS = frozenset(
    {
        (3, 4, 4),
        (3, 3, 5),
        (3, 8),
        (7, 4),
        (4, 4, 3),
        (3, 2, 2, 2, 2),
        (5, 6),
        (6, 5),
        (4, 7),
        (8, 3),
        (3, 5, 3),
        (5, 3, 3),
        (5, 2, 4),
    }
    | {
        (3, 4, 2, 2),
        (3, 2, 3, 3),
        (3, 3, 3, 2),
        (3, 3, 2, 3),
        (3, 2, 6),
        (1,) * 11,
        (9, 2),
        (10, 1),
        (2, 9),
        (1, 10),
        (3, 6, 2),
    }
)
_MOBILE_NUMERALS = re.compile(
    rf"(?<![{_NUMERAL}0-9十百千年])(?=[0-9 \-]{{0,24}}[{_NUMERAL}])[一幺壹1][ ]?[三四五六七八九叁肆伍陆柒捌玖3-9](?:[ \-]?[{_NUMERAL}0-9]){{9}}(?![{_NUMERAL}0-9十百千万年月])"
)
_LANDLINE = re.compile(
    r"(?<![0-9])(?<![0-9][.\-])\(?0(?:10|2[0-9]|[3-9][0-9]{2})\)?[ \n\-]{0,3}[2-8](?:[0-9]{6,7}|[0-9]{2,3}[ \-][0-9]{4})"
    r"(?:(?:转|-|分机)[0-9]{1,6})?(?![0-9])"
)
_PERSONAL_CUE = (
    r"(?:电话|手机|座机|小灵通|联系方式|固话|电联|致电|拨打|回电|号码|\btel|\bphone|呼叫)(?:号码?|号)?"
    r"[ ]?(?:[:是为/]|打)?[ :(\[]{0,2}"
)
_PHONE_CUED = re.compile(
    rf"{_PERSONAL_CUE}(?P<it>(?:[2-8][0-9]{{6,7}}|[2-8][0-9]{{2,3}}[ \-][0-9]{{4}}|1[3-9][0-9]{{7,10}}|[1-9][0-9]{{10,11}}))(?![0-9A-Za-z元次.])",
    re.IGNORECASE,
)
_PHONE_TAIL = re.compile(r"(?:手机|电话)号?的?(?:尾号|后四位|末四位)(?:[是为]|:)?[ ]?(?P<it>[0-9]{4})(?![0-9])")
_PHONE_NEXT = re.compile(rf"{Mark.PHONE.sign}[ ]?[、,/;或和及][ ]?(?P<it>[2-8][0-9]{{2,3}}[ \-]?[0-9]{{4}})(?![0-9])")
_PUBLIC_NUMBER = re.compile(r"(?:400|800)[0-9]{7}|(?:9[56]|1[02]|11)[0-9]{3,6}")
_INSTITUTION_PHONE = re.compile(
    r"(?:热线|专线|总机|前台|客服|传真|供水|供电|供热|"
    r"(?:办公|办公室|监督|咨询|举报|投诉|服务|值班|报修|抢修|维修|受理|预约|查询|报名|公开|官方|对外|救援|应急|维权|信访|便民|公示|单位|公司|物业|窗口)(?:[^0-9]{0,3})(?:电话|号码)"
    r"|(?:局|委|办|所|中心|政府|大厅|窗口|学校|小学|中学|医院|公司|集团|物业|社区|街道|居委会|村委会|派出所|协会|工会|大队|支队|营业厅|机场|车站|剧院|站|科|处|院|队|银行|[0-9]小时)(?:的)?(?:联系|固定|总机)?(?:电话|座机)?)"
    r"[^0-9。！!？?；;我]{0,8}(?:\(?[0-9][0-9()\- ]{5,16}(?:转[0-9]{1,4})?[ ]?[、,，;；/和或及][ ]?){0,3}\(?$"
)

_INSTITUTION_AFTER = re.compile(
    r"[^0-9。！!？?\n我]{0,16}(?:公布|(?:咨询|服务|值班|监督|投诉|举报|办公|客服|报修)电话|热线)"
)

_CHAT = re.compile("[信vVqQwW扣企球加+]")
_ACCOUNT = re.compile(
    r"(?:(?:微|威|薇|徽|維)信(?!公众|支付|转账|群里|小程序)|(?<![A-Za-z])(?:wx|vx|v信|weixin|wechat)|[加+][ ]?(?:我)?v(?![a-z])|加我(?=[a-z])|(?<![a-z])v ?[❤♥💗💕]\ufe0f?|(?<![A-Za-z])q[ ]?q(?:群)?|(?:扣扣|企鹅|球球)(?:群)?)"
    r"(?:号|id|群号|群|账号|联系)?(?:[:是为]|[ ]){0,3}"
    r"(?P<it>[0-9]{5,12}|[A-Za-z][A-Za-z_\-]{0,19}[0-9_\-][A-Za-z0-9_\-]{0,19})(?![A-Za-z0-9_@])",
    re.IGNORECASE,
)
_ACCOUNT_SPACED = re.compile(
    r"(?<![A-Za-z])(?:q[ ]?q|扣扣|企鹅|球球)[ ]?(?:群)?(?:号码?|账号|群号)?[:是为 ]{0,3}(?P<it>[1-9](?:[ \-]?[0-9]){5,10})(?![A-Za-z0-9_@]|[ \-][0-9])",
    re.IGNORECASE,
)
_ACCOUNT_SHORT_CUE = re.compile(
    r"(?<![A-Za-z0-9/])[QqVv](?:群|号|群号)?[: ]?(?P<it>[1-9][0-9]{5,10})(?![A-Za-z0-9_@])"
)
_ACCOUNT_OF_A_SITE = re.compile(
    r"(?:微博|抖音|快手|陌陌|小红书|旺旺|飞信|支付宝|淘宝|加微|加我微|\+微)(?:账号|帐号|号|名|id)?(?:[:是为]|[ ]|[^\w]){0,3}(?P<it>(?=[A-Za-z_\-]{0,20}[0-9])[A-Za-z][A-Za-z0-9_\-]{4,24}|[1-9][0-9]{5,11})(?![A-Za-z0-9_@])",
    re.IGNORECASE,
)
_ACCOUNT_LETTERS = re.compile(
    r"(?:(?:微|威|薇)信(?:号|id)?|(?<![A-Za-z])(?:wx|vx|wechat)(?:号|id)?)(?:[是为][ ]?|[ ]?:[ ]?|[ ]|(?<=[号Xx])(?!android|iphone|ios|pay|app))(?P<it>[A-Za-z]{5,20})(?![A-Za-z0-9_@版])",
    re.IGNORECASE,
)
_DIGITS_ONLY_CUE = re.compile(r"(?:q ?q|扣扣|企鹅|球球)(?:群)?(?:号|群号)?[:是为 ]{0,3}$", re.IGNORECASE)
_NOT_AN_ACCOUNT = re.compile(r"(?:元|块|首|个|人|年|次|版|分钟)")


def mask_numbers(draft: Draft) -> None:
    """Mask identities, cards, plates, mail addresses, phones and chat accounts, the surest first."""
    digits = _DIGITS.search(draft.shadow) is not None
    letters = _LETTERS.search(draft.shadow) is not None
    if not digits and not letters:
        if " " in draft.shadow:
            draft.take(_PLATE_SPACED, Mark.PLATE)
        return
    if _LINK_LIKE.search(draft.shadow):
        draft.keep(_LINK)
    draft.keep(_ORDER, _is_an_order)
    if _AT.search(draft.shadow):
        draft.take(_MAIL, Mark.MAIL, _is_private_mail)
    if digits and _MANY_DIGITS.search(draft.shadow):
        _mask_identities_and_cards(draft)
        _mask_phones(draft)
    if digits and _LAST_DIGITS.search(draft.shadow):
        draft.take(_IDENTITY_TAIL, Mark.IDENTITY)
        draft.take(_CARD_TAIL, Mark.CARD)
        draft.take(_PHONE_TAIL, Mark.PHONE)
    if _PLATE_LIKE.search(draft.shadow):
        draft.take(_PLATE, Mark.PLATE, _has_two_digits)
        draft.take(_OTHER_PLATE, Mark.PLATE)
    draft.take(_PLATE_CUED, Mark.PLATE)
    if _CHAT.search(draft.shadow):
        draft.take(_ACCOUNT, Mark.ACCOUNT, _is_an_account)
        draft.take(_ACCOUNT_LETTERS, Mark.ACCOUNT)
        draft.take(_ACCOUNT_SPACED, Mark.ACCOUNT)
        draft.take(_ACCOUNT_SHORT_CUE, Mark.ACCOUNT)
    draft.take(_ACCOUNT_OF_A_SITE, Mark.ACCOUNT)


def _mask_identities_and_cards(draft: Draft) -> None:
    draft.take(_IDENTITY_CUED, Mark.IDENTITY)
    draft.take(_CARD_CUED, Mark.CARD, _is_private_card)
    draft.take(_IDENTITY_OF_A_CARD, Mark.IDENTITY)
    draft.keep(_PUBLIC_ACCOUNT)
    draft.take(_IDENTITY, Mark.IDENTITY)
    draft.take(_IDENTITY_BROKEN, Mark.IDENTITY)
    draft.take(_CARD, Mark.CARD, _has_luhn)
    draft.take(_UNION_CARD, Mark.CARD)
    draft.take(_CARD_BEFORE_WORD, Mark.CARD)


def _mask_phones(draft: Draft) -> None:
    draft.take(_MOBILE_RUN_TOGETHER, Mark.PHONE)
    draft.take(_MOBILE, Mark.PHONE)
    draft.take(_MOBILE_LETTERED, Mark.PHONE)
    draft.take(_MOBILE_ENCIRCLED, Mark.PHONE)
    draft.take(_MOBILE_HALF_HIDDEN, Mark.PHONE)
    draft.take(_MOBILE_SPACED, Mark.PHONE, _is_grouped_like_a_phone)
    draft.take(_MOBILE_NUMERALS, Mark.PHONE)
    draft.take(_LANDLINE, Mark.PHONE, _is_private_phone)
    draft.take(_PHONE_CUED, Mark.PHONE, _is_private_phone)
    draft.take(_PHONE_NEXT, Mark.PHONE)


def _is_an_order(shadow: str, start: int, _end: int) -> bool:
    return not _IDENTITY_BEFORE.search(shadow[max(0, start - 16) : start])


def _is_private_mail(shadow: str, start: int, end: int) -> bool:
    if "gov.cn" in shadow[start:end].lower():
        return False
    return not _PUBLIC_MAIL.search(shadow[max(0, start - 20) : start])


def _is_private_card(shadow: str, start: int, _end: int) -> bool:
    return not _PUBLIC_CARD.search(shadow[max(0, start - 20) : start])


def _is_private_phone(shadow: str, start: int, end: int) -> bool:
    digits = "".join(filter(str.isdigit, shadow[start:end]))
    if _PUBLIC_NUMBER.fullmatch(digits):
        return False
    if _INSTITUTION_AFTER.match(shadow, end):
        return False
    return not _INSTITUTION_PHONE.search(shadow[max(0, start - 48) : start])


def _is_grouped_like_a_phone(shadow: str, start: int, end: int) -> bool:
    """Eleven digits written apart are a phone only where they are grouped as people group one."""
    runs = re.findall("[0-9oO]+", shadow[start:end])
    if runs[0] in ("86", "0086"):
        runs = runs[1:]
    elif sum(map(len, runs)) > 11:
        runs[0] = runs[0].removeprefix("00").removeprefix("86")
    return tuple(map(len, runs)) in _GROUPS


def _has_two_digits(shadow: str, start: int, end: int) -> bool:
    return sum(map(str.isdigit, shadow[start:end])) > 1


def _has_luhn(shadow: str, start: int, end: int) -> bool:
    digits = [int(sign) for sign in shadow[start:end] if sign.isdigit()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _is_an_account(shadow: str, start: int, end: int) -> bool:
    if not shadow[start:end].isdigit() and _DIGITS_ONLY_CUE.search(shadow[max(0, start - 8) : start]):
        return False
    return not _NOT_AN_ACCOUNT.match(shadow, end)
