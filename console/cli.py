"""`huiying`: the command line. Commands live in `console/commands/`, by what they are about."""

from importlib import import_module

import click

from console.commands.speaking import Group
from huiying import __version__

_MODULES = {
    "office": ("init", "check", "prepare", "status", "deadletters"),
    "running": ("run", "consume", "respond", "serve"),
    "public": ("public",),
    "crawl": ("crawl",),
    "demo": ("demo",),
    "posts": ("import", "mask"),
    "judging": ("judge", "gather"),
    "extract": ("extract",),
    "replay": ("replay",),
    "people": ("users", "audit"),
    "rules": ("due", "procedures"),
    "models": ("train", "evaluate"),
}
"""Each module of `console/commands/` and the commands it holds; a module is imported when one of them is asked for,
because Scrapy, scikit-learn and the web framework take seconds to import and most commands need none of them."""

_MODULE_OF = {command: module for module, commands in _MODULES.items() for command in commands}


class Huiying(Group):
    """The root of all commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Every command's name."""
        return sorted(_MODULE_OF)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command of that name, its module imported now."""
        module = _MODULE_OF.get(cmd_name)
        if module is None:
            return None
        commands: tuple[click.Command, ...] = import_module(f"console.commands.{module}").COMMANDS
        return next(command for command in commands if command.name == cmd_name)


@click.group(
    cls=Huiying,
    help="""回应：城市公众关切的监测与回应。

\b
常用：
  huiying demo                 用一座样例城市看全过程
  huiying init 我的单位         取一份缺省配置，改成本单位的
  huiying run --config 我的单位  运行

命令的说明与例子：huiying 命令 --help。机器可读的结果在标准输出（每行一个 JSON），说明在标准错误。
退出码：0 完成；1 有内容被拒绝（逐条说明）；2 用法有误。""",
)
@click.version_option(__version__, "--version", message="%(version)s", help="显示版本")
def huiying() -> None:
    """The root of all commands."""


def main() -> None:
    """Entry point of the installed program."""
    huiying(prog_name="huiying")
