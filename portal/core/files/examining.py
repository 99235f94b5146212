"""Strangers' files are opened in a process apart, with limits on memory and time; see `portal.apart`."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any, Final

import structlog
from django.conf import settings

from portal.apart.refusing import Reason
from portal.core.files.refusals import FileRefusedError

log = structlog.get_logger(__name__)
MEMORY: Final = 192 * 1024 * 1024  # address space, so that what lies in memory is less
SECONDS: Final = 1.5  # of the processor
_CLOCK_SECONDS: Final = 20  # a machine with much else to do
# `portal/__init__` loads Celery; the child has no use for it.
_START: Final = (
    "import sys, types; portal = types.ModuleType('portal'); portal.__path__ = [sys.argv[1]];"
    "sys.modules['portal'] = portal; from portal.apart.main import main; main()"
)


def examine(source: str, *, target: str, thumbnail: str, accepts: frozenset[str], most_pages: int) -> dict[str, Any]:
    """Return the facts of a file; a photo is drawn anew into `target`. Raises `FileRefusedError`."""
    return run(
        "examine", source=source, target=target, thumbnail=thumbnail, accepts=sorted(accepts), most_pages=most_pages
    )


def run(
    work: str, *, seconds: float = SECONDS, clock: float = _CLOCK_SECONDS, memory: int = MEMORY, **request: object
) -> dict[str, Any]:
    """Return the answer of the process apart; raises `FileRefusedError`, also when the process had to be ended."""
    limits = {"memory": memory, "seconds": seconds, "largest": settings.UPLOAD_MAX_BYTES * 10}
    child = subprocess.Popen(  # noqa: S603 - our own interpreter, our own program
        [sys.executable, "-I", "-B", "-c", _START, str(settings.BASE_DIR / "portal")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
    )
    try:
        output, _none = child.communicate(json.dumps({"work": work, **request, **limits}).encode(), timeout=clock)
    except subprocess.TimeoutExpired as error:
        child.kill()
        child.communicate()
        raise FileRefusedError(Reason.TOO_HEAVY) from error
    if child.returncode:
        log.info("file_ended_its_reader", code=child.returncode)
        raise FileRefusedError(Reason.TOO_HEAVY if child.returncode < 0 else Reason.DAMAGED)
    answer: dict[str, Any] = json.loads(output)
    log.info("file_examined", work=work, refused=answer.get("refused"), peak_kilobytes=answer.pop("peak_kilobytes"))
    if "refused" in answer:
        raise FileRefusedError(Reason(answer["refused"]))
    return answer
