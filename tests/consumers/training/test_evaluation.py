"""The evaluation sees to it that nothing is learnt from what it asks about, and comes out alike every time."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from console.cli import huiying
from consumers.judging.evidence import Clues
from consumers.judging.snow import SnowTone
from consumers.training.asking import ask_tone, ask_unseen_sources
from consumers.training.categories import ask_category
from consumers.training.corpora import THREE_TONES, TWO_TONES, read_corpora, read_rows
from consumers.training.matters import gather_matters, vectors_for
from consumers.training.tones import gather_tones
from huiying.policy.policy import default_office, read_policy
from tests.consumers.training.data_folder import write_data_folder

CARD = "# Judge\n\n" + "\n".join(
    f"<!-- figures: {part} -->\n<!-- end of figures -->\n" for part in ("tone", "matter", "relevance", "category")
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_data_folder(tmp_path_factory.mktemp("data-sets"))


@pytest.fixture(scope="module")
def clues() -> Clues:
    policy = read_policy(default_office())
    return Clues(policy.bureaus, policy.duties, policy.lexicon, policy.city)


def run(data: Path, *arguments: object) -> Result:
    result = CliRunner().invoke(huiying, ["evaluate", "--data", str(data), *map(str, arguments)])
    assert result.exit_code == 0, result.output
    return result


def read_lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.slow
def test_the_same_texts_give_the_same_table_and_the_same_cards(folder: Path, tmp_path: Path) -> None:
    tables, cards = [], []
    for name in ("once", "again"):
        models = tmp_path / name
        models.mkdir()
        (models / "judge.md").write_text(CARD, "utf-8")
        arguments = ("tone", "matter", "relevance", "category", "--data-sets", folder, "--write-cards", models)
        tables.append(run(tmp_path, *arguments).stdout)
        cards.append({path.name: path.read_bytes() for path in models.iterdir()})
    assert tables[0] == tables[1]
    assert cards[0] == cards[1]
    assert set(cards[0]) == {
        "judge.md",
        "tone-calibration.svg",
        "matter-calibration.svg",
        "relevance-calibration.svg",
    }
    card = cards[0]["judge.md"].decode()
    assert "| 语气 四个三类集 宏平均F1 平均 |" in card
    assert "| 语气 未见信源 负面 AUC 平均 |" in card
    assert "| 承办单位 routing_gold 首位正确 |" in card
    assert "| 　written 第20项 F1 |" in card
    assert not any(row["text"] in card for path in folder.rglob("*.gz") for row in read_rows(path))


def test_json_says_figures_curves_and_mistakes_without_texts(folder: Path, tmp_path: Path) -> None:
    lines = read_lines(run(tmp_path, "category", "--data-sets", folder, "--json"))
    figures = {line["name"]: line for line in lines if line["what"] == "figure"}
    wrong = [line for line in lines if line["what"] == "mistake"]
    assert figures["类别 category_raw 宏平均F1"]["rows"] == 24
    assert len({line["row"] for line in wrong}) == len(wrong) > 0
    assert all("text" not in line for line in wrong)


def test_texts_of_mistakes_are_shown_only_when_asked_for(folder: Path, tmp_path: Path) -> None:
    texts = [row["text"] for row in read_rows(folder / "messages" / "category_raw.jsonl.gz")]
    silent = run(tmp_path, "category", "--data-sets", folder).stdout
    telling = run(tmp_path, "category", "--data-sets", folder, "--mistakes", 2).stdout
    assert not any(text in silent for text in texts)
    assert sum(text in telling for text in texts) == 2


def test_speed_is_measured_beside_the_bare_product(folder: Path, tmp_path: Path) -> None:
    lines = read_lines(run(tmp_path, "speed", "--data-sets", folder, "--json"))
    figures = {line["name"].strip("　"): line["value"] for line in lines}
    assert 0 < figures["判断 条/秒/核"] < figures["裸乘积 条/秒/核"]
    assert figures["权重 MB"] < 10
    assert figures["内存 MB"] > 30


def test_a_message_that_stands_in_two_sets_is_one_text_in_folds_and_draws(folder: Path, clues: Clues) -> None:
    corpora = read_corpora(folder)
    library = gather_matters(corpora, clues, vectors_for(corpora, 7))
    gold, copy = library.ids["routing_gold:0"], library.ids["hot_issues:900024"]
    assert library.texts[gold] == library.texts[copy]
    assert library.group[gold] == library.group[copy]


def test_labels_that_say_nothing_are_not_learnt_from_the_same_message_without_its_stop_words(tmp_path: Path) -> None:
    folder = write_data_folder(tmp_path)
    raw, segmented = (folder / "messages" / f"category_{name}.jsonl.gz" for name in ("raw", "segmented"))
    draw = np.random.default_rng(3)
    rows = [row | {"label": "甲乙"[draw.integers(2)]} for row in read_rows(raw)]
    twins = [{"text": " ".join(row["text"].replace("的", "")), "label": row["label"]} for row in rows]
    for path, written in ((raw, rows), (segmented, twins)):
        with gzip.open(path, "wt", encoding="utf-8") as lines:
            lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in written)
    blind = ask_category(read_corpora(folder), seed=7)
    assert blind.right.mean() < 0.8


def test_every_row_with_a_tone_is_asked_once_and_knows_where_it_comes_from(folder: Path, clues: Clues) -> None:
    corpora = read_corpora(folder)
    library = gather_tones(corpora, vectors_for(corpora, 7))
    blind = ask_tone(library, clues, 7, lambda _: None)
    assert len(set(blind.rows)) == len(blind.rows)
    assert set(blind.sets) == {*THREE_TONES, *TWO_TONES, "routing_gold", "hot_issues", "official_replies", "written"}
    assert np.allclose(blind.chance.sum(axis=1), 1)
    rows = list(read_rows(folder / "sentiment" / "osm2022.jsonl.gz"))
    assert blind.texts[blind.rows.index("osm2022:5")] == rows[5]["text"]
    assert blind.told[blind.rows.index("osm2022:5")].tolist() == [
        rows[5]["label"] == "negative",
        rows[5]["label"] != "negative",
        rows[5]["label"] != "negative",
    ]


def test_a_source_that_is_left_out_is_judged_without_its_own_readers(folder: Path, clues: Clues) -> None:
    corpora = read_corpora(folder)
    library = gather_tones(corpora, vectors_for(corpora, 7))
    within = ask_tone(library, clues, 7, lambda _: None)
    unseen = ask_unseen_sources(library, clues, 7, lambda _: None)
    assert [set(blind.sets) for blind in unseen] == [{source} for source in (*THREE_TONES, *TWO_TONES)]
    assert all(not np.allclose(blind.chance, within.of(blind.sets[0]).chance, atol=1e-3) for blind in unseen)


@pytest.mark.slow
def test_snownlp_stands_beside_stock_and_taught_anew(folder: Path, tmp_path: Path) -> None:
    lines = read_lines(run(tmp_path, "snownlp", "--data-sets", folder, "--json"))
    figures = {line["name"]: line["value"] for line in lines}
    for source in (*THREE_TONES, *TWO_TONES):
        assert 0 < figures[f"SnowNLP 原装 {source} 宏平均F1"] < 1
        assert 0 < figures[f"SnowNLP 重新训练 {source} 宏平均F1"] <= 1


@pytest.mark.slow
def test_snownlp_says_of_the_words_what_it_says_of_the_text() -> None:
    texts = ["这家店的服务太差了，再也不来", "风景很美，心情愉快", ""]
    snow = SnowTone()
    assert np.allclose(snow.tones(texts), snow.tones_of_words([snow.words(text) for text in texts]))
    assert [snow.tones([text]).argmax() for text in texts] == [0, 2, 1]
    classify = snow.taught([["差", "服务"], ["美", "风景"]], ["negative", "positive"])
    assert classify(["服务", "差"]) == "negative"
