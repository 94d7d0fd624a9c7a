"""The folder `config/` as a whole: by which digest it is known, and whether a change to it would do."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from huiying.failures import Misconfigured, NotAllowed
from huiying.policy.policy import Policy, default_office, read_policy


def digest_of_folder(config: Path) -> str:
    """Of every YAML file of the folder: another one means that something changed."""
    digest = hashlib.sha256()
    for path in sorted(config.rglob("*.yaml")):
        digest.update(f"{path.relative_to(config)}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def read_text(config: Path, file: str) -> str:
    """A file as it stands."""
    try:
        return (config / file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{file}：读不到（{error}）") from error


def policy_with(config: Path, file: str, text: str, *, scope: str | None = None) -> Policy:
    """The office's policy if a file of it read so; `Misconfigured` names file, line, value and remedy."""
    with tempfile.TemporaryDirectory(prefix="huiying-config-") as scratch:
        changed = copy_with(config, Path(scratch) / "config", file, text)
        try:
            return read_policy(changed, scope=scope)
        except Misconfigured as error:
            raise Misconfigured(str(error).replace(f"{changed}{os.sep}", "")) from error


def copy_with(config: Path, into: Path, file: str, text: str) -> Path:
    """A copy of the folder in which a file reads so."""
    shutil.copytree(config, into, ignore=lambda folder, names: [n for n in names if _is_alien(Path(folder) / n)])
    (into / file).write_text(text, "utf-8")
    return into


def replace_file(config: Path, file: str, text: str) -> None:
    """Put a text in a file's place in one step; whoever reads meanwhile finds the one or the other, whole."""
    path = config / file
    try:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, newline="", delete=False) as new:
            new.write(text)
            new.flush()
            os.fsync(new.fileno())
        shutil.copymode(path, new.name)
        os.replace(new.name, path)  # noqa: PTH105 - the one call that replaces a file in one step
    except OSError as error:
        raise NotAllowed(f"写不进 {file}（{error.strerror or error}），没有保存") from error


def why_not_writable(config: Path) -> str:
    """Why nothing can be saved here, and what to do instead; empty where it can."""
    if config.resolve() == default_office().resolve():
        return "现在用的是随程序的缺省配置，不在这里改。请先 huiying init 取一份，再用 --config 指明它"
    if not os.access(config, os.W_OK):
        return "控制台不能写这个配置目录（例如在容器里只读挂载）。请把改好的文件放进目录，再重新启动各进程"
    return ""


def _is_alien(path: Path) -> bool:
    """What a folder under version control holds besides, and what is no file of the policy."""
    return path.name.startswith(".") or (path.is_file() and path.suffix != ".yaml")
