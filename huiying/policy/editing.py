"""Changes one entry or one value in the text of a YAML file and leaves every other line as it stands, comments too.

What comes out is read again: a change that would say anything but what was asked for is refused, and the file has to
be changed by hand.
"""

import io
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from huiying.failures import Misconfigured, NotAllowed

Path = tuple[str, ...]
"""Names from the outside in: `("to", "roles")`."""

Values = Mapping[Path, Any]
"""What is to stand where; None: nothing."""

_TIME = re.compile(r"\d{1,2}:\d{2}")


def entries_of(text: str, key: str) -> list[dict[str, Any]]:
    """The entries of a list, as plain values."""
    found = plain(_parse(text)).get(key) or []
    return [entry for entry in found if isinstance(entry, dict)]


def plain_file(text: str) -> dict[str, Any]:
    """The whole file, as plain values."""
    found: dict[str, Any] = plain(_parse(text))
    return found


def value_at(entry: Mapping[str, Any], path: Path) -> Any:
    """What stands there; None where nothing does."""
    node: Any = entry
    for name in path:
        node = node.get(name) if isinstance(node, Mapping) else None
    return node


def plain(tree: Any) -> Any:
    """A tree without what its text looked like."""
    if isinstance(tree, Mapping):
        return {key: plain(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [plain(value) for value in tree]
    return str(tree) if isinstance(tree, str) else tree


def with_values(text: str, values: Values) -> str:
    """The file with these values in it, wherever they stand."""
    yaml, tree = _yaml(), _parse(text)
    wanted = _changed(plain(tree), values)
    _put(tree, values)
    return _checked(_dumped(yaml, tree), wanted)


def with_entry(text: str, key: str, place: int | None, values: Values) -> str:
    """The file with an entry of a list changed; a new one at its end where `place` is None."""
    lines = text.splitlines(keepends=True)
    wanted, found = plain(_parse(text)), _List(text, key)
    entries = list(wanted.get(key) or [])
    if place is None:
        entries.append(_changed({}, values))
        lines = found.appended(lines, _block({}, values))
    else:
        entries[place] = _changed(entries[place], values)
        begins, ends = found.lines_of(lines, place)
        indent = found.indent
        old = "".join(line[indent:] if line.strip() else line for line in lines[begins:ends])
        lines[begins:ends] = _indented(_block(_parse(old)[0], values), indent)
    return _checked("".join(lines), {**wanted, key: entries})


def without_entry(text: str, key: str, place: int) -> str:
    """The file without an entry of a list."""
    lines = text.splitlines(keepends=True)
    wanted, found = plain(_parse(text)), _List(text, key)
    entries = list(wanted.get(key) or [])
    begins, ends = found.lines_of(lines, place)
    del entries[place], lines[begins:ends]
    if not entries:
        lines[found.line] = lines[found.line].replace(f"{key}:", f"{key}: []", 1)
    return _checked("".join(lines), {**wanted, key: entries})


class _List:
    """Where a list of entries stands in a file: each beginning with a dash on a line of its own."""

    def __init__(self, text: str, key: str) -> None:
        tree = _parse(text)
        self._key, self._node = key, tree.get(key)
        self.line = tree.lc.key(key)[0] if key in tree else -1
        if self._node and (not isinstance(self._node, CommentedSeq) or self._node.fa.flow_style()):
            raise NotAllowed(f"{key} 写在一行的方括号里，不能用表单改。请在文件里改成每项一行、以 - 开头")

    @property
    def indent(self) -> int:
        """How far the dashes stand in."""
        return int(self._node.lc.col) if self._node else 2

    def lines_of(self, lines: Sequence[str], place: int) -> tuple[int, int]:
        """The lines of an entry, without the empty ones and the comments between it and the next."""
        begins = ends = int(self._node.lc.item(place)[0])
        for number in range(begins, len(lines)):
            stripped = lines[number].strip()
            if not stripped:
                continue
            within = len(lines[number]) - len(lines[number].lstrip()) > self.indent
            if number > begins and not within:
                break
            ends = number + 1
        return begins, ends

    def appended(self, lines: list[str], block: str) -> list[str]:
        """The lines with a new entry at the end of the list, set apart as the others are."""
        ended = [line if line.endswith("\n") else f"{line}\n" for line in lines]
        if not self._node:
            return self._begun(ended, block)
        _, after = self.lines_of(ended, len(self._node) - 1)
        last = int(self._node.lc.item(len(self._node) - 1)[0])
        spaced = ["\n"] if len(self._node) > 1 and not _follows(ended, last) else []
        return [*ended[:after], *spaced, *_indented(block, self.indent), *ended[after:]]

    def _begun(self, lines: list[str], block: str) -> list[str]:
        begun = [f"{self._key}:\n", *_indented(block, self.indent)]
        if self.line < 0:
            return [*lines, *begun]
        return [*lines[: self.line], *begun, *lines[self.line + 1 :]]


def _follows(lines: Sequence[str], number: int) -> bool:
    """Whether a line stands right below content."""
    before = lines[number - 1].strip()
    return bool(before) and not before.startswith("#")


def _block(entry: Any, values: Values) -> str:
    changed = entry if isinstance(entry, CommentedMap) else CommentedMap()
    _put(changed, values)
    return _dumped(_yaml(sequence=2, offset=0), CommentedSeq([changed]))


def _indented(block: str, indent: int) -> list[str]:
    lines = block.rstrip("\n").splitlines()
    return [f"{' ' * indent}{line}\n" if line.strip() else "\n" for line in lines]


def _put(node: Any, values: Values) -> None:
    for path, value in values.items():
        _put_one(node, path, value)


def _put_one(node: Any, path: Path, value: Any) -> None:
    name, rest = path[0], path[1:]
    if not rest:
        if value is None:
            node.pop(name, None)
        elif name not in node or plain(node[name]) != value:
            node[name] = _styled(value)
        return
    if name not in node and value is not None:
        inner = CommentedMap()
        inner.fa.set_flow_style()
        node[name] = inner
    if name in node:
        _put_one(node[name], rest, value)
        if not node[name]:
            del node[name]


def _changed(entry: Any, values: Values) -> Any:
    """What the entry has to say in the end, in plain values."""
    copy = plain(entry)
    for path, value in values.items():
        _change_one(copy, path, value)
    return copy


def _change_one(node: dict[str, Any], path: Path, value: Any) -> None:
    name, rest = path[0], path[1:]
    if rest:
        if name in node or value is not None:
            _change_one(node.setdefault(name, {}), rest, value)
            if not node[name]:
                del node[name]
    elif value is None:
        node.pop(name, None)
    else:
        node[name] = value


def _styled(value: Any) -> Any:
    """As people of the office write it: short lists in one line, times of day in quotes."""
    if isinstance(value, list):
        row = CommentedSeq([_styled(one) for one in value])
        row.fa.set_flow_style()
        return row
    if isinstance(value, dict):
        row_of = CommentedMap({name: _styled(one) for name, one in value.items()})
        row_of.fa.set_flow_style()
        return row_of
    if isinstance(value, str) and _TIME.fullmatch(value):
        return DoubleQuotedScalarString(value)
    return value


def _checked(text: str, wanted: Any) -> str:
    if _comparable(plain(_parse(text))) != _comparable(wanted):
        raise NotAllowed("这个文件的写法特别，表单改不准。请直接改文件，再用 huiying check 检查")
    return text


def _comparable(tree: Any) -> Any:
    """Nothing, an empty list and an empty mapping say the same."""
    if isinstance(tree, dict):
        return {name: _comparable(value) for name, value in tree.items() if value not in (None, [], {})}
    if isinstance(tree, list):
        return [_comparable(value) for value in tree]
    return tree.isoformat() if isinstance(tree, date) else tree


def _parse(text: str) -> Any:
    try:
        tree = _yaml().load(text)
    except YAMLError as error:
        raise Misconfigured(f"不是有效的 YAML：{error}") from error
    return CommentedMap() if tree is None else tree


def _dumped(yaml: YAML, tree: Any) -> str:
    written = io.StringIO()
    yaml.dump(tree, written)
    return written.getvalue()


def _yaml(*, sequence: int = 4, offset: int = 2) -> YAML:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 10_000
    yaml.indent(mapping=2, sequence=sequence, offset=offset)
    return yaml
