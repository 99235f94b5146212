"""`python -m portal.local demo`, `test [pytest's arguments]`, `bench`, or `manage …` in a running demo."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import NoReturn

from portal.env import BASE_DIR
from portal.local import bench, demo, testing
from portal.local.environment import place, prepare


def main() -> int:
    """Do what the first word says."""
    word, *rest = sys.argv[1:] or ["demo"]
    runs: dict[str, Callable[[], int]] = {
        "test": lambda: testing.run(rest),
        "bench": lambda: bench.run(rest),
        "demo": demo.run,
        "manage": lambda: _manage(rest),
    }
    return runs[word]()


def _manage(arguments: list[str]) -> NoReturn:
    """Become `manage.py` with the addresses and secrets of the demo that runs here."""
    os.chdir(BASE_DIR)
    os.execve(sys.executable, [sys.executable, "manage.py", *arguments], prepare(place()))  # noqa: S606 - ours


if __name__ == "__main__":
    sys.exit(main())
