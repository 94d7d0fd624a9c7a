"""Commands about the models: train them anew, measure them."""

import functools
from pathlib import Path

import click

from console.commands.options import with_office
from console.commands.speaking import Command, note, print_line
from console.wiring import Office
from consumers.grouping.training import train_grouping
from consumers.judging.judge import Judge
from consumers.judging.model import SHIPPED
from consumers.training.cards import write_cards as fill
from consumers.training.evaluation import PARTS, Evaluation
from consumers.training.evaluation import evaluate as measure
from consumers.training.report import as_json_lines, as_lines
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
    help="""测评：语气、责任单位与职责、公共事务、类别、归并、速度，附区间；SnowNLP 同列。

近似重复的文本总在同一折；判断从不见到所测的文本。不写项目名则全部测评。

\b
例：huiying evaluate --data-sets 数据
    huiying evaluate tone grouping --data-sets 数据 --json
    huiying evaluate --data-sets 数据 --write-cards docs/models""",
)
@click.argument("names", nargs=-1, type=click.Choice(PARTS), metavar="[项目…]")
@data_sets
@click.option("--json", "as_json", is_flag=True, help="每个数字一行 JSON，不打印表格")
@click.option("--mistakes", default=0, metavar="条数", help="每项判断显示几条错判的原文；只在屏幕上显示")
@click.option(
    "--write-cards",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="目录",
    help="把表格和校准图写进模型卡中标明的位置",
)
@with_office
def evaluate(
    office: Office, names: tuple[str, ...], data_sets: Path, as_json: bool, mistakes: int, write_cards: Path | None
) -> None:
    """Score the models with intervals, and write the model cards."""
    policy = office.policy
    evaluation = Evaluation(
        data_sets=data_sets,
        clues=office.clues,
        threshold=policy.city.threshold,
        load_judge=functools.partial(
            Judge.load, bureaus=policy.bureaus, duties=policy.duties, lexicon=policy.lexicon, city=policy.city
        ),
        note=note,
    )
    reports = {}
    for report in measure(evaluation, names):
        reports[report.part] = report
        for line in as_json_lines(report) if as_json else as_lines(report, mistakes):
            click.echo(line)
    if write_cards is not None:
        for path in fill(write_cards, reports):
            note(f"已写 {path}")


COMMANDS = (train, evaluate)
