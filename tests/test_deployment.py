"""What is shipped for deployment can at least be read, and agrees with itself."""

from __future__ import annotations

import re

import yaml

from portal.env import BASE_DIR


def test_the_compose_file_names_every_process_and_its_neighbours() -> None:
    compose = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text(encoding="utf-8"))
    assert set(compose["services"]) == {"migrate", "web", "worker", "beat", "postgres", "redis", "clamav", "proxy"}
    volumes = {
        mount.split(":")[0] for service in compose["services"].values() for mount in service.get("volumes", [])
    }
    assert {name for name in volumes if not name.startswith(".")} == set(compose["volumes"])


def test_the_image_runs_as_an_ordinary_user() -> None:
    lines = (BASE_DIR / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert "USER portal" in lines
    assert lines.index("USER portal") < next(place for place, line in enumerate(lines) if line.startswith("CMD"))


def test_what_was_not_run_says_so() -> None:
    for name in ("Dockerfile", "docker-compose.yml"):
        assert "syntax only" in (BASE_DIR / name).read_text(encoding="utf-8")


def test_the_page_shown_while_the_portal_is_away_needs_nothing_of_it() -> None:
    page = (BASE_DIR / "deploy" / "maintenance.html").read_text(encoding="utf-8")
    assert not re.search(r"<(link|script|img)|url\(|@import|src=", page)
    proxy = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text(encoding="utf-8"))["services"]["proxy"]
    assert "./deploy/maintenance.html:/srv/portal/maintenance.html:ro" in proxy["volumes"]
    assert "root * /srv/portal" in (BASE_DIR / "deploy" / "Caddyfile").read_text(encoding="utf-8")
