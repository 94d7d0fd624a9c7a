"""The command that takes the article out of a stored page."""

from typing import IO

import click

from console.commands.options import with_office
from console.commands.speaking import Command, print_line
from console.wiring import Office
from crawlers.article import extract


@click.command(
    "extract",
    cls=Command,
    help="""取出一个网页文件的正文：{"title","text","published_at","encoding"}。

\b
例：huiying extract 页面.html --url http://www.dl.gov.cn/art/1.html""",
)
@click.argument("file", type=click.File("rb"), metavar="文件")
@click.option("--url", default=None, metavar="网址", help="网页的网址，有助于判断日期")
@with_office
def extract_article(office: Office, file: IO[bytes], url: str | None) -> None:
    """Print the article of a stored page."""
    print_line(extract(file.read(), url=url, clock=office.clock).as_json())


COMMANDS = (extract_article,)
