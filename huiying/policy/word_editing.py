"""Adds or removes one word, or changes one value, in the text of a YAML file; not another character of it changes.

Word lists are long rows in brackets, and the tables of `heat.yaml` are laid out by hand: writing the file anew
(`editing.py`) would lay them out otherwise. What comes out is read again: a text that would say anything but what was
asked for is refused, and the file has to be changed by hand.
"""

import json
import re
from copy import deepcopy
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from huiying.failures import Misconfigured, NotAllowed

Place = tuple[str | int | float, ...]
"""Names and numbers from the outside in: `("duties", 16, "words")`."""

_PLAIN = re.compile(r"[A-Za-z0-9]*[\u4e00-\u9fff][\u4e00-\u9fffA-Za-z0-9]*")
_FILES_AT_HAND = 16


@lru_cache(maxsize=_FILES_AT_HAND)
def tree_of(text: str) -> Any:
    """The file as plain values, which nobody changes: long ones take a second to read, so the last are at hand."""
    try:
        return YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        raise Misconfigured(f"不是有效的 YAML：{error}") from error


def at(tree: Any, place: Place) -> Any:
    """What stands at a place of a tree; `KeyError` or `IndexError` where nothing does."""
    for name in place:
        tree = tree[name]
    return tree


def with_word(text: str, place: Place, weight: float, word: str) -> str:
    """The file with a word more among those of a weight; `place` names the table of weights."""
    wanted = deepcopy(tree_of(text))
    table = at(wanted, place)
    if weight in table:
        table[weight].append(word)
        return _checked(_appended(text, _node(text, (*place, weight)), word), wanted)
    table[weight] = [word]
    first = _node(text, place).value[0][0].start_mark
    indent = " " * first.column
    begun = f"{weight:g}: [{_written(word)}]\n{indent}"
    return _checked(text[: first.index] + begun + text[first.index :], wanted)


def without_word(text: str, place: Place, weight: float, word: str) -> str:
    """The file without a word."""
    wanted = deepcopy(tree_of(text))
    words = at(wanted, place)[weight]
    which = words.index(word)
    del words[which]
    items = _node(text, (*place, weight)).value
    begins, ends = items[which].start_mark.index, items[which].end_mark.index
    if which + 1 < len(items):
        ends = items[which + 1].start_mark.index
    elif which:
        begins = items[which - 1].end_mark.index
    return _checked(text[:begins] + text[ends:], wanted)


def with_value(text: str, place: Place, value: str | float) -> str:
    """The file with another number, or another plain word, where one stands."""
    wanted = deepcopy(tree_of(text))
    at(wanted, place[:-1])[place[-1]] = value
    node = _node(text, place)
    written = value if isinstance(value, str) else f"{value:.12g}"
    return _checked(text[: node.start_mark.index] + written + text[node.end_mark.index :], wanted)


def _node(text: str, place: Place) -> Any:
    node: Node = YAML(typ="safe", pure=True).compose(text)
    for name in place:
        if isinstance(node, SequenceNode):
            node = node.value[name]
        elif isinstance(node, MappingNode):
            node = next(value for key, value in node.value if _names(key.value, name))
    return node


def _names(written: str, name: str | float) -> bool:
    return written == name if isinstance(name, str) else _number(written) == name


def _number(written: str) -> float | None:
    try:
        return float(written)
    except ValueError:
        return None


def _appended(text: str, row: Any, word: str) -> str:
    if not row.flow_style:
        raise NotAllowed("这一组词不是写在方括号里的，表单改不了。请直接改文件，再用 huiying check 检查")
    place = row.value[-1].end_mark.index if row.value else row.end_mark.index - 1
    return text[:place] + (", " if row.value else "") + _written(word) + text[place:]


def _written(word: str) -> str:
    return word if _PLAIN.fullmatch(word) else json.dumps(word, ensure_ascii=False)


def _checked(text: str, wanted: Any) -> str:
    if tree_of(text) != wanted:
        raise NotAllowed("这个文件的写法特别，表单改不准。请直接改文件，再用 huiying check 检查")
    return text
