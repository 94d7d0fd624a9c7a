"""The tables of the register 台账, one definition for SQLite and PostgreSQL; a module per area.

A change here needs a revision: `python -m huiying.register.migrations "what changed"` drafts it.
"""

from huiying.register.schema import (
    accounts,
    audit,
    chain,
    circulation,
    clarifications,
    configuration,
    desk,
    duty_log,
    evidence,
    kept_forms,
    notices,
    personal_requests,
    proceedings,
    publications,
    reviews,
    saved_views,
    scans,
)
from huiying.register.schema.columns import metadata

__all__ = ["AREAS", "metadata"]

AREAS = (
    accounts,
    audit,
    chain,
    circulation,
    clarifications,
    configuration,
    desk,
    notices,
    duty_log,
    evidence,
    kept_forms,
    personal_requests,
    proceedings,
    publications,
    reviews,
    saved_views,
    scans,
)
"""Every module with tables; `metadata` is whole once they are imported."""
