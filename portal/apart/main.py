"""The door of the process: limits first, then one piece of work, its answer as JSON."""

from __future__ import annotations

import json
import resource
import signal
import sys
from typing import Any, Final

_SIGNS: Final = (
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "photo"),
    (b"\x89PNG\r\n\x1a\n", "photo"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
)


def main() -> None:
    """Do what the JSON on standard input asks for; write the answer to standard output."""
    request = json.load(sys.stdin)
    _limit(request.pop("memory"), request.pop("seconds"), request.pop("largest"))
    from portal.apart.refusing import Reason, Refused  # noqa: PLC0415 - the limits come first

    try:
        answer = _work(request)
    except Refused as refused:
        answer = {"refused": refused.reason}
    except MemoryError:
        answer = {"refused": Reason.TOO_HEAVY}
    answer["peak_kilobytes"] = _peak()
    json.dump(answer, sys.stdout)


def _peak() -> int:
    """Return the most memory that this program took; what `getrusage` says may be its parent's."""
    with open("/proc/self/status", encoding="ascii") as handle:
        return next((int(line.split()[1]) for line in handle if line.startswith("VmHWM")), 0)


def kind_of(beginning: bytes) -> str:
    """Return what a file is by its first bytes: photo, pdf, zip, heic, or nothing that we know."""
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return "photo"
    if beginning[4:12] in {b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypheif"}:
        return "heic"
    plain = beginning.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    return next((kind for sign, kind in _SIGNS if plain.startswith(sign)), "")


def _limit(memory: int, seconds: float, largest: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))
    signal.setitimer(signal.ITIMER_PROF, seconds)  # finer than whole seconds; nobody catches it


def _work(request: dict[str, Any]) -> dict[str, Any]:
    from portal.apart import archives, measuring, pdfs, pictures  # noqa: PLC0415 - large, and only under the limits
    from portal.apart.refusing import Reason, Refused  # noqa: PLC0415

    if request["work"] == "join":
        return pdfs.join(request["sources"], request["target"], request["thumbnail"])
    if request["work"] == "measure":
        return measuring.measure(request["source"])
    if request["work"] == "bind":
        return pdfs.bind(request["sources"], request["mark"], request["last"], request["target"])
    if request["work"] == "turn":
        angle = request["angle"]
        return pictures.redraw(request["source"], request["target"], request["thumbnail"], angle=angle)
    if request["work"] == "workbook":
        from portal.apart import workbooks  # noqa: PLC0415 - large, and only for this

        return workbooks.read(request["source"], request["target"], most_rows=request["most_rows"])
    with open(request["source"], "rb") as handle:
        kind = kind_of(handle.read(64))
    if kind == "heic":
        raise Refused(Reason.HEIC)
    if not kind or kind not in request["accepts"]:
        raise Refused(Reason.WRONG_TYPE)
    if kind == "photo":
        return pictures.redraw(request["source"], request["target"], request["thumbnail"])
    if kind == "pdf":
        return pdfs.examine(request["source"], most_pages=request["most_pages"])
    return archives.examine(request["source"])
