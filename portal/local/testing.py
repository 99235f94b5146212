"""`make test`: pytest with its own databases and sandboxes, unless they are given."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

from portal.env import BASE_DIR
from portal.local import stack
from portal.local.environment import Place, prepare
from portal.local.messages import compile_messages
from portal.local.problems import check_python, ensure_pango
from portal.local.supervisor import Supervisor, stop

_BROWSER_TESTS = "tests/browser"
_ALONE = (
    "tests/worker",
    "tests/sandbox",
    "tests/local",
)  # they start processes of their own
_MOST_PROCESSES = 8
_PATIENCE = 30.0  # with pytest once it was told to end


def run(arguments: list[str]) -> int:
    """Run pytest with `arguments`; returns its exit code. Its closing line, and what did not run, come last.

    Told to end, in whatever way, raises `KeyboardInterrupt` once all that was started has ended.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    check_python()
    ensure_pango()
    where = Place(Path(os.environ.get("PORTAL_VAR") or BASE_DIR / "var" / "test").resolve(), free_ports())
    with stack.locked(where):
        environment = prepare(where) | {"EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend"}
        with Supervisor(where.var / "log", environment) as supervisor:
            stack.start_databases(supervisor, where, _say)
            compile_messages()
            chromium = _chromium()
            environment["CHROMIUM"] = chromium
            codes = [code for runs in _runs(arguments, bool(chromium)) for code in _pytest(runs, environment)]
            if not chromium:
                _say(_not_run())
    return max(codes)


def _runs(arguments: list[str], has_browser: bool) -> list[list[list[str]]]:
    """Return the arguments of each pytest run, those that go side by side together.

    Most tests share the processors, each with a database of its own. Those that start servers go one after the other,
    and the browser's event loop wants a process to itself: both wait much, so they wait together.
    """
    if arguments:
        return [[arguments if has_browser else [*arguments, "--ignore", _BROWSER_TESTS]]]
    processes = str(min(os.cpu_count() or 1, _MOST_PROCESSES))
    apart = [word for folder in (*_ALONE, _BROWSER_TESTS) for word in ("--ignore", folder)]
    last = [["-q", _BROWSER_TESTS]] if has_browser else []
    return [[["-q", "-n", processes, *apart]], [*last, ["-q", *_ALONE]]]


def _pytest(runs: list[list[str]], environment: dict[str, str]) -> list[int]:
    """Run pytest with each of these arguments at once; what all but the first say comes when they have ended."""
    with contextlib.ExitStack() as open_files:
        said = [open_files.enter_context(tempfile.TemporaryFile()) for _ in runs[1:]]
        children = [_started(words, environment, output) for words, output in zip(runs, [None, *said], strict=True)]
        try:
            codes = [child.wait() for child in children]
        except KeyboardInterrupt:
            _end([child for child in children if child.poll() is None])
            raise
        for output in said:
            output.seek(0)
            shutil.copyfileobj(output, sys.stdout.buffer)
    return codes


def _started(arguments: list[str], environment: dict[str, str], output: IO[bytes] | None) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.Popen(  # noqa: S603 - ours
        command, env=environment, cwd=BASE_DIR, stdout=output, stderr=output, start_new_session=True
    )


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    """Tell pytest as Ctrl-C does, so that what its fixtures have started ends in good order; then make it."""
    for child in children:
        child.send_signal(signal.SIGINT)
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
            child.wait(_PATIENCE)
        stop(child.pid)


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _chromium() -> str:
    """Return Chromium's path, installed by apt when possible; empty when there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), "")
    apt = shutil.which("apt-get")
    if found or not apt or os.geteuid() != 0:
        return found
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        subprocess.run([apt, *command], check=False, stdout=subprocess.DEVNULL)  # noqa: S603 - fixed words
    return shutil.which("chromium") or ""


def _not_run() -> str:
    files = list((BASE_DIR / _BROWSER_TESTS).glob("test_*.py"))
    count = sum(file.read_text(encoding="utf-8").count("\ndef test_") for file in files)
    return f"{count} browser tests did NOT run: there is no Chromium. To run them: sudo apt-get install -y chromium"


def free_ports(count: int = 3) -> int:
    """Return a port that is free with those after it, `count` in all."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port < 65000 and all(_is_free(port + offset) for offset in range(count)):
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
