"""Search: with and without diacritics, composed and decomposed, exact codes first, always the same few queries."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from procedures.finding import find
from procedures.models import Procedure, ProcedureVersion
from procedures.queries import Filters, catalogue, sectors, version_in_force
from procedures.searching.indexing import columns
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
@pytest.mark.parametrize(
    "words",
    [
        *("xyzzy", "'", "a' | b:*", "\\", "!!!", "& | ! ( ) :*", "🙂", "%", "." * 50, "khai\0sinh", "ﬀ ℡ ½ ①", "١٢٣"),
        *("khai sinh' || pg_sleep(1) --", "đ" * 10_000, "khai sinh " * 1_000, "1.00119", "_", "a_b*", "\u0301\u0301"),
    ],
)
def test_words_that_mean_nothing_or_look_like_code_are_only_words(words: str) -> None:
    assert len(_found(words)) <= Procedure.objects.count()
    assert Client().get("/thu-tuc/", {"q": words, "linh_vuc": words, "co_quan": words}).status_code == 200
    assert Client().get("/thu-tuc/goi-y.json", {"q": words}).status_code == 200


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
def test_a_list_takes_the_same_few_queries_whatever_its_length(django_assert_num_queries: Any) -> None:
    _found("khai sinh")  # the vocabulary is remembered from now on
    with django_assert_num_queries(1):
        assert len([procedure.sector.name for procedure in catalogue(Filters(), TODAY)]) >= 24
    with django_assert_num_queries(2):  # one asks whether the vocabulary is as it was
        assert [procedure.sector.name for procedure in catalogue(Filters(q="khai sinh"), TODAY)]
    for filters in (Filters(q="khai sinh"), Filters(q="đăng ký", level="COMMUNE")):
        with django_assert_num_queries(3):
            assert [procedure.sector.name for procedure in find(filters, TODAY).page]
    with django_assert_num_queries(1):
        version = version_in_force("1.001193", TODAY)
        assert version is not None and version.procedure.sector.name == "Hộ tịch"


@pytest.mark.usefixtures("catalogue")
def test_each_filter_counts_what_it_would_leave() -> None:
    finding = find(Filters(q="đăng ký", level="COMMUNE"), TODAY)
    facets = {facet.parameter: facet for facet in finding.facets}
    for choice in facets["linh_vuc"].choices:
        narrowed = catalogue(Filters(q="đăng ký", level="COMMUNE", sector=choice.value), TODAY)
        assert choice.count == narrowed.count()
    assert sum(choice.count for choice in facets["linh_vuc"].choices) == finding.page.paginator.count
    chosen = [choice.value for choice in facets["cap"].choices if choice.is_chosen]
    assert chosen == ["COMMUNE"] and len(facets["cap"].choices) > 1, "what else could be chosen is still counted"


@pytest.mark.usefixtures("catalogue")
def test_agency_and_audience_narrow_the_list() -> None:
    facets = {facet.parameter: facet for facet in find(Filters(), TODAY).facets}
    agency = facets["co_quan"].choices[0]
    assert len(find(Filters(agency=agency.value), TODAY).page.object_list) == min(agency.count, 25)
    assert all("BUSINESS" in found.audiences for found in catalogue(Filters(audience="BUSINESS"), TODAY))
    assert find(Filters(agency="Cơ quan không có"), TODAY).page.paginator.count == 0


@pytest.mark.usefixtures("catalogue")
def test_among_thousands_the_search_goes_by_its_index() -> None:
    """Twelve thousand procedures with names as long and as many-worded as real ones: no plan but the index pays."""
    _publish_many(12_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE procedures_procedure, procedures_procedureversion")
    for words in ("khai sinh", "dk tam tru can j z", "cho em hoi thu tuc khai tu"):
        plan = catalogue(Filters(q=words), TODAY)[:25].explain()
        assert "procedure_search_vector" in plan, plan
    assert _found("khai sinh")[0] in {"1.001193", "2.000635"}


def _publish_many(count: int) -> None:
    model = Procedure.objects.get(code="1.000894")
    version = model.versions.get()
    ProcedureVersion.objects.bulk_create(
        ProcedureVersion(
            procedure=procedure,
            number=1,
            effective_from=version.effective_from,
            document={},
            sha256="",
            published_at=version.published_at,
        )
        for procedure in Procedure.objects.bulk_create(_made_up(model, number) for number in range(count))
    )


def _made_up(model: Procedure, number: int) -> Procedure:
    acts = ("Cấp giấy phép", "Gia hạn giấy phép", "Thẩm định", "Phê duyệt", "Công nhận", "Thông báo", "Thu hồi")
    kind = f"ngành hang{number % 397} của đơn vị loai{number % 251} theo quy trình so{number}"
    name = f"{acts[number % 7]} hoạt động {kind}"
    found_by = columns(code=f"8.{number:06}", name=name, keywords=[], sector="Ngành nghề", rest=["Văn bản đề nghị"])
    return Procedure(
        code=f"8.{number:06}",
        name=name,
        sector=model.sector,
        online_level=model.online_level,
        levels=model.levels,
        audiences=model.audiences,
        search_text=found_by.text,
        search_vector=found_by.vector,
        search_traits=found_by.traits,
        search_length=found_by.length,
    )
