"""`huiying train`: rebuilds the shipped model from the data sets and the office's configuration, from one seed."""

import hashlib
from pathlib import Path

import numpy as np

from consumers.judging.calibration import Calibration
from consumers.judging.evidence import Clues
from consumers.judging.heads import Heads, Network
from consumers.judging.model import Model, save_model
from consumers.training.calibrating import Unseen, fit_calibration, rows_of
from consumers.training.corpora import read_corpora
from consumers.training.crossing import (
    MOST_MATTER_ROWS,
    MOST_POST_ROWS,
    Crossed,
    Note,
    cross_matters,
    cross_public,
)
from consumers.training.fitting import build_heads
from consumers.training.matters import Library, evidence_of, fit_matters, gather_matters, vectors_for
from consumers.training.networks import build_network
from consumers.training.publicness import PublicLibrary, calibrate_public, fit_public, gather_public
from consumers.training.tones import fit_tones, gather_tones
from huiying.city import City


def train(data_sets: Path, out: Path, clues: Clues, city: City, seed: int, note: Note) -> Model:
    """Fit, calibrate on unseen folds, write into a folder."""
    corpora = read_corpora(data_sets)
    note("帖文：公共事务与语气")
    tones = gather_tones(corpora)
    public = gather_public(data_sets, city, tones.vocabulary)
    weights = calibrate_from(public, cross_public(public, tones.vocabulary, seed, note), clues)
    columns = [
        *fit_tones(tones, np.ones(len(tones.texts), np.bool_)),
        fit_public(public, np.ones(len(public.lessons), np.bool_)),
    ]
    posts = build_heads(tones.vocabulary, columns, MOST_POST_ROWS)
    note("事项：无标注文本的词向量，再交叉验证，用来校准")
    library = gather_matters(corpora, clues, vectors_for(corpora, seed))
    calibration = calibrate(library, cross_matters(library, clues, seed, note), clues, weights)
    note("事项：用全部数据训练")
    fitted = fit_matters(library, clues, np.ones(len(library.texts), np.bool_), seed)
    matters = build_network(library.vocabulary, fitted, library.matrix, MOST_MATTER_ROWS)
    model = Model(
        version=_version(posts, matters, calibration), posts=posts, matters=matters, calibration=calibration
    )
    save_model(model, out)
    return model


def calibrate(
    library: Library, crossed: Crossed, clues: Clues, public: tuple[float, ...], leave_out: int | None = None
) -> Calibration:
    """From every fold's scores, or from all but one fold's, to be asked about that one."""
    rows = library.standard
    if leave_out is not None:
        rows = rows[crossed.fold[rows] != leave_out]
    unseen = Unseen(scores=crossed.scores[rows], evidence=rows_of(library.evidence, rows))
    return fit_calibration([library.labelled[row] for row in rows], unseen, crossed.names, clues, public)


def calibrate_from(
    library: PublicLibrary, crossed: Crossed, clues: Clues, leave_out: int | None = None
) -> tuple[float, ...]:
    """The weights that tell public matter, from the folds' scores of the posts that were read, or all but one's."""
    mine = np.ones(len(library.read), np.bool_) if leave_out is None else crossed.fold[library.read] != leave_out
    evidence = evidence_of(clues, [text for text, known in zip(library.read_texts, mine, strict=True) if known])
    return calibrate_public(crossed.scores[library.read[mine], 0], evidence, library.told[mine])


def _version(posts: Heads, matters: Network, calibration: Calibration) -> str:
    digest = hashlib.sha256(repr(calibration).encode())
    for table in (posts.table, matters.table):
        digest.update(table.quantised.tobytes())
    return f"grams-{digest.hexdigest()[:8]}"
