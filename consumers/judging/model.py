"""The shipped model: a convolution for tone, a head for public matter, a network for the rest, their calibration."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from consumers.judging.calibration import Calibration
from consumers.judging.convolution import Convolution
from consumers.judging.heads import GramTable, Heads, Network
from huiying.failures import Misconfigured

SHIPPED = Path(__file__).parent.parent / "models"
_WEIGHTS, _FACTS = "judge.npz", "judge.json"
_LAYERS = ("hidden_bias", "output", "bias")


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """Everything that was learnt. `version` names it in every assessment it makes."""

    version: str
    tone: Convolution
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
            buckets, quantised, scale = _rows(arrays, "tone")
            layers = (arrays[f"tone_{name}"] for name in ("filters", *_LAYERS))
            tone = Convolution(facts.columns["tone"], buckets, quantised, scale, *layers)
            public = Heads(facts.columns["public"], _table(arrays, "public"), arrays["public_bias"])
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
    arrays: dict[str, Any] = {"public_bias": model.public.bias, "tone_filters": model.tone.filters}
    for name, part in (("tone", model.tone), ("matters", model.matters)):
        arrays |= {f"{name}_{layer}": getattr(part, layer) for layer in _LAYERS}
    tables: dict[str, Convolution | GramTable] = {
        "tone": model.tone,
        "public": model.public.table,
        "matters": model.matters.table,
    }
    for name, table in tables.items():
        arrays |= {
            f"{name}_buckets": np.diff(table.buckets, prepend=0).astype(np.int32),
            f"{name}_rows": np.ascontiguousarray(table.quantised.T),
            f"{name}_scale": table.scale,
        }
        if isinstance(table, GramTable):
            arrays[f"{name}_idf"] = table.idf
    np.savez_compressed(folder / _WEIGHTS, **arrays)
    facts = {
        "version": model.version,
        "columns": {"tone": model.tone.names, "public": model.public.names, "matters": model.matters.names},
        "calibration": asdict(model.calibration),
    }
    (folder / _FACTS).write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _table(arrays: Any, name: str) -> GramTable:
    buckets, quantised, scale = _rows(arrays, name)
    return GramTable(buckets=buckets, idf=arrays[f"{name}_idf"], quantised=quantised, scale=scale)


def _rows(arrays: Any, name: str) -> tuple[NDArray[np.int32], NDArray[np.int8], NDArray[np.float16]]:
    """Buckets, their rows in 8 bits, and the scale of each."""
    return (
        np.cumsum(arrays[f"{name}_buckets"]).astype(np.int32),
        np.ascontiguousarray(arrays[f"{name}_rows"].T),
        arrays[f"{name}_scale"],
    )
