"""Logging: one line for each event, as JSON or as text."""

from __future__ import annotations

from typing import Any

import structlog

from customify.observability import redaction

_SHARED_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure_logging(level: str, *, as_json: bool) -> dict[str, Any]:
    """Configure structlog and return Django's LOGGING setting."""
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[*_SHARED_PROCESSORS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"structlog": _formatter(renderer)},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "structlog"},
            "mail_admins": {"class": "customify.observability.redaction.RedactingMailHandler", "level": "ERROR"},
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own console handler (with DEBUG) would write each line again, without redaction.
            "django": {"handlers": ["mail_admins"], "level": "INFO"},
            "django.request": {"level": "ERROR"},  # the request's own line reports a 4xx
            "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
            "rq.worker": {"level": "WARNING"},
            "uvicorn": {"handlers": ["console"], "propagate": False},  # its own formatter does not redact
            "uvicorn.access": {"level": "WARNING"},
        },
    }


def _formatter(renderer: Any) -> dict[str, Any]:
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": _SHARED_PROCESSORS,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            # Plain tracebacks: rich ones print local variables, which may hold keys.
            structlog.processors.format_exc_info,
            renderer,
            redaction.redact_line,
        ],
    }
