"""The house as tests find it: plain static files, files and a cache of the test's own, neighbours on demand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
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
    translation.activate(settings.LANGUAGE_CODE)  # a page in English may have been the last that was asked for
    # What a process remembers of the day belongs to the test before.
    queries.unit_choices.cache_clear()
    queries.agency_choices.cache_clear()
    code_lists.forget()
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)}
    }
