"""Commands about the models: train them anew, measure them."""

import sys
from pathlib import Path

import click
from consumers.training.evaluation import EVALUATIONS, evaluate_models, table
from consumers.training.training import train_models

from console.commands.options import with_office
from console.commands.speaking import Command, note, print_line
from console.wiring import Office

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
    default=None,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="目录",
    help="权重写到哪里；缺省替换程序自带的",
)
@click.option("--seed", default=46, show_default=True, help="随机种子")
@with_office
def train(office: Office, data_sets: Path, out: Path | None, seed: int) -> None:
    """Rebuild the weights."""
    for line in train_models(office.policy, data_sets, out, seed):
        note(line)


@click.command(
    "evaluate",
    cls=Command,
    help="""测评：语气、责任单位、职责事项、归并等，附区间；SnowNLP 同列。

\b
例：huiying evaluate --data-sets 数据
    huiying evaluate tone --data-sets 数据 --json""",
)
@click.argument("names", nargs=-1, type=click.Choice(list(EVALUATIONS)), metavar="[项目…]")
@data_sets
@click.option("--json", "as_json", is_flag=True, help="打印一个 JSON 对象，不打印表格")
@click.option("--seed", default=46, show_default=True, help="随机种子")
@with_office
def evaluate(office: Office, names: tuple[str, ...], data_sets: Path, as_json: bool, seed: int) -> None:
    """Score the models with intervals."""
    figures = evaluate_models(office.policy, data_sets, names or tuple(EVALUATIONS), seed)
    if as_json:
        print_line(figures)
    else:
        sys.stdout.write(table(figures))


COMMANDS = (train, evaluate)
