"""`huiying train`: rebuilds the shipped model from the data sets and the office's configuration, from one seed."""

import hashlib
import json
from pathlib import Path

import numpy as np

from consumers.judging.calibration import Calibration
from consumers.judging.evidence import Clues
from consumers.judging.heads import Heads
from consumers.judging.model import Model, save_model
from consumers.training.calibrating import Unseen, fit_calibration, rows_of
from consumers.training.corpora import Corpora, read_corpora
from consumers.training.crossing import (
    MOST_MATTER_ROWS,
    MOST_TONE_ROWS,
    Crossed,
    Note,
    cross_matters,
    gather_matters,
)
from consumers.training.fitting import build_heads
from consumers.training.matters import Library, fit_matters
from consumers.training.tones import fit_tones, gather_tones


def train(data_sets: Path, out: Path, clues: Clues, seed: int, note: Note) -> Model:
    """Fit, calibrate on unseen folds, write into a folder."""
    corpora = read_corpora(data_sets)
    library = gather_matters(corpora, clues)
    note("事项：交叉验证，用来校准")
    calibration = calibrate(corpora, library, cross_matters(corpora, library, clues, seed, note), clues)
    note("事项：用全部数据训练")
    everything = np.ones(len(library.texts), np.bool_)
    matter = build_heads(library.vocabulary, fit_matters(corpora, library, clues, everything), MOST_MATTER_ROWS)
    note("语气：用全部数据训练")
    tones = gather_tones(corpora)
    tone = build_heads(tones.vocabulary, fit_tones(tones, np.ones(len(tones.texts), np.bool_)), MOST_TONE_ROWS)
    model = Model(version=_version(tone, matter, calibration), tone=tone, matter=matter, calibration=calibration)
    save_model(model, out)
    return model


def calibrate(
    corpora: Corpora, library: Library, crossed: Crossed, clues: Clues, leave_out: int | None = None
) -> Calibration:
    """From every fold's scores, or from all but one fold's, to be asked about that one."""
    known = np.ones(len(library.texts), np.bool_) if leave_out is None else crossed.fold != leave_out
    gold = np.array([row for row in library.gold if known[row]])
    titles = np.array([row for row in library.gold_titles if known[row]])
    chatter = np.array([row for row in library.chatter if known[row]])
    return fit_calibration(
        [corpora.gold[row] for row in gold],
        Unseen(scores=crossed.scores[gold], evidence=rows_of(library.evidence, gold)),
        Unseen(scores=crossed.scores[titles], evidence=rows_of(library.evidence, titles)),
        Unseen(scores=crossed.scores[chatter], evidence=rows_of(library.evidence, chatter)),
        crossed.names,
        clues,
    )


def _version(tone: Heads, matter: Heads, calibration: Calibration) -> str:
    digest = hashlib.sha256(json.dumps([repr(calibration)]).encode())
    for heads in (tone, matter):
        digest.update(heads.quantised.tobytes())
    return f"linear-{digest.hexdigest()[:8]}"
