"""Starting children, and leaving none behind whatever happens to their parent.

Each child leads a session of its own. A small watcher knows their process groups by a pipe; when the pipe breaks,
because the parent ended in whatever way, `kill -9` included, the watcher ends the groups.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

from portal.local.problems import ProblemError

_PATIENCE = 8.0


class Supervisor:
    """The children of one installation; ends them in reverse order when left."""

    def __init__(self, logs: Path, environment: dict[str, str]) -> None:
        self.logs, self.environment = logs, environment
        self.children: list[tuple[str, subprocess.Popen[bytes]]] = []

    def __enter__(self) -> Supervisor:
        reading, self._pipe = os.pipe()
        os.set_inheritable(reading, True)
        command = [sys.executable, "-m", "portal.local.watcher", str(reading)]
        self._watcher = subprocess.Popen(command, pass_fds=[reading], start_new_session=True)  # noqa: S603
        os.close(reading)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _name, child in reversed(self.children):
            stop(child.pid)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(_PATIENCE)
        os.close(self._pipe)
        self._watcher.wait()

    def start(self, name: str, command: Sequence[str], **options: object) -> subprocess.Popen[bytes]:
        """Start a child that writes to `<logs>/<name>.log`."""
        with (self.logs / f"{name}.log").open("wb") as log:
            child: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - commands are ours
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment,
                start_new_session=True,
                **options,  # type: ignore[call-overload]
            )
        os.write(self._pipe, f"{child.pid}\n".encode())
        self.children.append((name, child))
        return child

    def run(self, name: str, command: Sequence[str]) -> str:
        """Run a command to its end and return its output; raises `ProblemError` with its last words when it fails."""
        done = subprocess.run(command, env=self.environment, capture_output=True, check=False)  # noqa: S603
        if done.returncode:
            tail = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()[-4:]
            raise ProblemError(f"{name} failed:\n  " + "\n  ".join(tail))
        return done.stdout.decode(errors="replace")

    def wait_for(self, name: str, ready: Callable[[], bool], *, seconds: float = 60) -> None:
        """Wait until `ready`; raises `ProblemError` when a child dies, or time runs out."""
        deadline = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise ProblemError(f"{name} did not answer within {seconds:.0f} s. See {self.logs / name}.log")
            time.sleep(0.1)

    def check(self) -> None:
        """Raise `ProblemError` with the last log lines of a child that has ended."""
        for name, child in self.children:
            if child.poll() is not None:
                log = (self.logs / f"{name}.log").read_text(errors="replace").strip().splitlines()[-6:]
                raise ProblemError(f"{name} has ended (code {child.returncode}):\n  " + "\n  ".join(log))


def answers(url: str) -> bool:
    """Return whether `url` answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 - our own loopback address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def stop(group: int) -> None:
    """Ask a process group to end: fast for Postgres, in good order for the others; then make it."""
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)
        time.sleep(0.05)
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-group, os.WNOHANG)
        if not _is_alive(group):
            return
        time.sleep(0.05)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _is_alive(group: int) -> bool:
    """Return whether a process of the group still runs; the dead whom nobody has buried do not count."""
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    states = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            state, _parent, leader = status.read_text().rpartition(")")[2].split()[:3]
            states += [state] if int(leader) == group else []
    return not states or any(state != "Z" for state in states)
