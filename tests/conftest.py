"""The house as tests find it: plain static files, files and a cache of the test's own, neighbours on demand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import translation

from identity import queries
from procedures.code_lists import queries as code_lists
from tests.processes import authority, authority_process, neighbours, sandbox_process

__all__ = ["authority", "authority_process", "neighbours", "sandbox_process"]


@pytest.fixture(autouse=True)
def plain_house(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.STATIC_ROOT = str(tmp_path)
    settings.MEDIA_ROOT = str(tmp_path / "files")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a good one takes its time
    settings.MESSAGING_URL = ""  # nobody passes text messages on, unless a test has neighbours
    translation.activate(settings.LANGUAGE_CODE)  # a page in English may have been the last that was asked for
    # What a process remembers of the day belongs to the test before.
    queries.unit_choices.cache_clear()
    queries.agency_choices.cache_clear()
    code_lists.forget()
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)}
    }


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """A bare WSGI call closes the database's connection behind it, and the test's transaction with it."""
    for moment in (request_started, request_finished):
        moment.disconnect(close_old_connections)
    yield
    for moment in (request_started, request_finished):
        moment.connect(close_old_connections)
