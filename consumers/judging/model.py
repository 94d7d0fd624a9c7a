"""The shipped model: two families of heads and their calibration, read from one folder."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from consumers.judging.calibration import Calibration
from consumers.judging.heads import Heads
from huiying.failures import Misconfigured

SHIPPED = Path(__file__).parent.parent / "models"
_WEIGHTS, _FACTS = "judge.npz", "judge.json"
_FAMILIES = ("tone", "matter")


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """Everything that was learnt. `version` names it in every assessment it makes."""

    version: str
    tone: Heads
    matter: Heads
    calibration: Calibration


class _Facts(msgspec.Struct):
    version: str
    columns: dict[str, list[str]]
    calibration: Calibration


def load_model(folder: Path = SHIPPED) -> Model:
    """The model in a folder; `Misconfigured` says how to make one where there is none."""
    try:
        facts = msgspec.json.decode((folder / _FACTS).read_bytes(), type=_Facts)
        with np.load(folder / _WEIGHTS, allow_pickle=False) as arrays:
            tone, matter = (_heads(arrays, name, facts.columns[name]) for name in _FAMILIES)
    except FileNotFoundError as error:
        raise Misconfigured(f"{folder}：没有判断模型。请用 huiying train 训练，或重新安装。") from error
    except (msgspec.MsgspecError, ValueError, KeyError) as error:
        raise Misconfigured(f"{folder}：判断模型不完整或版本不符（{error}）。请重新训练。") from error
    return Model(version=facts.version, tone=tone, matter=matter, calibration=facts.calibration)


def save_model(model: Model, folder: Path) -> None:
    """Writes what `load_model` reads; the same model gives the same bytes of facts."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {}
    for name in _FAMILIES:
        heads: Heads = getattr(model, name)
        arrays |= {
            f"{name}_buckets": np.diff(heads.buckets, prepend=0).astype(np.int32),
            f"{name}_idf": heads.idf,
            f"{name}_weights": np.ascontiguousarray(heads.quantised.T),
            f"{name}_scale": heads.scale,
            f"{name}_bias": heads.bias,
        }
    np.savez_compressed(folder / _WEIGHTS, **arrays)
    facts = {
        "version": model.version,
        "columns": {name: getattr(model, name).names for name in _FAMILIES},
        "calibration": asdict(model.calibration),
    }
    (folder / _FACTS).write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _heads(arrays: Any, name: str, columns: list[str]) -> Heads:
    return Heads(
        names=columns,
        buckets=np.cumsum(arrays[f"{name}_buckets"]).astype(np.int32),
        idf=arrays[f"{name}_idf"],
        quantised=np.ascontiguousarray(arrays[f"{name}_weights"].T),
        scale=arrays[f"{name}_scale"],
        bias=arrays[f"{name}_bias"],
    )
