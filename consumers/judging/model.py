"""The shipped model: heads for tone and for public matter, a network for the rest, their calibration; one folder."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from consumers.judging.calibration import Calibration
from consumers.judging.heads import GramTable, Heads, Network
from huiying.failures import Misconfigured

SHIPPED = Path(__file__).parent.parent / "models"
_WEIGHTS, _FACTS = "judge.npz", "judge.json"
_LINEAR = ("tone", "public")
_LAYERS = ("hidden_bias", "output", "bias")


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """Everything that was learnt. `version` names it in every assessment it makes."""

    version: str
    tone: Heads
    public: Heads
    matters: Network
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
            tone, public = (
                Heads(facts.columns[name], _table(arrays, name), arrays[f"{name}_bias"]) for name in _LINEAR
            )
            layers = (arrays[f"matters_{name}"] for name in _LAYERS)
            matters = Network(facts.columns["matters"], _table(arrays, "matters"), *layers)
    except FileNotFoundError as error:
        raise Misconfigured(f"{folder}：没有判断模型。请用 huiying train 训练，或重新安装。") from error
    except (msgspec.MsgspecError, ValueError, KeyError) as error:
        raise Misconfigured(f"{folder}：判断模型不完整或版本不符（{error}）。请重新训练。") from error
    return Model(version=facts.version, tone=tone, public=public, matters=matters, calibration=facts.calibration)


def save_model(model: Model, folder: Path) -> None:
    """Writes what `load_model` reads; the same model gives the same bytes of facts."""
    folder.mkdir(parents=True, exist_ok=True)
    families: dict[str, Heads | Network] = {"tone": model.tone, "public": model.public, "matters": model.matters}
    arrays: dict[str, Any] = {f"{name}_bias": families[name].bias for name in _LINEAR}
    arrays |= {f"matters_{name}": getattr(model.matters, name) for name in _LAYERS}
    for name, heads in families.items():
        table = heads.table
        arrays |= {
            f"{name}_buckets": np.diff(table.buckets, prepend=0).astype(np.int32),
            f"{name}_idf": table.idf,
            f"{name}_rows": np.ascontiguousarray(table.quantised.T),
            f"{name}_scale": table.scale,
        }
    np.savez_compressed(folder / _WEIGHTS, **arrays)
    facts = {
        "version": model.version,
        "columns": {name: heads.names for name, heads in families.items()},
        "calibration": asdict(model.calibration),
    }
    (folder / _FACTS).write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _table(arrays: Any, name: str) -> GramTable:
    return GramTable(
        buckets=np.cumsum(arrays[f"{name}_buckets"]).astype(np.int32),
        idf=arrays[f"{name}_idf"],
        quantised=np.ascontiguousarray(arrays[f"{name}_rows"].T),
        scale=arrays[f"{name}_scale"],
    )
