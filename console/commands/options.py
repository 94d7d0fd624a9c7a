"""What every command takes: `--data DIR` and `--config DIR`, turned into an office."""

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from console.logs import configure_logs
from console.wiring import Office
from huiying.policy.policy import default_office
from huiying.settings import Address, read_settings

metrics_port_option = click.option(
    "--metrics-port",
    type=click.IntRange(1, 65535),
    default=None,
    help="在此端口回答 /metrics 和 /healthz；缺省取 HUIYING_METRICS_PORT，都没有则不开",
)
"""On the commands of roles."""

folder_option = functools.partial(click.option, type=click.Path(file_okay=False, path_type=Path), metavar="目录")
"""An option that takes a folder, which need not exist yet."""


def with_office(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the office that `--data` and `--config` describe, and close its stores afterwards."""

    @folder_option("--data", default=Path("var"), show_default=True, help="本单位的数据目录")
    @folder_option("--config", help="配置目录；缺省用当前目录的 config，没有则用随程序的缺省配置")
    @functools.wraps(command)
    def run(*, data: Path, config: Path | None, **arguments: Any) -> Any:
        settings = read_settings(os.environ, data)
        configure_logs(settings.log_level)
        office = Office(settings, config or configuration_here())
        try:
            return command(office, **arguments)
        finally:
            office.close()

    return run


def metrics_at(office: Office, port: int | None) -> Address | None:
    """Where this process tells how it is; None where nobody asked for it."""
    chosen = port or office.settings.metrics_port
    return None if chosen is None else Address(host=office.settings.metrics_host, port=chosen)


def configuration_here() -> Path:
    """`config/` of the present folder where it is one of ours, else the default office."""
    here = Path("config")
    return here if (here / "city.yaml").is_file() else default_office()
