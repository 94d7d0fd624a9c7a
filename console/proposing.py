"""A proposal: files of `config/` as somebody would have them, not yet saved; kept beside the office for their visit.

A change is checked when it is made, so that its preview and its saving are not refused for what could be said before.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from console.rule_lists import HEAT, WORD_FILES, Number, WordList, changes_between, lists_of, numbers_of, value_of
from huiying.config_version import digest_of
from huiying.configuring import Configuring
from huiying.failures import Misconfigured, NotAllowed
from huiying.policy.heat import read_heat
from huiying.policy.word_editing import with_value, with_word, without_word
from huiying.policy.wording import meaningful_length

_LONGEST_WORD = 40
_LASTS_SECONDS = 2 * 24 * 3600.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """Texts by file name, and the digest of each file that they were made from; `seen` is the digest of the proposal
    whose effect was looked at."""

    bases: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    seen: str = ""

    @property
    def digest(self) -> str:
        """By which one proposal is told from another."""
        told = msgspec.json.encode([sorted(self.bases.items()), sorted(self.texts.items())])
        return hashlib.sha256(told).hexdigest()


class Desk:
    """Where one visit's proposal lies, with its preview."""

    def __init__(self, folder: Path, configuring: Configuring) -> None:
        self.folder = folder
        self._configuring = configuring
        self._file = folder / "proposal.json"

    @property
    def proposal(self) -> Proposal:
        """As it stands; an empty one where nothing was proposed."""
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=Proposal)
        except (OSError, msgspec.MsgspecError):
            return Proposal()

    def text(self, file: str) -> str:
        """A file as it is proposed, else as it stands."""
        return self.proposal.texts.get(file) or self._configuring.text(file)

    def moved(self) -> list[str]:
        """Files that somebody changed since they were proposed otherwise."""
        bases = self.proposal.bases
        return [file for file, base in bases.items() if digest_of(self._configuring.text(file)) != base]

    def changes(self) -> dict[str, list[str]]:
        """What the proposal changes, by file."""
        texts = self.proposal.texts.items()
        told = {file: changes_between(file, self._configuring.text(file), text) for file, text in texts}
        return {file: lines for file, lines in told.items() if lines}

    def add_word(self, list_id: str, weight: float, word: str) -> str:
        """Propose a word more; what was done."""
        found = self._list(list_id)
        if meaningful_length(word) < 2 or len(word) > _LONGEST_WORD or "\n" in word:
            raise NotAllowed(f"“{word}”不合适：词要有两个字以上（连续数字只算一个）、{_LONGEST_WORD} 字以内")
        for there, words in found.rows.items():
            if word in words:
                raise NotAllowed(f"“{word}”已经在{found.title}里，分量 {there:g}。要改分量，先删去再加")
        if not 0 < weight <= 10:
            raise NotAllowed("分量应大于 0、不大于 10")
        self._propose(found.file, with_word(self.text(found.file), found.place, weight, word))
        return f"拟加“{word}”到{found.title}，分量 {weight:g}。还没有保存"

    def remove_word(self, list_id: str, weight: float, word: str) -> str:
        """Propose a word less; what was done."""
        found = self._list(list_id)
        if word not in found.rows.get(weight, ()):
            raise NotAllowed(f"{found.title}里没有分量 {weight:g} 的“{word}”，可能已经删去")
        self._propose(found.file, without_word(self.text(found.file), found.place, weight, word))
        return f"拟从{found.title}删去“{word}”。还没有保存"

    def set_numbers(self, wanted: Mapping[str, str]) -> str:
        """Propose other values of `heat.yaml`, by the names of their fields; what was done."""
        before = text = self.text(HEAT)
        for number in (number for part in numbers_of(text).values() for number in part):
            value = wanted.get(number.name, "").strip()
            if value and value != number.value:
                text = with_value(text, number.place, _read(number, value, value_of(text, number.place)))
        if text == before:
            raise NotAllowed("数字都和现在的一样，没有什么要改的")
        _must_be_heat(text)
        self._propose(HEAT, text)
        return "拟改热度规则，列在上面。还没有保存"

    def look_at(self, digest: str) -> None:
        """Somebody has looked at the effect of the proposal of this digest."""
        self._write(replace(self.proposal, seen=digest))

    def withdraw(self) -> None:
        """Forget the proposal and its preview."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _list(self, id: str) -> WordList:
        file = id.partition(":")[0]
        lists = lists_of(file, self.text(file)) if file in WORD_FILES else iter(())
        found = next((each for each in lists if each.id == id), None)
        if found is None:
            raise NotAllowed("没有这组词，可能在配置里被删去了。请刷新页面")
        return found

    def _propose(self, file: str, text: str) -> None:
        if moved := self.moved():
            raise NotAllowed(f"{'、'.join(moved)} 在您拟改以后被别人改过。请先全部撤回，看过现在的样子再改")
        present = self._configuring.text(file)
        before = self.proposal
        bases, texts = dict(before.bases), dict(before.texts)
        bases[file], texts[file] = digest_of(present), text
        if text == present:
            del bases[file], texts[file]
        self._write(replace(before, bases=bases, texts=texts))

    def _write(self, proposal: Proposal) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        new = self._file.with_suffix(".new")
        new.write_bytes(msgspec.json.encode(proposal))
        new.replace(self._file)


def forget_old_desks(folder: Path, now: float) -> None:
    """What visits left behind that have ended since."""
    for desk in folder.glob("*"):
        if now - desk.stat().st_mtime > _LASTS_SECONDS:
            shutil.rmtree(desk, ignore_errors=True)


def _read(number: Number, value: str, present: object) -> str | float:
    if number.choices:
        if value not in dict(number.choices):
            raise NotAllowed(f"灵敏度没有“{value}”这一档")
        return value
    try:
        read = float(value)
    except ValueError:
        raise NotAllowed(f"{number.label}“{value}”不是数字") from None
    return int(read) if isinstance(present, int) and read.is_integer() else read


def _must_be_heat(text: str) -> None:
    with tempfile.TemporaryDirectory(prefix="huiying-heat-") as folder:
        (Path(folder) / HEAT).write_text(text, "utf-8")
        try:
            read_heat(Path(folder))
        except Misconfigured as error:
            raise NotAllowed(f"这样改配置会有误：\n{error}".replace(f"{folder}/", "")) from error
