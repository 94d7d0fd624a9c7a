"""The shipped office's policy, read once for all tests; a test that needs other rules replaces parts of it."""

from functools import cache

from huiying.policy.policy import Policy, default_office, read_policy

SHIPPED_OFFICE = default_office()


@cache
def shipped_policy() -> Policy:
    """Everything in `config/`."""
    return read_policy(SHIPPED_OFFICE)
