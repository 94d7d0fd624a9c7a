"""`huiying train`: rebuilds the shipped model from the data sets and the office's configuration, from one seed."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from consumers.judging.calibration import Calibration
from consumers.judging.convolution import Convolution
from consumers.judging.evidence import Clues
from consumers.judging.heads import GramTable
from consumers.judging.model import Model, save_model
from consumers.training.calibrating import Unseen, fit_calibration, rows_of
from consumers.training.corpora import read_corpora
from consumers.training.crossing import (
    FOLDS,
    MOST_MATTER_ROWS,
    Crossed,
    Note,
    cross_matters,
)
from consumers.training.matters import Library, evidence_of, fit_matters, gather_matters, vectors_for
from consumers.training.networks import build_network
from consumers.training.publicness import (
    PublicLibrary,
    calibrate_public,
    cross_public,
    gather_public,
    public_heads,
)
from consumers.training.tones import fit_tones, gather_tones
from huiying.city import City


def train(data_sets: Path, out: Path, clues: Clues, city: City, seed: int, note: Note) -> Model:
    """Fit, calibrate on unseen folds, write into a folder."""
    corpora = read_corpora(data_sets)
    note("公共事务")
    told = gather_public(data_sets, city)
    public = public_heads(told, np.ones(len(told.lessons), np.bool_))
    note("无标注文本的字词向量")
    vectors = vectors_for(corpora, seed)
    note("语气")
    tones = gather_tones(corpora, vectors)
    tone = fit_tones(tones, np.ones(len(tones.texts), np.bool_), seed)
    note("事项：交叉验证，用来校准")
    library = gather_matters(corpora, clues, vectors)
    crossed = cross_matters(library, clues, seed, note)
    calibration = calibrate(library, crossed, clues, calibrated_public(told, clues, seed))
    note("事项：用全部数据训练")
    fitted = fit_matters(library, clues, np.ones(len(library.texts), np.bool_), seed)
    matters = build_network(library.vocabulary, fitted, library.matrix, MOST_MATTER_ROWS)
    model = Model(
        version=_version((tone, public.table, matters.table), calibration),
        tone=tone,
        public=public,
        matters=matters,
        calibration=calibration,
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


def calibrated_public(library: PublicLibrary, clues: Clues, seed: int) -> tuple[float, ...]:
    """The weights that tell public matter, from the folds' scores of the posts that were read for it."""
    scores, _ = cross_public(library, FOLDS, seed)
    return calibrate_public(
        scores[library.read], rows_of(evidence_of(clues, library.texts), library.read), library.told[library.read]
    )


def _version(tables: Sequence[GramTable | Convolution], calibration: Calibration) -> str:
    digest = hashlib.sha256(repr(calibration).encode())
    for table in tables:
        digest.update(table.quantised.tobytes())
    return f"grams-{digest.hexdigest()[:8]}"
