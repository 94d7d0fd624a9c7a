"""How the house logs: one structured line per fate on stderr, constant text, Beijing-readable UTC time."""

import logging
import sys

import structlog


def configure_logs(level: str) -> None:
    """Send structlog's lines to stderr, as text for a person at a terminal and as JSON otherwise."""
    human = sys.stderr.isatty()
    renderer = structlog.dev.ConsoleRenderer() if human else structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, force=True)
    # Whoever waits for the archive says so once; its client would say it at every try.
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)
