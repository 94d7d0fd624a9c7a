"""The shipped judge with the default office's words."""

from tests.consumers.judging.conftest import judge

__all__ = ["judge"]
