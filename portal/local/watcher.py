"""Ends the process groups named on a pipe once the other end of the pipe is gone."""

from __future__ import annotations

import os
import signal
import sys

from portal.local.supervisor import stop


def main() -> None:
    """Read group numbers until the pipe breaks, then end each group that is left."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    with os.fdopen(int(sys.argv[1]), encoding="ascii") as pipe:
        groups = [int(line) for line in pipe]
    for group in reversed(groups):
        stop(group)


if __name__ == "__main__":
    main()
