"""`make test`: pytest with its own databases and sandboxes, unless they are given."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

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
            codes = [_pytest(words, environment) for words in _runs(arguments, bool(chromium))]
            if not chromium:
                _say(_not_run())
    return max(codes)


def _runs(arguments: list[str], has_browser: bool) -> list[list[str]]:
    """Return the arguments of each pytest run: most tests share the processors, each with a database of its own.

    Those that start servers go one after the other, and the browser's event loop wants a process to itself.
    """
    if arguments:
        return [arguments if has_browser else [*arguments, "--ignore", _BROWSER_TESTS]]
    processes = str(min(os.cpu_count() or 1, _MOST_PROCESSES))
    apart = [word for folder in (*_ALONE, _BROWSER_TESTS) for word in ("--ignore", folder)]
    runs = [["-q", "-n", processes, *apart], ["-q", *_ALONE]]
    return [*runs, ["-q", _BROWSER_TESTS]] if has_browser else runs


def _pytest(arguments: list[str], environment: dict[str, str]) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    with subprocess.Popen(command, env=environment, cwd=BASE_DIR, start_new_session=True) as pytest:  # noqa: S603
        try:
            return pytest.wait()
        except KeyboardInterrupt:
            pytest.send_signal(signal.SIGINT)  # in good order: what its fixtures have started ends with it
            with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
                pytest.wait(_PATIENCE)
            stop(pytest.pid)
            raise


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
