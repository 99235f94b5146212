"""Publishing: once for one content, numbered, from a day on, and never changed afterwards."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import InternalError, transaction

from procedures import definition as definitions
from procedures import queries, services
from procedures.definition import DefinitionError
from procedures.models import Procedure, ProcedureVersion, Sector
from procedures.seeding import seed_catalogue
from tests import factories

TODAY = factories.NOW.date()

pytestmark = pytest.mark.django_db


def test_publishing_the_same_content_again_gives_the_version_that_stands() -> None:
    first = factories.published()
    assert factories.published() == first
    assert ProcedureVersion.objects.count() == 1


def test_another_content_is_the_next_version() -> None:
    first, second = factories.published(), factories.published(name="Tên mới")
    assert (first.number, second.number) == (1, 2)
    assert first.sha256 != second.sha256
    assert Procedure.objects.get().name == "Tên mới"


def test_going_back_to_an_earlier_content_is_a_version_of_its_own() -> None:
    first = factories.published()
    factories.published(name="Tên mới")
    third = factories.published()
    assert (third.number, third.sha256) == (3, first.sha256)


def test_a_published_version_cannot_be_changed() -> None:
    version = factories.published()
    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
        ProcedureVersion.objects.filter(pk=version.pk).update(document={})
    version.refresh_from_db()
    assert version.document["code"] == factories.EXTRACT


def test_a_published_version_cannot_be_deleted() -> None:
    version = factories.published()
    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
        ProcedureVersion.objects.filter(pk=version.pk)._raw_delete("default")
    assert ProcedureVersion.objects.count() == 1


def test_a_wrong_document_publishes_nothing() -> None:
    with pytest.raises(DefinitionError):
        factories.published(levels=[])
    assert not Procedure.objects.exists() and not Sector.objects.exists()


def test_a_version_is_in_force_from_its_day_until_the_next_one() -> None:
    first = factories.published()
    document = {**first.document, "summary": "Khác"}
    tomorrow = TODAY + timedelta(days=1)
    second = services.publish(document=document, effective_from=tomorrow, published_by=None, at=factories.NOW)
    assert queries.version_in_force(factories.EXTRACT, date(2025, 6, 30)) is None
    assert queries.version_in_force(factories.EXTRACT, TODAY) == first
    assert queries.version_in_force(factories.EXTRACT, tomorrow) == second


def test_a_retired_procedure_has_no_version_in_force_from_its_last_day_on() -> None:
    version = factories.published()
    services.retire(code=factories.EXTRACT, on=TODAY, at=factories.NOW)
    assert queries.version_in_force(factories.EXTRACT, TODAY - timedelta(days=1)) == version
    assert queries.version_in_force(factories.EXTRACT, TODAY) is None


def test_seeding_twice_publishes_once() -> None:
    factories.named_by_samples(*map(definitions.load, factories.DOCUMENTS.values()))
    count = seed_catalogue(at=factories.NOW)
    assert seed_catalogue(at=factories.NOW) == count
    assert ProcedureVersion.objects.count() == Procedure.objects.count() == count


def test_seeding_again_leaves_what_a_person_has_decided() -> None:
    factories.named_by_samples(*map(definitions.load, factories.DOCUMENTS.values()))
    seed_catalogue(at=factories.NOW)
    changed = factories.DOCUMENTS[factories.EXTRACT] | {"summary": "Đã sửa"}
    person = factories.account()
    decided = services.publish(document=changed, effective_from=TODAY, published_by=person, at=factories.NOW)
    seed_catalogue(at=factories.NOW)
    assert ProcedureVersion.objects.filter(procedure__code=factories.EXTRACT).latest("number") == decided
