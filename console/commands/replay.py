"""The command that replays posts of the past: which alerts and tasks would have come of them, and when; or what would
have been different by another configuration."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click
from tqdm import tqdm

from console.commands.options import folder_option, with_office
from console.commands.speaking import Command, note, print_line, print_lines, refuse
from console.comparing import Comparison
from console.past_posts import PastPosts
from console.replaying import dated_rows, replay, replay_past
from console.wiring import Office
from huiying.moments import read_moment

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_TOLD_EVERY = 100
_KINDS = {"post": "帖文判断", "alert": "预警", "task": "任务"}
_CHANGES = {"only-present": "不再有", "only-proposed": "新增", "changed": "有变"}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Period:
    """From `since` on and before `until`."""

    since: datetime
    until: datetime

    @classmethod
    def of(cls, office: Office, since: str, until: str | None) -> "_Period":
        now = office.clock.now()
        period = cls(since=_moment(since, now), until=_moment(until, now) if until else now)
        if period.since >= period.until:
            raise click.BadParameter("--from 应早于 --to", param_hint="--from")
        return period


class _Refusals:
    """Tells what is not replayed, and counts it."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, where: str, reason: str) -> None:
        self.count += 1
        note(f"{where}没有回放：{reason}")


@click.command(
    "replay",
    cls=Command,
    help="""回放：按帖文自己的时间走一遍全过程（判断、归并、预警、交办），列出会发出的预警和任务。

给文件，回放文件里的帖文（先按 import 收件）；不给文件，用 --from、--to 回放帖文库里本单位这段时间收到的帖文。
一切写入临时台账，用后即删，本单位的数据不动。次序由时间和编号决定，与文件中的先后、分批无关，同样的帖文回放两次结果
一字不差。台账从空的开始，人工更正不计在内；已删除的帖文、收到时已算历史的帖文不在其中。

输入与 import 相同，每行 {"id","text","title"?,"time","source"?}；没有时间的行不能回放，逐行说明，其余照常。
输出每行 {"kind":"alert"或"task","at","concern","level","posts":[编号],"bureau",…}：
posts 是到那一刻为止该事项的帖文；highest 是该预警后来达到的最高级别。

\b
--compare 另一配置目录：同样的帖文按两份配置各走一遍，只列不同之处，每行
{"kind":"post"、"alert"或"task","change":"only-present"、"only-proposed"或"changed",
 "changed":[level、bureau、duties、at、state…],"present":按现行配置,"proposed":按另一配置}

\b
例：huiying replay 上周帖文.jsonl
    huiying replay --from 2026-11-18 --to 2026-11-25
    huiying replay --from 2026-11-18 --compare 改过的配置""",
)
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="[文件]"
)
@click.option(
    "--from", "since", metavar="时刻", help="从何时起收到的帖文，北京时间，如 2026-11-18 或 2026-11-18T08:00"
)
@click.option("--to", "until", metavar="时刻", help="到何时为止（不含）；缺省到现在")
@folder_option("--compare", "other", help="与这份配置比较，只列不同之处")
@with_office
def replay_posts(office: Office, file: Path | None, since: str | None, until: str | None, other: Path | None) -> None:
    """Replay a file, or a past period of the office's own posts."""
    if file is not None and (since or until):
        raise click.UsageError("文件和 --from、--to 只能给一样：文件按它自己的时间全部回放")
    if file is None and since is None:
        raise click.UsageError("请给一个文件，或用 --from 说明从何时起")
    refusals = _Refusals()
    if file is not None:
        _replay_file(office, file, other, refusals)
    else:
        assert since is not None  # said above
        _replay_period(office, _Period.of(office, since, until), other)
    if refusals.count:
        refuse(f"有 {refusals.count} 条没有回放，理由见上")


def _replay_file(office: Office, file: Path, other: Path | None, refused: _Refusals) -> None:
    if other is None:
        with _progress(file.name, None) as passed:
            lines = replay(office, file, refused, passed)
        print_lines(lines)
        return
    rows = dated_rows(office, file, refused)
    with _progress(file.name, len(rows)) as passed, Comparison(office, _by(office, other)) as comparison:
        _print_differences(comparison.of_rows(rows, refused, passed))


def _replay_period(office: Office, period: _Period, other: Path | None) -> None:
    with PastPosts(office.archive, office.policy.intake, period.since, period.until) as posts:
        note(f"帖文库里这段时间有 {len(posts)} 条")
        with _progress("回放", len(posts)) as passed:
            if other is None:
                print_lines(replay_past(office, posts, passed))
                return
            with Comparison(office, _by(office, other)) as comparison:
                _print_differences(comparison.of(posts, passed))


def _by(office: Office, config: Path) -> Office:
    """The same office by another configuration; its stores are never opened."""
    return Office(office.settings, config, office.clock)


def _print_differences(lines: Iterator[dict[str, object]]) -> None:
    counted: Counter[tuple[str, str]] = Counter()
    for line in lines:
        counted[str(line["kind"]), str(line["change"])] += 1
        print_line(line)
    sys.stdout.buffer.flush()
    told = [
        f"{words}{_CHANGES[change]} {counted[kind, change]}"
        for kind, words in _KINDS.items()
        for change in _CHANGES
        if counted[kind, change]
    ]
    note("按另一配置：" + ("，".join(told) if told else "没有不同"))


@contextmanager
def _progress(what: str, of: int | None) -> Iterator[Callable[[int], object]]:
    """A bar for somebody at a terminal; a line now and then for a program that reads along."""
    if sys.stderr.isatty() or of is None:
        with tqdm(desc=what, total=of, unit="条", file=sys.stderr, disable=None) as progress:
            yield progress.update
        return
    passed, told = 0, 0

    def update(more: int) -> None:
        nonlocal passed, told
        passed += more
        if passed - told >= _TOLD_EVERY:
            told = passed
            note(f"已回放 {passed} / {of} 条")

    yield update


def _moment(text: str, now: datetime) -> datetime:
    moment = read_moment(text, now)
    if moment is None:
        raise click.BadParameter(f"看不懂时刻“{text}”，应如 2026-11-18T08:00", param_hint="--from、--to")
    return moment


COMMANDS = (replay_posts,)
