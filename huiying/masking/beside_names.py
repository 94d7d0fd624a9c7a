"""What stands beside a name: forms of address, kin, titles of office, and the words that people go on with."""

import re

from huiying.masking.draft import KEPT

ADDRESS = re.compile(
    r"先生|女士|小姐|师傅|主任医[生师]|工头|大爷|大妈|大娘|阿姨|大姐|大哥|大叔|大嫂|奶奶|爷爷|老师|同学|老太|老伯|老汉|老板|经理|叔叔|婶|大婶|大伯|老人|大夫|医生|护士|瘸子|胖子|麻子|聋子|瞎子|秃子|哑巴|拐子|矮子"
)
KIN = re.compile(
    r"(?:的|之)?(?:家长|妈妈|爸爸|父亲|母亲|爷爷|奶奶|妻子|丈夫|儿子|女儿|老婆|老公|家属|爱人|父子|父女|父母|母子|母女|夫妇|夫妻|两口子|兄弟|姐妹|姊妹|一家[老三四五六七几]|身故|名下|本人(?!的?[家朋])|三个字|两个字|及家人|及其(?:家人|父|母|妻|夫|子))"
)
_FOLLOWS = re.compile(
    r"电话|手机|联系|联名|报名|装修|身份|证件|性别|年龄|住|家|地址|先生|女士|小姐|师傅|同志|老师|同学|是|的|在|反映|投诉|举报|申请|来电|来信|称|说|表示|因|于|和|与|向|今年|现|上|到|等|及"
    r"|男|女|不|没|要|又|还|将|就|才|给|让|找|骂|打|占|私|违|乱|偷|拖|经|开|养|搭|霸|每|多次|长期|天天|一直|昨|前|后|当|随|身|患|得|突|曾|未|无|只|正|买|卖|租|借|用|要求|建议|咨询|求助|请|对|想|希望|一家|夫妇|两人|本人|敬上|代|去|被|已|年|都|也|诉|告|以|从|把|[一二三四五六七八九十半几两]|写|留言|摔|拒|至今|因为|委托|多收|干到|怀孕|拒不|系退|实名|两次|跪求|敬|叩|有|为|家里|退|至|并|却|可|竟|则|即|后来|送|收|带|领|做|帮|替|欠|发|丢|进|回|出|伤|死|病|所|利用|强行|殴|辱|索|非法|故意|涉|按|向|多年|曾经|早|晚|兄弟|姐妹|可以|能|愿|跑|怀|诉|瘫|患|丢|捡|踢|砍|撞|伪|盗|贪|签|垫|缴|交|购|承|获|考|入|毕|结|离|坐|站|躺|睡|吃|喝|看|听|讲|答|拿|抢|冒|假|聚|赌|吸|酒|驾|逃|逆|停|堵|堆|拆|盖|建|砸|烧|放|种|挖|填|抽|排|倒|扔|泼|喂|训|教|加|涨|挨|态度|组织|先后|亲自|辱|恐|威|躲|染|坠|溺|触|中|卷|判|因病|突发|总是|经常|负责|介绍|承诺|自称|谎称|捏造|散布|无证|酒后|夜里|半夜|凌晨|早晨|晚上|白天"
)
FIRM = re.compile(
    r"[^\u4e00-\u9fa5某]|$|反映|投诉|举报|申请|来电|来信|留言|写信|今年|现年|电话|手机|家住|住在|身份证|表示|要求|名下|[与因于诉]|去世|死亡|住院|发表|拾到|拖欠|实名|[的说称住被在]"
)
"""After this a name has surely ended: here an unusual given name is believed."""
ACTS = re.compile(
    "骂|打人|打我|打了|骑车|开车|驾车|绕路|拒载|拒不|欠|态度|天天|多次|长期|多收|跑了|跑路|收了|收钱|把|占用|霸占|偷|私自|违章|违规|怀孕|患有|体罚|突然|干到|辱|威胁|殴打|漏水|卖|借|堵|报警|不退|不给|不让|不交|不还|不管|强行|常年|经常|每天|半夜|产假|住院|因|养狗|砸"
)
"""What a person does: before it a name of one unusual character is believed."""
_TITLE = (
    r"(?:副|代|原|前|老|名誉|总)?(?:局长|市长|区长|县长|省长|镇长|乡长|村长|处长|科长|所长|厅长|部长|院长|校长|园长|行长|站长|队长|庭长|会长|社长|台长|署长|司长|州长|街长|河长|路长|组长|党组成员|检察长|秘书长|委员长"
    r"|总?书记|支书|(?<!班)主任|主席|总理|委员|常委|政委|(?<!业主)(?<!居民)(?<!村民)(?<!家长)(?<!职工)(?<!法人)代表|发言人|法官|检察官|检察员|审判员|民警|警官|交警|辅警|警员|干警|巡视员|调研员|专员|参谋|律师|记者|教授|院士|总统|首相|大使|网格员|局座|干事|办事员|科员|部门负责人)"
)
TITLE_AFTER = re.compile(_TITLE)
_TITLE_BEFORE = re.compile(_TITLE + r"[:、]? ?$")
ORGANISATION = re.compile(
    r"(?:局|委|办|区|市|县|镇|乡|街道|社区|公司|中心|学校|小学|中学|医院|站|所|院|会|部|队|室|集团|店|馆|厂|政府|居民|市民|村民|业主|群众|者|村|屯|街|路)$"
)
PLACE_NEXT = re.compile(r"[村镇乡街路区县市屯庄店庙沟岛湾桥站里园]|小区|花园|社区|公司|学校|医院|集团|大厦")


def holds_office(shadow: str, start: int, end: int) -> bool:
    """A title of office stands right before or right after the name: this person is named in office."""
    if KEPT in shadow[start:end]:
        return True
    after = end + (1 if shadow[end : end + 1] in "(的" else 0)
    return bool(TITLE_AFTER.match(shadow, after) or _TITLE_BEFORE.search(shadow[max(0, start - 8) : start]))


def goes_on(shadow: str, at: int) -> bool:
    """A word that follows names (多次, 要求) stands where the given name should begin."""
    word = _FOLLOWS.match(shadow, at)
    return word is not None and len(word.group()) > 1


def name_may_end(shadow: str, at: int, *, given_length: int = 0) -> bool:
    """A name may end here: no Chinese character follows, or a word that begins something else."""
    overlap = _FOLLOWS.match(shadow, at - 1) if given_length == 2 else None
    if overlap and len(overlap.group()) > 1:
        return False
    following = shadow[at : at + 1]
    if not "\u4e00" <= following <= "\u9fa5":
        return following != "某"
    return bool(_FOLLOWS.match(shadow, at) or TITLE_AFTER.match(shadow, at) or KIN.match(shadow, at))
