"""`python -m portal.local demo` or `python -m portal.local test [pytest's arguments]`."""

from __future__ import annotations

import sys

from portal.local import demo, testing


def main() -> int:
    """Do what the first word says."""
    word, *rest = sys.argv[1:] or ["demo"]
    return testing.run(rest) if word == "test" else demo.run()


if __name__ == "__main__":
    sys.exit(main())
