"""The command that demonstrates the whole chain."""

from pathlib import Path

import click

from console.commands.options import folder_option
from console.commands.speaking import Command, note, print_line
from console.demo import Demo
from console.supervisor import stop_on_signals


@click.command(
    "demo",
    cls=Command,
    help="""演示：在本机开一座样例城市，采集、研判、预警、交办，并打开控制台。

\b
例：huiying demo
    huiying demo --once         全部处理完，打印结果后退出""",
)
@click.option("--once", is_flag=True, help="全部处理完即退出，打印帖文、事项、预警、任务的数目")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="控制台端口")
@folder_option("--data", help="数据目录；缺省用临时目录，退出时删去")
@folder_option("--config", help="配置目录；缺省用随程序的缺省配置")
def demo(once: bool, port: int, data: Path | None, config: Path | None) -> None:
    """Show the whole chain on the sample city."""
    with Demo(data, config, everything=once) as city:
        if once:
            print_line(city.drain())
        else:
            for one in city.make_people():
                note(f"{one.role}　{one.name}　账号 {one.id}　密码 {one.password}")
            note(f"样例城市已开，控制台：http://127.0.0.1:{port}/ ，登录页上点人名即可登录；按 Ctrl+C 结束")
            city.show(port, stop_on_signals())


COMMANDS = (demo,)
