"""Finds secrecy marks 密级标志 in a text: what a classified document bears, not the word 机密 in a sentence.

A post that bears one is set apart unread by anybody else (POLICY section 12, item 8); better one post too many set
apart than a mark overlooked, but 商业秘密 and 绝密飞行 are words of every day.
"""

# ruff: noqa: E501 - a pattern is read as a whole

import re
import unicodedata

_LEVEL = r"(?:绝 ?密|机 ?密|秘 ?密)"
_PERIOD = r"(?:长期|\d{1,3} ?[年月天]|[一二三四五六七八九十]{1,3} ?[年月])"
_LINE_START, _LINE_END = r"(?:^|(?<=[\n\r【\[〔(]))[ 　]{0,4}", r"(?=[ 　]{0,4}(?:$|[\n\r】\]〕)]))"

_MARKS = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        rf"{_LEVEL} ?[★☆✯⭐] ?(?:{_PERIOD}|启用前|公开前)?",
        rf"(?:密级|保密级别|秘密等级|密 级) ?[::]? ?[【\[(]?{_LEVEL}",
        rf"{_LINE_START}{_LEVEL} ?[*·] ?{_PERIOD}",
        rf"{_LINE_START}{_LEVEL} ?(?:级 ?)?(?:文件|资料|件)?{_LINE_END}",
        rf"保密期限 ?[::]? ?{_PERIOD}",
        r"(?:内部(?:文件|资料|材料|刊物|明电|通报)|涉密(?:文件|资料|材料)|工作秘密) ?[,。;、!:()\n ]{0,2} ?(?:请勿|不得|严禁|禁止|不准)(?:对外|擅自|随意)?(?:外传|传播|扩散|公开|转发|复制|翻印|泄露)",
        r"(?:此件|本件|该件|本文件|本材料)(?:属|为|系)?(?:内部|涉密|国家秘密|工作秘密)[^\n。]{0,6}?(?:不得|严禁|请勿|禁止)(?:对外|擅自|随意)?(?:外传|传播|扩散|公开|转发|复制)",
        r"(?:阅后即焚|阅后销毁|阅后收回)[,。;! ]{0,2}(?:不得|严禁|请勿|注意)?(?:外传|复制|保密)",
        rf"{_LINE_START}(?:内部(?:文件|资料|明电)[,、 ]{{0,2}}注意保存|内部(?:文件|资料) ?妥善保管|工作秘密){_LINE_END}",
        r"(?:特急|加急|特提)?[ ,、]?(?:中央|中办|国办|省委|市委|公安|军委)?(?:密码电报|密电|传真密件)(?=[ 　]{0,4}(?:$|[\n:(\d〔第]))",
    )
)
_CUE = re.compile("密|内部|本件|此件|阅后")


def secrecy_marks(text: str) -> tuple[str, ...]:
    """Each secrecy mark as written, once, in their order; empty for a text that bears none."""
    if not _CUE.search(text):
        return ()
    plain = unicodedata.normalize("NFKC", text)
    found = {
        match.start(): " ".join(match.group().split()) for pattern in _MARKS for match in pattern.finditer(plain)
    }
    return tuple(dict.fromkeys(found[place] for place in sorted(found)))
