"""`make bench`: a portal of its own on free ports, measured beside its floors."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from portal.env import BASE_DIR
from portal.local import stack
from portal.local.environment import Place, prepare
from portal.local.problems import check_python, ensure_pango
from portal.local.supervisor import Supervisor
from portal.local.testing import free_ports


def run(arguments: list[str]) -> int:
    """Measure and print; returns the exit code of the measuring process."""
    check_python()
    ensure_pango()
    where = Place(Path(os.environ.get("PORTAL_VAR") or BASE_DIR / "var" / "bench").resolve(), free_ports(4))
    with stack.locked(where):
        stack.reset(where)
        environment = prepare(where)
        with Supervisor(where.var / "log", environment) as supervisor:
            stack.start_databases(supervisor, where, _say)
            stack.prepare_data(supervisor, _say)
            stack.start_sandboxes(supervisor, where, _say)
            stack.start_web(supervisor, where)
            command = [sys.executable, "-m", "scripts.bench.measure", str(where.port), *arguments]
            return subprocess.run(command, env=environment, cwd=BASE_DIR, check=False).returncode  # noqa: S603


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()
