"""Commands about the models: train them anew, measure them."""

from pathlib import Path

import click

from console.commands.options import with_office
from console.commands.speaking import Command, note, print_line
from console.wiring import Office
from consumers.grouping.training import train_grouping
from consumers.judging.model import SHIPPED
from consumers.training.evaluation import PARTS
from consumers.training.evaluation import evaluate as measure
from consumers.training.training import train as train_judge

data_sets = click.option(
    "--data-sets",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="目录",
    help="训练与测评用的文本",
)


@click.command(
    "train",
    cls=Command,
    help="""用给定文本重新训练模型；同一随机种子得到同样的权重。

\b
例：huiying train --data-sets 数据 --out 新模型""",
)
@data_sets
@click.option(
    "--out",
    default=SHIPPED,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="目录",
    help="权重写到哪里；缺省替换程序自带的",
)
@click.option("--seed", default=7, show_default=True, help="随机种子")
@with_office
def train(office: Office, data_sets: Path, out: Path, seed: int) -> None:
    """Rebuild the weights of judging and of grouping."""
    out.mkdir(parents=True, exist_ok=True)
    model = train_judge(data_sets, out, office.clues, seed, note)
    train_grouping(data_sets, out / "grouping.npz")
    print_line({"model": model.version, "out": str(out)})


@click.command(
    "evaluate",
    cls=Command,
    help="""测评：语气、责任单位与职责、类别、归并，附区间；SnowNLP 同列。

\b
例：huiying evaluate --data-sets 数据
    huiying evaluate tone grouping --data-sets 数据 --json""",
)
@click.argument("names", nargs=-1, type=click.Choice(PARTS), metavar="[项目…]")
@data_sets
@click.option("--json", "as_json", is_flag=True, help="每个数字一行 JSON，不打印表格")
@with_office
def evaluate(office: Office, names: tuple[str, ...], data_sets: Path, as_json: bool) -> None:
    """Score the models with intervals."""
    for line in measure(data_sets, office.clues, names, as_json=as_json, note=note):
        click.echo(line)


COMMANDS = (train, evaluate)
