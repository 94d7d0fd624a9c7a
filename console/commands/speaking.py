"""How commands speak: Chinese help with an example, JSON lines on stdout, notes on stderr, exit codes 0, 1 and 2."""

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

import click
import msgspec

from huiying.failures import HuiyingError, Misconfigured, Unavailable

REFUSED = 1


class Speech:
    """Chinese headings for click's help pages, shared by commands and groups."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The usage line under its Chinese heading."""
        pieces = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined]  # mixed into click.Command
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options under their Chinese heading, then the commands of a group."""
        rows = [row for p in self.get_params(ctx) if (row := p.get_help_record(ctx))]  # type: ignore[attr-defined]
        if rows:
            with formatter.section("选项"):
                formatter.write_dl(rows)
        if isinstance(self, click.Group):
            found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
            commands = [(name, command.get_short_help_str(80)) for name, command in found if command]
            with formatter.section("命令"):
                formatter.write_dl(commands)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, explained in Chinese."""
        option = super().get_help_option(ctx)  # type: ignore[misc]  # mixed into click.Command
        if option is not None:
            option.help = "显示本说明"
        return option  # type: ignore[no-any-return]


class Command(Speech, click.Command):
    """A command that speaks Chinese."""


class Group(Speech, click.Group):
    """A group of commands that speaks Chinese; a refusal ends with exit code 1 and its reason."""

    command_class = Command
    group_class = type

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; turn the house's own errors into one message and exit code 1."""
        try:
            return super().invoke(ctx)
        except Misconfigured as error:
            refuse(f"配置有误：\n{error}")
        except Unavailable as error:
            refuse(f"有一处连不上：{error}")
        except HuiyingError as error:
            refuse(str(error))
        except BrokenPipeError:
            sys.stderr.close()
        return None


def note(text: str) -> None:
    """Say something to the person at the terminal; never on stdout."""
    click.echo(text, err=True)


def refuse(text: str) -> None:
    """Say why something was refused and end with exit code 1."""
    note(text)
    raise SystemExit(REFUSED)


def print_line(value: object) -> None:
    """One JSON line on stdout, the characters as they are."""
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")


def print_lines(values: Iterable[object]) -> None:
    """JSON lines on stdout."""
    for value in values:
        print_line(value)
    sys.stdout.buffer.flush()


def id_and_text_lines(stream: IO[bytes], bad: Callable[[int, str], None]) -> Iterator[dict[str, Any]]:
    """The lines `{"id","text",…}` of a file; a plain line becomes text with its line number as id.

    A bad line is reported to `bad` with its number and left out; the rest goes on.
    """
    for number, raw in enumerate(stream, 1):
        line = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
        if not line.strip():
            continue
        try:
            text = line.decode("utf-8").strip("\r\n")
            yield _read_line(text, number)
        except (UnicodeDecodeError, msgspec.MsgspecError, ValueError, RecursionError) as error:
            bad(number, str(error))


def _read_line(text: str, number: int) -> dict[str, Any]:
    if not text.lstrip().startswith("{"):
        return {"id": str(number), "text": text}
    row = msgspec.json.decode(text)
    text_given = isinstance(row, dict) and isinstance(row.get("text"), str)
    if not text_given:
        raise ValueError('“text”这一项缺失或不是文字；每行应为 {"id": …, "text": …}')
    row.setdefault("id", str(number))
    return row  # type: ignore[no-any-return]


class BadLines:
    """Reports bad lines on stderr as they come and remembers that there were some."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, number: int, reason: str) -> None:
        self.count += 1
        note(f"第 {number} 行没有处理：{reason}")

    def end(self) -> None:
        """Exit code 1 where any line was refused."""
        if self.count:
            sys.stdout.buffer.flush()
            refuse(f"共 {self.count} 行没有处理，其余已处理")
