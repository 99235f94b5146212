"""Logs carry no personal data: canaries go in, none comes out."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
import structlog

from portal.core.logs import formatter

CANARIES = ["074085009876", "0912345678", "+84912345678", "an.nguyen@thu.example"]


def _written(log_it: object) -> str:
    said = StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(formatter())
    logger = logging.getLogger("canary")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.DEBUG)
    log_it(logger)  # type: ignore[operator]
    return said.getvalue()


@pytest.mark.parametrize("canary", CANARIES)
def test_a_canary_in_a_message_does_not_come_out(canary: str) -> None:
    assert canary not in _written(lambda logger: logger.info("citizen %s called", canary))


@pytest.mark.parametrize("canary", CANARIES)
def test_a_canary_in_an_exception_does_not_come_out(canary: str) -> None:
    def fail(logger: logging.Logger) -> None:
        try:
            raise ValueError(f"no account for {canary}")
        except ValueError:
            logger.exception("failed")

    written = _written(fail)
    assert "ValueError" in written
    assert canary not in written


@pytest.mark.parametrize("canary", CANARIES)
def test_a_canary_in_a_field_does_not_come_out(canary: str) -> None:
    structured = structlog.wrap_logger(logging.getLogger("canary"))
    assert canary not in _written(lambda _logger: structured.info("looked_up", phone=canary))


def test_the_query_of_an_address_does_not_come_out() -> None:
    structured = structlog.wrap_logger(logging.getLogger("canary"))
    written = _written(lambda _logger: structured.info("request", request="GET /thu-tuc/?q=Nguyen+Van+An"))
    assert "Nguyen" not in written


def test_a_workers_log_is_blotted_too() -> None:
    script = (
        "import logging, django; django.setup(); from portal.celery import app; app.log.setup(loglevel='INFO');"
        f"logging.getLogger('canary').warning('no account for {CANARIES[0]}')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "no account for" in done.stderr
    assert CANARIES[0] not in done.stderr + done.stdout


def test_a_letter_does_not_go_into_the_log(tmp_path: Path) -> None:
    script = (
        "import django; django.setup(); from django.core.mail import send_mail;"
        f"send_mail('case', 'words', None, ['{CANARIES[3]}'])"
    )
    environment = os.environ | {"MAIL_DIR": str(tmp_path)}
    environment.pop("EMAIL_BACKEND", None)
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert CANARIES[3] not in done.stderr + done.stdout
    assert [letter for letter in tmp_path.iterdir() if CANARIES[3] in letter.read_text()]
