"""`huiying`: the command line. Commands live in `console/commands/`, by what they are about."""

import click

from console.commands import models, office, posts, rules, running
from console.commands.speaking import Group
from huiying import __version__


@click.group(
    cls=Group,
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


for module in (office, running, posts, rules, models):
    for command in module.COMMANDS:
        huiying.add_command(command)


def main() -> None:
    """Entry point of the installed program."""
    huiying(prog_name="huiying")
