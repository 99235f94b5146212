"""`make demo`: everything from nothing, with progress; Ctrl-C ends all of it."""

from __future__ import annotations

import os
import signal
import sys
import time
from types import FrameType
from typing import Final

from portal.local import stack
from portal.local.environment import place, prepare
from portal.local.supervisor import Supervisor

_CASES: Final = 3_000  # half a year of two communes and what they send to the province


class _Stop(Exception):
    pass


def run() -> int:
    """Run the demo until it is told to stop; returns the exit code."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    where, started = place(), time.monotonic()

    def say(words: str) -> None:
        sys.stdout.write(f"[{time.monotonic() - started:5.1f} s] {words}\n")
        sys.stdout.flush()

    try:
        with stack.locked(where):
            if os.environ.get("RESET") not in {None, "", "0"}:
                say("starting clean: the data of this demo is thrown away")
                stack.reset(where)
            stack.check_machine(where)
            environment = prepare(where)
            with Supervisor(where.var / "log", environment) as supervisor:
                stack.start_databases(supervisor, where, say)
                accounts = stack.prepare_data(supervisor, say, cases=int(os.environ.get("CASES") or _CASES))
                stack.start_sandboxes(supervisor, where, say)
                stack.start_portal(supervisor, where, say)
                say("ready\n")
                sys.stdout.write(_welcome(environment, accounts))
                sys.stdout.flush()
                while True:
                    supervisor.check()
                    time.sleep(1)
    except _Stop:
        say("stopped")
        return 0


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise _Stop


def _welcome(environment: dict[str, str], accounts: str) -> str:
    return (
        f"The portal:    {environment['PUBLIC_URL']}/\n"
        f"One-stop desk: {environment['PUBLIC_URL']}/mot-cua/\n"
        f"The outside world (sandbox): {environment['SANDBOX_URL']}/\n\n"
        "Citizens sign in with VNeID (sandbox): choose one of the people shown there.\n"
        f"Civil servants:\n{accounts}\n"
        "Ctrl-C stops everything; data stays in var/. `make demo RESET=1` starts clean.\n"
    )
