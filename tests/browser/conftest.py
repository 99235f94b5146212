"""A whole portal from `make demo`'s own command, and Chromium to use it with."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from portal.env import BASE_DIR
from portal.local.testing import free_ports

SHOTS = BASE_DIR / "var" / "screenshots"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Portal:
    """A running portal: its address, its sandbox's, the password of the demo's civil servants, its logs."""

    url: str
    sandbox: str
    password: str
    logs: Path


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The portal of PORTAL_UNDER_TEST (`url password`), or one that is started for these tests."""
    given = os.environ.get("PORTAL_UNDER_TEST", "").split()
    if given:
        yield Portal(
            given[0],
            given[0].rsplit(":", 1)[0] + f":{int(given[0].rsplit(':', 1)[1]) + 1}",
            given[1],
            BASE_DIR / "var" / "log",
        )
        return
    port = free_ports()
    folder = tmp_path_factory.mktemp("demo")
    environment = bare_environment() | {"PORT": str(port), "PORTAL_VAR": str(folder)}
    command = [sys.executable, "-m", "portal.local", "demo"]
    said = folder / "said.txt"
    with said.open("w") as output:
        process = subprocess.Popen(command, cwd=BASE_DIR, env=environment, stdout=output, stderr=output)
    try:
        address, sandbox = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port + 1}"
        yield Portal(address, sandbox, _password(process, said), folder / "log")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def bare_environment() -> dict[str, str]:
    """Return what a new shell has: nothing of the tests' own databases."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


def _password(process: subprocess.Popen[bytes], said: Path) -> str:
    """Return the demo's password once it says that it is ready."""
    while process.poll() is None:
        found = re.search(r"Password of all of them: (\S+)", said.read_text())
        if found:
            return found.group(1)
        time.sleep(0.2)
    raise AssertionError(f"The demo did not start:\n{said.read_text()}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or "/usr/bin/chromium", args=FLAGS
        )
        yield chromium
        chromium.close()


@pytest.fixture(params=[(1280, 900), (360, 740)], ids=["desktop", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A citizen's page, on a desk and on a phone."""
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN")
    yield context.new_page()
    context.close()


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the page, named by its width, where somebody asked for them (PICTURES=1)."""
    if os.environ.get("PICTURES"):
        width = (page.viewport_size or {"width": 0})["width"]
        page.screenshot(path=SHOTS / f"{name}-{width}.png", full_page=True)


def weigh(page: Page, address: str) -> tuple[int, int]:
    """Open a page with nothing kept from before; return its bytes on the wire and its requests."""
    watched = page.context.new_cdp_session(page)
    watched.send("Network.enable")
    watched.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[float] = []
    watched.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address)
    watched.send("Network.disable")  # once it is answered, all that came before has been told
    watched.detach()
    return int(sum(sizes)), len(sizes)
