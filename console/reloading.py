"""Notices that the configuration (by the console, an editor or git) or the model in force changed, and lets both be
read anew once they are good."""

import time

import structlog

from console.wiring import Office
from huiying.failures import Misconfigured
from huiying.policy.folder import digest_of_folder
from huiying.policy.policy import read_policy

log = structlog.get_logger()


class ConfigWatch:
    """Looks at both again and again; a change counts once it has stood still from one look to the next.

    A change that is no whole, checked policy is told in the log, once, and everybody goes on with what they read.
    """

    def __init__(self, office: Office, every_seconds: float = 2.0) -> None:
        self._every_seconds = every_seconds
        self._config = office.config
        self._scope = office.settings.scope
        self._versions = office.versions
        self._read = self._seen = (office.config_digest, self._versions.choice)
        self._look_after = 0.0

    def outdated(self) -> bool:
        """Whether there is a new configuration to be read; told once."""
        now = time.monotonic()
        if now < self._look_after:
            return False
        self._look_after = now + self._every_seconds
        try:
            found = digest_of_folder(self._config), self._versions.choice
        except OSError:  # somebody is just changing it
            return False
        before, self._seen = self._seen, found
        if found == self._read or found != before:
            return False
        self._read = found
        return self._is_good()

    def _is_good(self) -> bool:
        try:
            read_policy(self._config, scope=self._scope)
        except Misconfigured as mistakes:
            log.warning("the changed configuration is wrong; every role goes on with the old one", why=str(mistakes))
            return False
        log.info("the configuration or the model in force changed")
        return True
