"""The virus scanner: clamd over TCP, asked with INSTREAM. Whatever is not plainly its answer is no answer."""

from __future__ import annotations

import socket
import struct
from enum import StrEnum
from typing import IO, Final
from urllib.parse import urlsplit

import structlog
from django.conf import settings

log = structlog.get_logger(__name__)
_CHUNK: Final = 64 * 1024
_SECONDS: Final = 15
_LONGEST_ANSWER: Final = 4096


class Scan(StrEnum):
    """What is known about viruses in a file."""

    NOT_ASKED = "NOT_ASKED"  # made here, or no scanner is configured
    WAITING = "WAITING"  # the scanner gave no answer: nobody opens the file until it does
    CLEAN = "CLEAN"
    INFECTED = "INFECTED"


def scan(content: IO[bytes]) -> Scan:
    """Return what the scanner says of `content`; WAITING when it is away or talks nonsense."""
    if not settings.CLAMD_URL:
        return Scan.NOT_ASKED
    try:
        answer = _asked(content)
    except OSError as error:
        log.warning("scanner_away", kind=type(error).__name__)
        return Scan.WAITING
    if answer == "stream: OK":
        return Scan.CLEAN
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        log.warning("virus_found")
        return Scan.INFECTED
    log.warning("scanner_gave_no_answer")
    return Scan.WAITING


def _asked(content: IO[bytes]) -> str:
    place = urlsplit(settings.CLAMD_URL)
    with socket.create_connection((place.hostname or "", place.port or 3310), timeout=_SECONDS) as line:
        line.sendall(b"zINSTREAM\0")
        while chunk := content.read(_CHUNK):
            line.sendall(struct.pack("!L", len(chunk)) + chunk)
        line.sendall(struct.pack("!L", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
            piece = line.recv(_LONGEST_ANSWER)
            if not piece:
                break
            answer += piece
    # An answer cut off in the middle is none: its end is missing.
    return answer[:-1].decode("ascii", "replace") if answer.endswith(b"\0") else ""
