"""The only loop: read → handle → save → publish → acknowledge."""

from huiying.stage import Done, Outcome, Refused, Stage

__all__ = ["Done", "Outcome", "Refused", "Stage"]
