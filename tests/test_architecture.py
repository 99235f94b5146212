"""The house's direction: imports by the contracts of pyproject.toml, foreign keys by walking the models."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Field, Model

from portal.env import BASE_DIR

# From the bottom up; payments and procedures stand side by side and may not know each other.
HEIGHT = {"core": 0, "identity": 1, "payments": 2, "procedures": 2, "onestop": 3, "public": 4}
APPS = ["identity", "onestop", "payments", "procedures"]
OURS = [model for label in HEIGHT for model in apps.get_app_config(label).get_models()]


def test_every_import_contract_is_kept() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-logo", "--no-cache"]
    said = subprocess.run(command, cwd=BASE_DIR, capture_output=True, text=True, check=False)

    assert said.returncode == 0, said.stdout + said.stderr
    assert "0 broken" in said.stdout


def test_the_walk_sees_the_models_of_every_app() -> None:
    assert {model._meta.app_label for model in OURS} >= {"core", *APPS}
    assert len(OURS) >= 25


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_foreign_keys_point_down_even_when_named_by_string(model: type[Model]) -> None:
    ours = model._meta.app_label
    upwards = [field.name for field in _relations(model) if not _may_know(ours, _target(field)._meta.app_label)]

    assert upwards == []


def test_a_foreign_key_that_points_up_or_sideways_would_be_found() -> None:
    assert not _may_know("identity", "onestop")
    assert not _may_know("payments", "procedures")
    assert not _may_know("procedures", "payments")
    assert _may_know("onestop", "payments")
    assert _may_know("payments", "payments")


@pytest.mark.parametrize("label", APPS)
def test_an_app_has_no_module_named_utils_or_helpers(label: str) -> None:
    names = {path.stem for path in (BASE_DIR / label).rglob("*.py")}

    assert not names & {"utils", "helpers", "misc", "common"}


def _relations(model: type[Model]) -> list[Field[object, object]]:
    local = [*model._meta.local_fields, *model._meta.local_many_to_many]
    return [field for field in local if field.remote_field is not None]


def _target(field: Field[object, object]) -> type[Model]:
    target = field.related_model
    assert isinstance(target, type), f"{field} points at nothing"
    return target


def _may_know(lower: str, other: str) -> bool:
    if other not in HEIGHT or lower == other:
        return True
    return HEIGHT[other] < HEIGHT[lower]
