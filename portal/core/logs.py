"""One JSON line a log entry; long digit runs, e-mail addresses and API keys are blotted out on the way."""

from __future__ import annotations

import logging
import re
from typing import Any, Final

import structlog
from structlog.typing import EventDict, Processor

_PERSONAL: Final = re.compile(
    r"(?<![\w-])\+?\d{9,12}(?![\w-])|[\w.+-]+@[\w-]+\.[\w.-]+|bdp_[a-z2-9]{10}_[\w-]+"  # keys: identity.services
)
_KEPT: Final = frozenset({"timestamp", "request_id", "level", "logger"})


def blot(text: str) -> str:
    """Return `text` without what looks like a national ID, a phone number, an e-mail address or an API key."""
    return _PERSONAL.sub("▇", text)


def _without_personal_data(_logger: Any, _method: str, event: EventDict) -> EventDict:
    # Query strings may carry what a person typed; the path alone tells which page it was.
    return {key: value if key in _KEPT else _blotted(value) for key, value in event.items()}


def _blotted(value: Any) -> Any:
    if isinstance(value, str):
        return blot(re.sub(r"\?\S*", "?…", value) if value.startswith(("GET /", "POST /")) else value)
    return value


_SHARED: Final[list[Processor]] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    _without_personal_data,
]

structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_SHARED,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)


def formatter() -> logging.Formatter:
    """Return the formatter of `LOGGING`: structlog's and the standard library's entries alike."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
