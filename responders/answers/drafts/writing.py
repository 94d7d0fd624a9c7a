"""What may be written into an answer at all: no marks of secrecy, nothing that cannot be seen, no book."""

import unicodedata
from collections.abc import Iterator

from huiying.clarification import Text
from huiying.failures import NotAllowed, NotToBeKept
from huiying.policy.answers import SentenceRules
from huiying.secrecy import secrecy_marks
from responders.answers.drafts.sentences import split_sentences

_TITLE = 80
_QUOTED = 2000
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def refuse_too_long(body: str, rules: SentenceRules) -> None:
    """Refuse what is no answer but a book, before any work is done on it."""
    most = rules.most_sentences * rules.most_characters
    if len(body) > most:
        raise NotAllowed(f"正文有 {len(body)} 字，超过 {most} 字；请删减，或把附件另行公布后引用链接")


def refuse_unwritable(text: Text, rules: SentenceRules) -> None:
    """Refuse a version that may not be kept; `NotAllowed` says which sentence, why, and what to do."""
    if not text.title:
        raise NotAllowed("还没有标题，请写上再保存")
    if len(text.title) > _TITLE:
        raise NotAllowed(f"标题有 {len(text.title)} 字，至多 {_TITLE} 字")
    if len(text.sentences) > rules.most_sentences:
        raise NotAllowed(f"正文有 {len(text.sentences)} 句，至多 {rules.most_sentences} 句；请删减")
    for number, sentence in enumerate(text.sentences, start=1):
        if split_sentences(sentence.text) != (sentence.text,):
            raise NotAllowed(f"第 {number} 句是空的或不止一句；一句一条，各有各的依据")
        if len(sentence.text) > rules.most_characters:
            raise NotAllowed(f"第 {number} 句有 {len(sentence.text)} 字，至多 {rules.most_characters} 字；请分成几句")
    for where, words in _everything(text):
        refuse_words(where, words)


def refuse_words(where: str, words: str) -> None:
    """Refuse words that cannot be seen or that bear a mark of secrecy."""
    _refuse_unseen(where, words)
    _refuse_classified(where, words)


def _everything(text: Text) -> Iterator[tuple[str, str]]:
    yield "标题", text.title
    for number, sentence in enumerate(text.sentences, start=1):
        yield f"第 {number} 句", sentence.text
        for evidence in sentence.evidence:
            for words in (evidence.reference, evidence.title, evidence.words):
                if len(words) > _QUOTED:
                    raise NotAllowed(f"第 {number} 句的依据有 {len(words)} 字，至多 {_QUOTED} 字；只引用起作用的几句")
                yield f"第 {number} 句的依据", words
    yield "全文", "\n".join(sentence.text for sentence in text.sentences)


def _refuse_unseen(where: str, words: str) -> None:
    unseen = [each for each in words if unicodedata.category(each) in _UNSEEN and each != "\n"]
    if unseen:
        code = f"U+{ord(unseen[0]):04X}"
        raise NotAllowed(
            f"{where}里有看不见的字符（{code}，共 {len(unseen)} 个），读者看到的会与存下的不同；请删去后再保存"
        )


def _refuse_classified(where: str, words: str) -> None:
    if marks := secrecy_marks(words):
        raise NotToBeKept(
            f"{where}带有密级标志“{marks[0]}”，没有保存：涉密内容不得录入本系统，请线下报保密工作机构处理"
        )
