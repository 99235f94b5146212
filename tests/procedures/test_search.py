"""Search: with and without diacritics, composed and decomposed, exact codes first, always the same few queries."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from django.db import connection

from procedures.models import Procedure, ProcedureVersion
from procedures.queries import Filters, catalogue, sectors, version_in_force
from tests import factories

TODAY = factories.NOW.date()

pytestmark = pytest.mark.django_db


def _found(q: str = "", **filters: str) -> list[str]:
    return [procedure.code for procedure in catalogue(Filters(q=q, **filters), TODAY)]


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("giấy khai sinh cho con", "1.001193"),
        ("trích lục khai sinh", "2.000635"),
        ("đăng ký kết hôn", "1.000894"),
        ("khai tử", "1.000656"),
        ("đăng ký thường trú", "1.004222"),
        ("thông báo lưu trú", "2.001159"),
        ("gia hạn giấy phép xây dựng", "1.013227"),
        ("sao y bản chính", "2.000815"),
        ("lý lịch tư pháp", "3.000333"),
    ],
)
def test_words_find_the_procedure_with_and_without_diacritics_in_any_form(words: str, code: str) -> None:
    bare = unicodedata.normalize("NFD", words).replace("đ", "d").encode("ascii", "ignore").decode()
    forms = (words, words.upper(), unicodedata.normalize("NFD", words), unicodedata.normalize("NFC", words), bare)
    assert [_found(form)[0] for form in forms] == [code] * len(forms)


@pytest.mark.usefixtures("catalogue")
def test_a_code_finds_its_procedure_first() -> None:
    assert all(_found(code)[0] == code for code in Procedure.objects.values_list("code", flat=True))


@pytest.mark.usefixtures("catalogue")
def test_the_beginning_of_a_word_is_enough() -> None:
    assert "1.000894" in _found("kết hô")


@pytest.mark.usefixtures("catalogue")
def test_all_words_stand_before_some_words() -> None:
    assert _found("xin làm khai sinh cho con giúp tôi")[0] == "1.001193"


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("words", ["xyzzy", "'", "a' | b:*", "\\", "!!!", "& | ! ( ) :*", "🙂", "%", "." * 50])
def test_words_that_mean_nothing_or_look_like_code_are_only_words(words: str) -> None:
    assert len(_found(words)) <= Procedure.objects.count()


@pytest.mark.usefixtures("catalogue")
def test_without_words_the_most_used_come_first() -> None:
    popularity = [procedure.popularity for procedure in catalogue(Filters(), TODAY)]
    assert popularity == sorted(popularity, reverse=True) and len(popularity) >= 24


@pytest.mark.usefixtures("catalogue")
def test_sector_and_level_narrow_the_list() -> None:
    civil = catalogue(Filters(sector="HO_TICH"), TODAY)
    assert civil and {procedure.sector.code for procedure in civil} == {"HO_TICH"}
    province = catalogue(Filters(level="PROVINCE"), TODAY)
    assert province and all("PROVINCE" in procedure.levels for procedure in province)
    online = catalogue(Filters(online_level="FULL"), TODAY)
    assert {"2.000635", "1.001193"} <= {procedure.code for procedure in online}
    assert {procedure.online_level for procedure in online} == {"FULL"}


@pytest.mark.usefixtures("catalogue")
def test_sectors_count_what_is_in_force() -> None:
    assert sum(sector.count for sector in sectors(TODAY)) == Procedure.objects.count()  # type: ignore[attr-defined]
    Procedure.objects.filter(code="1.000656").update(retired_on=TODAY)
    assert sum(sector.count for sector in sectors(TODAY)) == Procedure.objects.count() - 1  # type: ignore[attr-defined]


@pytest.mark.usefixtures("catalogue")
def test_a_list_takes_one_query_whatever_its_length(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert len([procedure.sector.name for procedure in catalogue(Filters(), TODAY)]) >= 24
    with django_assert_num_queries(1):
        assert [procedure.sector.name for procedure in catalogue(Filters(q="khai sinh"), TODAY)]
    with django_assert_num_queries(1):
        version = version_in_force("1.001193", TODAY)
        assert version is not None and version.procedure.sector.name == "Hộ tịch"


@pytest.mark.usefixtures("catalogue")
def test_among_thousands_the_search_goes_by_its_index() -> None:
    model = Procedure.objects.get(code="1.000894")
    version = model.versions.get()
    many = [_copy(model, number) for number in range(4000)]
    ProcedureVersion.objects.bulk_create(
        ProcedureVersion(
            procedure=procedure,
            number=1,
            effective_from=version.effective_from,
            document={},
            sha256="",
            published_at=version.published_at,
        )
        for procedure in Procedure.objects.bulk_create(many)
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('procedure_search')")  # as autovacuum does in its time
        cursor.execute("ANALYZE procedures_procedure, procedures_procedureversion")
    assert "procedure_search" in catalogue(Filters(q="khai sinh"), TODAY).explain()
    assert _found("khai sinh")[0] in {"1.001193", "2.000635"}


def _copy(model: Procedure, number: int) -> Procedure:
    return Procedure(
        code=f"8.{number:06}",
        name=f"Thủ tục {number}",
        sector=model.sector,
        online_level=model.online_level,
        levels=model.levels,
        audiences=model.audiences,
        search_text=f"8.{number:06} | thu tuc so{number}",
    )
