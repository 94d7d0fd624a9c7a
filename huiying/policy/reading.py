"""Reads one YAML file of the office into a frozen, checked object; a mistake names file, line, value and remedy."""

from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from huiying.failures import Misconfigured

_WORDS = {
    "missing": "缺少这一项，请补上",
    "extra_forbidden": "不认识这一项，请检查拼写或删去",
    "string_type": "应为文字，请加引号",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "float_parsing": "应为数字",
    "float_type": "应为数字",
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "应不大于 {le}",
    "enum": "应为以下之一：{expected}",
    "literal_error": "应为以下之一：{expected}",
    "list_type": "应为列表（每行以 - 开头）",
    "tuple_type": "应为列表（每行以 - 开头）",
    "dict_type": "应为“名称: 值”的若干行",
    "model_type": "应为“名称: 值”的若干行",
}


class OfficeModel(BaseModel):
    """Base of every checked object that `config/` is read into: frozen, and no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


Model = TypeVar("Model", bound=OfficeModel)


def read_office_file(path: Path, model: type[Model]) -> Model:
    """The file as a checked object; `Misconfigured` lists every mistake with its line and what to do."""
    text = _text(path)
    try:
        return cast("Model", _checked(text, model))
    except ValidationError as error:
        tree = _load(text)
        raise Misconfigured("\n".join(_explain(path, tree, mistake) for mistake in error.errors())) from error
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = " ".join((error.problem or "").split())
        raise Misconfigured(f"{path} 第 {line} 行：{_yaml_words(problem)}") from error
    except YAMLError as error:
        raise Misconfigured(f"{path}：不是有效的 YAML：{error}") from error


@lru_cache(maxsize=64)
def _checked(text: str, model: type[OfficeModel]) -> OfficeModel:
    """Of one text the object is the same: a console reads the whole folder for every change that is looked at."""
    return model.model_validate(_plain(_load(text)))


def _load(text: str) -> Any:
    return YAML(typ="rt").load(text)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError as error:
        raise Misconfigured(f"{path}：没有这个文件。可用 huiying init 取一份缺省配置。") from error
    except UnicodeDecodeError as error:
        raise Misconfigured(f"{path}：不是 UTF-8 编码（第 {error.start} 字节）。请另存为 UTF-8。") from error


def _yaml_words(problem: str) -> str:
    if "duplicate key" in problem:
        return f"同一名称写了两次（{problem}），请删去一处"
    if "\\t" in problem or "cannot start any token" in problem:
        return "行首用了制表符（Tab），请改为空格"
    return f"YAML 写法有误：{problem}"


def _plain(tree: Any) -> Any:
    if isinstance(tree, CommentedMap):
        return {key: _plain(value) for key, value in tree.items()}
    if isinstance(tree, CommentedSeq):
        return [_plain(value) for value in tree]
    return tree


def _explain(path: Path, tree: Any, mistake: Any) -> str:
    location = [part for part in mistake["loc"] if isinstance(part, str | int)]
    line, value = _find(tree, location)
    words = _WORDS.get(mistake["type"], mistake["msg"]).format_map(_Gaps(mistake.get("ctx", {})))
    shown = "" if mistake["type"] == "missing" or value is None else f"“{str(value)[:60]}”"
    return f"{path} 第 {line} 行 {'.'.join(map(str, location)) or '整个文件'}：{shown}{words}"


class _Gaps(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return key


def _find(tree: Any, location: list[str | int]) -> tuple[int, Any]:
    """The 1-based line of a place in the tree and the value there, as deep as the tree goes."""
    line, node = 1, tree
    for part in location:
        if isinstance(node, CommentedMap) and part in node:
            line, node = node.lc.key(part)[0] + 1, node[part]
        elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
            line, node = node.lc.item(part)[0] + 1, node[part]
        else:
            return line, None
    return line, node
