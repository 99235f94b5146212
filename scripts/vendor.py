"""Write or check static/vendor/manifest.json: name, version, file and SHA-512 of every vendored file.

`python scripts/vendor.py` checks; `--write` writes it anew after a file was taken from `npm pack NAME@VERSION`.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"
MANIFEST = VENDOR / "manifest.json"


def entries() -> list[dict[str, str]]:
    """Return an entry for each vendored file, by folder `<name>-<version>`."""
    found = []
    for path in sorted(path for path in VENDOR.glob("*/*") if path.is_file()):
        name, _, version = path.parent.name.rpartition("-")
        digest = hashlib.sha512(path.read_bytes()).hexdigest()
        found.append({"name": name, "version": version, "file": path.name, "sha512": digest})
    return found


def main() -> int:
    """Return 0 when the manifest and the files agree."""
    if "--write" in sys.argv:
        MANIFEST.write_text(json.dumps(entries(), indent=1) + "\n", encoding="utf-8")
        return 0
    if json.loads(MANIFEST.read_text(encoding="utf-8")) != entries():
        sys.stderr.write("static/vendor differs from its manifest.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
