"""How words with weights are written in `config/`: a weight, then the words that have it."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from huiying.city import Words
from huiying.failures import Misconfigured

WeightedWords = dict[Annotated[float, Field(gt=0, le=10)], tuple[str, ...]]
"""`{3: [水管爆裂, 停水], 1: [水费]}`"""

_BLANKS = " \t\n\u3000"


def weighted(listed: WeightedWords, *, path: Path, where: str) -> Words:
    """The words with their weights; `Misconfigured` for a word that is too short to mean anything or stands twice."""
    seen: dict[str, float] = {}
    for weight, words in listed.items():
        for word in checked_words(words, path=path, where=where):
            if word in seen:
                raise Misconfigured(
                    f"{place_of(path, word)} {where}：“{word}”写了两次（分量 {seen[word]:g} 和 {weight:g}）。"
                    "请删去一处"
                )
            seen[word] = weight
    return tuple(seen.items())


def checked_words(words: tuple[str, ...], *, path: Path, where: str) -> tuple[str, ...]:
    """The words themselves, if each has two characters that count."""
    for word in words:
        if meaningful_length(word) < 2:
            raise Misconfigured(
                f"{place_of(path, word)} {where}：“{word}”太短。词至少要有两个字（空格不计，连续数字只算一个），"
                "请写长一些或删去"
            )
    return words


def meaningful_length(word: str) -> int:
    """Characters that matching sees: no blanks, a run of digits is one."""
    length, in_number = 0, False
    for character in word:
        if character in _BLANKS:
            continue
        digit = character.isascii() and character.isdigit()
        length += not (digit and in_number)
        in_number = digit
    return length


def place_of(path: Path, value: str) -> str:
    """The file and the first line on which a value stands, for a mistake found after reading."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if value and value in line.partition("#")[0]:
            return f"{path} 第 {number} 行"
    return str(path)
