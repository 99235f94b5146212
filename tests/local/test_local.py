"""Starting on one machine: secrets kept, sockets that fit, clear words, and no process left behind."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal.env import BASE_DIR, Env, MisconfiguredError, read_env_file
from portal.local import stack
from portal.local.environment import Place, prepare
from portal.local.problems import ProblemError, check_disk, check_port
from portal.local.supervisor import Supervisor

# A parent that supervises a child which has a child of its own.
# A shell that starts the tests in the background has told them to ignore Ctrl-C: the parent takes it back, as the
# demo does.
PARENT = """
import signal, sys, time
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)
from portal.local.supervisor import Supervisor
grandchild = "[sys.executable, '-c', 'import time; time.sleep(600)', sys.argv[1]]"
child = f"import subprocess, sys, time; subprocess.Popen({grandchild}); time.sleep(600)"
with Supervisor(Path(sys.argv[1]), {}) as supervisor:
    supervisor.start("child", [sys.executable, "-c", child, sys.argv[1]])
    print("started", flush=True)
    time.sleep(600)
"""


def _marked(folder: Path) -> list[int]:
    """Return the processes whose command names `folder`, the dead whom nobody has buried left out."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in words and int(process.name) != os.getpid():
            found.append(int(process.name))
    return found


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_however_the_parent_ends_no_process_stays(tmp_path: Path, number: signal.Signals) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], cwd=BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"started\n"
    time.sleep(0.5)
    assert len(_marked(tmp_path)) >= 3
    parent.send_signal(number)
    parent.wait(30)
    parent.stdout.close()
    deadline = time.monotonic() + 20
    while _marked(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert _marked(tmp_path) == []


SLOW = """
import subprocess, sys, time
from pathlib import Path

def test_of_ten_minutes():
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", __file__])
    Path(__file__).with_name("begun").touch()
    time.sleep(600)
"""


def test_tests_that_are_told_to_end_leave_no_process(tmp_path: Path) -> None:
    slow, begun = tmp_path / "test_slow.py", tmp_path / "begun"
    slow.write_text(SLOW)
    command = [sys.executable, "-m", "portal.local", "test", "-q", "-p", "no:cacheprovider", str(slow)]
    environment = os.environ | {"PORTAL_VAR": str(tmp_path / "var")}
    tests = subprocess.Popen(
        command, cwd=BASE_DIR, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while not begun.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert begun.exists() and len(_marked(tmp_path)) >= 3
    tests.terminate()
    assert tests.wait(60) == 130
    assert _marked(tmp_path) == []


def test_a_child_that_ends_is_named_with_its_last_words(tmp_path: Path) -> None:
    with Supervisor(tmp_path, {}) as supervisor:
        child = supervisor.start("worker", [sys.executable, "-c", "print('no such thing'); raise SystemExit(3)"])
        child.wait()
        with pytest.raises(ProblemError, match="worker has ended"):
            supervisor.check()


def test_secrets_are_made_once_and_for_our_eyes_only(tmp_path: Path) -> None:
    where = Place(tmp_path / "var", 8000)
    where.var.mkdir()
    first, second = prepare(where), prepare(where)
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert stat.S_IMODE((where.var / "portal.env").stat().st_mode) == 0o600


def test_addresses_follow_the_port_and_secrets_do_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PUBLIC_URL", "SANDBOX_URL", "TIMESTAMP_URL", "PORT"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "var").mkdir()
    one, other = prepare(Place(tmp_path / "var", 8000)), prepare(Place(tmp_path / "var", 9000))
    assert (one["PUBLIC_URL"], other["PUBLIC_URL"]) == ("http://127.0.0.1:8000", "http://127.0.0.1:9000")
    assert other["SANDBOX_URL"].endswith(":9001")
    assert one["FIELD_KEYS"] == other["FIELD_KEYS"]
    # `manage.py` finds the portal that was started last.
    assert read_env_file(tmp_path / "var" / "portal.env")["PUBLIC_URL"] == "http://127.0.0.1:9000"


def test_a_deep_folder_gets_a_short_place_for_its_sockets(tmp_path: Path) -> None:
    deep = Place(tmp_path / ("x" * 60) / ("y" * 60), 8000)
    assert len(str(deep.run / ".s.PGSQL.5432").encode()) < 107
    assert deep.run != Place(tmp_path / "other" / ("y" * 120), 8000).run


def test_a_taken_port_is_said_with_what_to_type() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ProblemError, match=r"is taken.*make demo PORT="):
            check_port(taken.getsockname()[1], "web")


def test_a_full_disk_is_said_before_anything_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.local.problems._LEAST_FREE", 1 << 62)
    with pytest.raises(ProblemError, match="MB are free"):
        check_disk(tmp_path)


def test_two_demos_do_not_share_a_folder(tmp_path: Path) -> None:
    where = Place(tmp_path, 8000)
    with stack.locked(where), pytest.raises(ProblemError, match="Another demo is running"), stack.locked(where):
        pass


def test_a_setting_that_is_missing_or_malformed_stops_the_process_by_name() -> None:
    values = Env({"PORT": "eighty", "DEBUG": "perhaps", "URL": "nowhere", "DB": "mysql://x/y"})
    for read in (
        lambda: values.text("ABSENT"),
        lambda: values.integer("PORT", 1),
        lambda: values.flag("DEBUG"),
        lambda: values.url("URL"),
        lambda: values.database("DB"),
    ):
        with pytest.raises(MisconfiguredError, match=r"ABSENT|PORT|DEBUG|URL|DB"):
            read()


def test_an_env_file_that_is_not_there_has_no_values(tmp_path: Path) -> None:
    assert read_env_file(tmp_path / "none") == {}
