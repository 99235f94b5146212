"""`python -m portal.local demo`, `test [pytest's arguments]` or `bench`."""

from __future__ import annotations

import sys

from portal.local import bench, demo, testing


def main() -> int:
    """Do what the first word says; stopped by Ctrl-C, return what a shell would."""
    word, *rest = sys.argv[1:] or ["demo"]
    runs = {"test": lambda: testing.run(rest), "bench": lambda: bench.run(rest), "demo": demo.run}
    try:
        return runs[word]()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
