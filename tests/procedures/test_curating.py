"""The search's words: an admin adds, changes and takes out phrases; what was searched in vain becomes one."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from identity.models import Account, Agency, Appointment
from identity.states import Role
from portal.core.errors import ConflictError
from procedures import services
from procedures.errors import SynonymError
from procedures.models import FruitlessSearch, RareSearch, Synonym, SynonymChange
from procedures.queries import Filters, catalogue
from procedures.services.curating import synonyms_in_file
from procedures.states import SynonymKind
from tests import factories
from tests.factories import NOW

TODAY = factories.NOW.date()

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


@pytest.fixture
def admin() -> Account:
    account = Account.objects.create_user("quantri", full_name="Trần Thị Quản")
    Appointment.objects.create(
        account=account,
        agency=Agency.objects.get(code="H09"),
        role=Role.CATALOGUE_ADMIN,
        title="Quản trị",
        valid_from=factories._SINCE,
    )
    return account


@pytest.fixture
def office(admin: Account) -> Client:
    client = Client()
    client.force_login(admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _first(q: str) -> str:
    found = catalogue(Filters(q=q), TODAY).first()
    return found.code if found else ""


def _asked(q: str, *, days: int = 3) -> None:
    """Let people search for something on so many days before `NOW`."""
    for ago in range(days, 0, -1):
        services.note_fruitless(q=q, at=NOW - timedelta(days=ago))


def _form(**more: Any) -> dict[str, Any]:
    return {"phrase": "đi bụi", "kind": "MEANING", "meaning": "khai báo tạm trú", "reason": "Bà con hay hỏi"} | more


def test_the_table_holds_what_the_file_brings_and_each_phrase_once() -> None:
    folded = [synonym.folded for synonym in synonyms_in_file()]
    assert Synonym.objects.count() == len(set(folded)) >= 600
    twice = {phrase for phrase in folded if folded.count(phrase) > 1}
    assert not twice, "a phrase stands in the file twice"


def test_what_people_changed_stays_when_the_file_is_read_again() -> None:
    synonym = Synonym.objects.get(folded="bao tu")
    Synonym.objects.filter(pk=synonym.pk).update(is_active=False)
    Synonym.objects.filter(folded="ly di").delete()
    assert services.seed_synonyms() <= 1
    synonym.refresh_from_db()
    assert not synonym.is_active


def test_a_phrase_searched_in_vain_becomes_a_synonym_in_one_step(office: Client, admin: Account) -> None:
    _asked("zzumba qqq")
    page = Client().get("/thu-tuc/", {"q": "Zzumba qqq"}).content.decode()
    assert "Nothing was found" in page or "Không tìm thấy" in page
    search = FruitlessSearch.objects.get()
    assert (search.words, search.count) == ("zzumba qqq", 2)
    assert "zzumba qqq" in office.get("/quan-tri/tim-khong-thay/").content.decode()
    address = "/quan-tri/tu-dong-nghia/moi/?tu=zzumba+qqq"
    assert "zzumba qqq" in office.get(address).content.decode()
    answer = office.post(address, _form(phrase="zzumba qqq", meaning="đăng ký kết hôn"))
    assert answer.status_code == 302
    assert _first("zzumba qqq") == "1.000894"
    assert "zzumba qqq" not in office.get("/quan-tri/tim-khong-thay/").content.decode()
    change = SynonymChange.objects.get()
    assert (change.by, change.reason, change.before) == (admin, "Bà con hay hỏi", "")


def test_a_search_can_be_taken_off_the_list(office: Client) -> None:
    _asked("abcxyz")
    search = FruitlessSearch.objects.get()
    assert office.post(f"/quan-tri/tim-khong-thay/{search.pk}/bo/").status_code == 302
    office.get("/quan-tri/tim-khong-thay/")  # says that it was taken off
    assert "abcxyz" not in office.get("/quan-tri/tim-khong-thay/").content.decode()


@pytest.mark.parametrize(
    ("q", "kept"),
    [
        ("qqqq 074090001234", "qqqq"),
        ("qqqq 0912 345 678", "qqqq"),
        ("qqqq 0912.345.678", "qqqq"),
        ("qqqq 079 090 001 111 zzzz", "qqqq zzzz"),
        ("qqqq +84 91 234 56 78", "qqqq"),
        ("qqqq ngu.yen@example.vn", "qqqq"),
        ("qqqq b2", "qqqq b2"),
        ("0912345678", None),
    ],
)
def test_long_numbers_are_not_kept(q: str, kept: str | None) -> None:
    _asked(q)
    assert [search.words for search in FruitlessSearch.objects.all()] == ([kept] if kept else [])


def test_what_is_searched_on_fewer_than_three_days_is_not_kept_in_words() -> None:
    _asked("nguyễn văn an khai sinh zzz", days=2)
    services.note_fruitless(q="nguyen van an khai sinh zzz", at=NOW - timedelta(hours=24))  # the second day again
    assert not FruitlessSearch.objects.exists()
    rare = RareSearch.objects.values().get()
    assert rare["days"] == 2
    assert "nguyen" not in str(rare)
    services.note_fruitless(q="Nguyễn Văn An khai sinh zzz", at=NOW + timedelta(days=9))
    assert FruitlessSearch.objects.get().words == "nguyen van an khai sinh zzz"
    assert not RareSearch.objects.exists()


def test_a_story_is_never_kept() -> None:
    _asked("chồng tôi bỏ nhà đi với người khác từ năm ngoái giờ con tôi zzz", days=5)
    assert not FruitlessSearch.objects.exists()
    assert not RareSearch.objects.exists()


def test_searches_that_nobody_repeats_are_erased() -> None:
    _asked("abcxyz")
    services.note_fruitless(q="zzumba", at=NOW)
    services.forget_searches(today=NOW.date() + timedelta(days=31))
    assert (FruitlessSearch.objects.count(), RareSearch.objects.count()) == (1, 0)
    services.forget_searches(today=NOW.date() + timedelta(days=370))
    assert not FruitlessSearch.objects.exists()


def test_a_search_that_only_the_filters_emptied_is_not_noted() -> None:
    Client().get("/thu-tuc/", {"q": "kết hôn", "linh_vuc": "KHONG_CO"})
    assert not FruitlessSearch.objects.exists()


def test_a_phrase_is_changed_and_taken_out_with_who_and_why(office: Client, admin: Account) -> None:
    synonym = Synonym.objects.get(folded="bao tu")
    address = f"/quan-tri/tu-dong-nghia/{synonym.pk}/"
    changed = _form(phrase="báo tử", meaning="đăng ký kết hôn", revision=synonym.revision)
    assert office.post(address, changed).status_code == 302
    assert _first("báo tử") == "1.000894"
    synonym.refresh_from_db()
    assert office.post(address, changed | {"take_out": "1", "revision": synonym.revision}).status_code == 302
    synonym.refresh_from_db()
    assert not synonym.is_active and synonym.changes.count() == 2
    page = office.get(address).content.decode()
    assert "Trần Thị Quản" in page and "Bà con hay hỏi" in page


def test_whoever_saw_an_older_state_is_told(office: Client) -> None:
    synonym = Synonym.objects.get(folded="bao tu")
    answer = office.post(f"/quan-tri/tu-dong-nghia/{synonym.pk}/", _form(phrase="báo tử", revision=99))
    assert answer.status_code == 422
    assert not SynonymChange.objects.exists()


def test_nonsense_is_refused(office: Client, admin: Account) -> None:
    new = "/quan-tri/tu-dong-nghia/moi/"
    for form in (
        _form(phrase="!!!"),
        _form(phrase="báo tử"),
        _form(kind="FILLER"),
        _form(meaning=""),
        _form(meaning="đi bụi"),
        _form(reason=""),
    ):
        assert office.post(new, form).status_code == 422, form
    with pytest.raises(ConflictError):
        services.change_synonym(
            synonym_id=Synonym.objects.earliest("pk").pk,
            seen_revision=5,
            kind=SynonymKind.FILLER,
            phrase="zz",
            meaning="",
            is_active=True,
            reason="",
            by=admin,
            at=NOW,
        )
    with pytest.raises(SynonymError):
        services.add_synonym(kind=SynonymKind.SHORT, phrase="DK", meaning="x", reason="y", by=admin, at=NOW)


def test_a_phrase_taken_out_can_come_back(office: Client) -> None:
    Synonym.objects.filter(folded="bao tu").update(is_active=False)
    assert office.post("/quan-tri/tu-dong-nghia/moi/", _form(phrase="Báo tử", meaning="khai tử")).status_code == 302
    assert Synonym.objects.get(folded="bao tu").is_active


def test_the_history_cannot_be_rewritten(office: Client) -> None:
    office.post("/quan-tri/tu-dong-nghia/moi/", _form())
    with pytest.raises(DatabaseError), transaction.atomic():
        SynonymChange.objects.update(reason="")


def test_phrases_are_found_by_words_and_kind(office: Client) -> None:
    page = office.get("/quan-tri/tu-dong-nghia/", {"q": "báo tử"}).content.decode()
    assert "báo tử" in page and "gplx" not in page
    assert "gplx" in office.get("/quan-tri/tu-dong-nghia/", {"q": "gplx", "loai": "SHORT"}).content.decode()
    assert office.get("/quan-tri/tu-dong-nghia/", {"q": "\0", "loai": "?", "trang": "x"}).status_code == 200


def test_only_admins_curate() -> None:
    for address in ("/quan-tri/tu-dong-nghia/", "/quan-tri/tim-khong-thay/", "/quan-tri/tu-dong-nghia/moi/"):
        assert Client().get(address).status_code in {302, 403}


def test_suggestions_name_procedures_with_their_addresses() -> None:
    found = Client().get("/thu-tuc/goi-y.json", {"q": "dang ky ket h"}).json()["suggestions"]
    assert found[0] == {"name": "Đăng ký kết hôn", "sector": "Hộ tịch", "url": "/thu-tuc/1.000894/"}
    assert len(found) <= 8
    assert Client().get("/thu-tuc/goi-y.json", {"q": "k"}).json() == {"suggestions": []}


def test_a_misspelt_search_finds_and_asks_whether_that_was_meant() -> None:
    page = Client().get("/thu-tuc/", {"q": "đăng ký tạm chú"}).content.decode()
    assert "tạm trú" in page and "1.004194" in page and "?q=%C4%91%C4%83ng%20k%C3%BD%20t%E1%BA%A1m%20tr%C3%BA" in page


def test_pages_keep_words_and_filters() -> None:
    page = Client().get("/thu-tuc/", {"doi_tuong": "CITIZEN"}).content.decode()
    assert re.search(r'href="[^"]*doi_tuong=CITIZEN[^"]*trang=2"', page)
    second = Client().get("/thu-tuc/", {"doi_tuong": "CITIZEN", "trang": "2"}).content.decode()
    assert "trang=1" in second and "2.000635" not in second
