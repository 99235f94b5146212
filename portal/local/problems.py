"""What can be in the way on a machine, each in one line that says what to do."""

from __future__ import annotations

import ctypes.util
import errno
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Final

_PANGO: Final = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
_LEAST_FREE: Final = 400 * 1024 * 1024


class ProblemError(SystemExit):
    """Something that the person at the terminal must put right; the message says how."""


def check_python() -> None:
    """Raise `ProblemError` below Python 3.11."""
    if sys.version_info < (3, 11):  # noqa: UP036 - somebody may run this with an older Python
        raise ProblemError("Python 3.11 or newer is needed: apt install python3, or use a newer system.")


def check_disk(folder: Path) -> None:
    """Raise `ProblemError` when the disk is nearly full."""
    free = shutil.disk_usage(folder).free
    if free < _LEAST_FREE:
        raise ProblemError(f"Only {free // 2**20} MB are free for {folder}: make at least 400 MB room and try again.")


def check_port(port: int, what: str) -> None:
    """Raise `ProblemError` when somebody listens on `port` already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
            raise ProblemError(
                f"Port {port} ({what}) is taken. Choose another start, for example: make demo PORT={port + 100}"
            ) from error


def ensure_pango() -> None:
    """Install pango where apt and root allow it; raise `ProblemError` with the line to type otherwise."""
    if ctypes.util.find_library("pango-1.0") and ctypes.util.find_library("pangoft2-1.0"):
        return
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *_PANGO]):
            subprocess.run([apt, *command], check=False, stdout=subprocess.DEVNULL)  # noqa: S603 - fixed words
        if ctypes.util.find_library("pangoft2-1.0"):
            return
    line = "brew install pango" if sys.platform == "darwin" else f"sudo apt-get install -y {' '.join(_PANGO)}"
    raise ProblemError(f"PDF files need the pango library. Type: {line}")
