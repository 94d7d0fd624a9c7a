"""Commands about the models: train them anew, measure them."""

import functools
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from console.alert_figures import ALERTS, measure_alerts
from console.commands.options import with_office
from console.commands.speaking import Command, note, print_line, print_lines, refuse
from console.wiring import Office
from consumers.grouping.training import train_grouping
from consumers.judging.judge import Judge
from consumers.training.cards import write_cards as fill
from consumers.training.corrections import gather_taught
from consumers.training.evaluation import PARTS, Evaluation
from consumers.training.evaluation import evaluate as measure
from consumers.training.report import Report, as_json_lines, as_lines
from consumers.training.retraining import Retraining
from consumers.training.training import train as train_judge

_data_sets = functools.partial(
    click.option,
    "--data-sets",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="目录",
    help="训练与测评用的文本",
)


@click.command(
    "train",
    cls=Command,
    help="""用给定文本重新训练判断模型，与现用的比较，不变差才装用；旧版本留在数据目录的 models 里，可以退回。

比较用固定的一份考题（数据集的五分之一，和更正中固定留出的五分之一），两边都没有学过。
装用后，各进程重新启动时换用新模型；随程序的模型从不改动。同一随机种子得到同样的权重。

\b
例：huiying train --data-sets 数据 --corrections     学习值班员的更正
    huiying train --back                            退回前一个版本
    huiying train --data-sets 数据 --out 新模型       只写到目录，不比较、不装用""",
)
@_data_sets(required=False)
@click.option("--corrections", is_flag=True, help="连同值班员在控制台作出的更正一起学")
@click.option("--back", is_flag=True, help="不训练，退回前一个装用的版本")
@click.option(
    "--out",
    default=None,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="目录",
    help="只把权重写到这里，不比较、不装用",
)
@click.option("--seed", default=7, show_default=True, help="随机种子")
@with_office
def train(office: Office, data_sets: Path | None, corrections: bool, back: bool, out: Path | None, seed: int) -> None:
    """Make a new version of the model and let it in where it is no worse, or go back to the one before."""
    if back:
        _go_back(office)
    elif data_sets is None:
        raise click.UsageError("请用 --data-sets 指明训练用的文本，或用 --back 退回前一个版本")
    elif out is not None:
        out.mkdir(parents=True, exist_ok=True)
        model = train_judge(data_sets, out, office.clues, office.policy.city, seed, note)
        train_grouping(data_sets, out / "grouping.npz")
        print_line({"model": model.version, "out": str(out)})
    else:
        _retrain(office, data_sets, seed, teach=corrections)


def _retrain(office: Office, data_sets: Path, seed: int, *, teach: bool) -> None:
    retraining = Retraining(
        versions=office.versions,
        fit=lambda lessons, into: train_judge(lessons, into, office.clues, office.policy.city, seed, note),
        open_judge=office.judge_of,
        note=note,
        seed=seed,
    )
    result = retraining.run(data_sets, gather_taught(office.register, office.archive), teach=teach)
    print_lines(asdict(one) | {"worse": one.worse} for one in result.comparisons)
    print_line({"installed": result.model, "lessons": result.lessons})
    if result.model is None:
        sys.stdout.flush()
        refuse("新模型变差，没有装用，现用的不变")
    note(f"已装用 {result.model}。重新启动研判和控制台进程后生效")


def _go_back(office: Office) -> None:
    name = office.versions.back()
    print_line({"installed": name})
    note(f"已退回{name or '随程序的模型'}。重新启动研判和控制台进程后生效")


@click.command(
    "evaluate",
    cls=Command,
    help="""测评：语气、责任单位与职责、公共事务、类别、归并、速度、预警，附区间；SnowNLP 同列。

近似重复的文本总在同一折；判断从不见到所测的文本。不写项目名则全部测评。

\b
例：huiying evaluate --data-sets 数据
    huiying evaluate tone grouping --data-sets 数据 --json
    huiying evaluate --data-sets 数据 --write-cards docs/models""",
)
@click.argument("names", nargs=-1, type=click.Choice((*PARTS, ALERTS)), metavar="[项目…]")
@_data_sets(required=True)
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
        city=policy.city,
        gathering=policy.gathering,
        load_judge=functools.partial(
            Judge.load, bureaus=policy.bureaus, duties=policy.duties, lexicon=policy.lexicon, city=policy.city
        ),
        note=note,
    )
    reports = {}
    for report in _reports(office, evaluation, names):
        reports[report.part] = report
        for line in as_json_lines(report) if as_json else as_lines(report, mistakes):
            click.echo(line)
    if write_cards is not None:
        for path in fill(write_cards, reports):
            note(f"已写 {path}")


def _reports(office: Office, evaluation: Evaluation, names: Sequence[str]) -> Iterator[Report]:
    """What the consumers measure of themselves, then the alerts, for which every stage is needed."""
    their_own = [name for name in names if name != ALERTS]
    if their_own or not names:
        yield from measure(evaluation, their_own)
    if ALERTS in names or not names:
        yield measure_alerts(office, evaluation.data_sets, note)


COMMANDS = (train, evaluate)
