"""Lists of what can be chosen: kept up by the office, by effective date; what was answered keeps its words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import InternalError, transaction
from django.test import Client
from django.urls import reverse

from identity.models import Account
from identity.models import AdministrativeUnit as Unit
from identity.seeding import seed_organisation
from identity.states import AgencyKind, Role
from procedures.code_lists import queries
from procedures.code_lists.models import CodeEntry, CodeList, CodeListChange
from procedures.code_lists.seeding import seed_code_lists
from procedures.code_lists.services import ListChangeError, add_entry, end_entry, reword_entry
from procedures.eforms import clean_answers, load_form, summary
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = factories.NOW.date()
LATER = TODAY + timedelta(days=10)
FORM = load_form(
    {
        "steps": [
            {
                "code": "s",
                "title": "S",
                "fields": [{"code": "q", "kind": "choice", "label": "Q", "list": "ETHNIC_GROUPS"}],
            }
        ]
    }
)


@pytest.fixture
def admin(db: None) -> Account:
    place = factories.agency("H09", kind=AgencyKind.PROVINCE)
    person = factories.actor(Role.CATALOGUE_ADMIN, place, "Trần Thị Danh Mục").account
    assert person is not None
    return person


def _reword(by: Account, effective_from: date = LATER) -> CodeEntry:
    return reword_entry(
        list_code="ETHNIC_GROUPS",
        code="KHMER",
        vi="Khơ-me",
        en="Khmer",
        effective_from=effective_from,
        reason="Theo văn bản mới",
        by=by,
        at=factories.NOW,
    )


def _read(day: date) -> str:
    queries.forget()
    return summary(FORM, {"q": "KHMER"}, day)[0].lines[0].value


def test_the_files_have_the_lists_that_papers_ask_for(admin: Account) -> None:
    counts = {one.code: one.entries.count() for one in CodeList.objects.all()}
    assert set(counts) == queries.known_lists()
    assert counts["ETHNIC_GROUPS"] == 55  # 54, and "another"
    assert counts["PROVINCES"] == 34
    assert counts["COUNTRIES"] > 190


def test_the_provinces_are_those_of_the_administrative_units(admin: Account) -> None:
    seed_organisation()
    units = dict(Unit.objects.filter(parent=None).values_list("code", "name"))
    assert {entry.code: entry.vi for entry in queries.entries("PROVINCES", TODAY)} == units


def test_seeding_again_adds_nothing_and_leaves_the_offices_words(admin: Account) -> None:
    _reword(admin)
    assert seed_code_lists() == 0
    assert _read(LATER) == "Khơ-me"


def test_who_answered_before_keeps_the_words_of_that_day(admin: Account) -> None:
    _reword(admin)
    assert (_read(TODAY), _read(LATER)) == ("Khmer", "Khơ-me")


def test_an_ended_entry_cannot_be_chosen_but_a_filed_case_keeps_it(admin: Account) -> None:
    end_entry(list_code="ETHNIC_GROUPS", code="KHMER", effective_from=LATER, reason="Bỏ", by=admin, at=factories.NOW)
    queries.forget()
    assert clean_answers(FORM, {"q": "KHMER"}, LATER).errors
    assert not clean_answers(FORM, {"q": "KHMER"}, LATER, since=TODAY).errors
    assert _read(LATER) == "Khmer"


def test_each_change_is_recorded_with_who_and_why(admin: Account) -> None:
    _reword(admin)
    change = CodeListChange.objects.get()
    assert (change.by, change.before, change.after, change.reason) == (admin, "Khmer", "Khơ-me", "Theo văn bản mới")
    with pytest.raises(InternalError), transaction.atomic():
        change.delete()


def test_an_entry_is_never_deleted(admin: Account) -> None:
    with pytest.raises(InternalError), transaction.atomic():
        CodeEntry.objects.first().delete()  # type: ignore[union-attr]


def test_nothing_changes_today_or_twice(admin: Account) -> None:
    with pytest.raises(ListChangeError):
        _reword(admin, TODAY)
    facts = {"vi": "Kinh", "en": "", "reason": "x", "by": admin, "at": factories.NOW}
    with pytest.raises(ListChangeError):
        add_entry(list_code="ETHNIC_GROUPS", code="KINH", effective_from=LATER, **facts)  # type: ignore[arg-type]


def test_the_office_adds_rewords_and_ends_an_entry(client: Client, admin: Account) -> None:
    client.force_login(admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    day = date.today() + timedelta(days=2)  # noqa: DTZ011 - the page reads the clock
    since = {f"effective_from_{part}": getattr(day, part) for part in ("day", "month", "year")} | {"reason": "Thử"}
    added = client.post(
        reverse("office:code_list_add", args=["RELIGIONS"]), {"code": "NEW", "vi": "Đạo mới", "en": "New", **since}
    )
    assert added.status_code == 302
    page = client.get(reverse("office:code_list", args=["RELIGIONS"]) + "?q=dao moi").content.decode()
    assert "Đạo mới" in page and "sắp có hiệu lực" in page and "Trần Thị Danh Mục" in page
    words = {"vi": "Phật", "en": "", **since}
    assert client.post(reverse("office:code_list_reword", args=["RELIGIONS", "BUDDHISM"]), words).status_code == 302
    assert client.post(reverse("office:code_list_end", args=["RELIGIONS", "BAHAI"]), since).status_code == 302
    assert CodeListChange.objects.count() == 3
    again = client.post(reverse("office:code_list_end", args=["RELIGIONS", "BAHAI"]), since)
    assert again.status_code == 404


def test_a_change_without_a_reason_or_from_today_is_refused_at_its_field(client: Client, admin: Account) -> None:
    client.force_login(admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = reverse("office:code_list_end", args=["RELIGIONS", "BAHAI"])
    assert client.post(address, {"reason": ""}).status_code == 422
    past = {"effective_from_day": 1, "effective_from_month": 1, "effective_from_year": 2026, "reason": "x"}
    assert "sớm nhất từ ngày mai" in client.post(address, past).content.decode()
