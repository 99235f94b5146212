"""What the rules of a form do to a case: who may file, what it costs, who is competent, until when."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from identity.models import Account
from onestop import queries
from onestop.errors import NotEligibleError
from onestop.models import Case
from onestop.services import filing, receiving
from onestop.states import State
from procedures.definition import load
from procedures.eforms import kind_of, load_form
from procedures.eforms.submission import as_data
from procedures.services import publish
from tests import every_kind, factories
from tests.factories import NOW, Office

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FORM = load_form(every_kind.FORM)
CHILD = {"full_name": "Bé", "birth_date": "2015-03-15", "sex": "MALE", "national_id": "074215001234"}


@pytest.fixture
def office(db: None) -> Office:
    factories.office(every_kind.OTHER_AGENCY, "25748")
    publish(document=every_kind.document(), effective_from=date(2025, 7, 1), published_by=None, at=NOW)
    return factories.office()


@pytest.fixture
def person(office: Office) -> Account:
    return factories.citizen()


def _draft(person: Account, **changes: Any) -> Case:
    return factories.draft(person, every_kind.CODE, answers=every_kind.ANSWERS | changes)


def _filed(person: Account, **changes: Any) -> Case:
    return filing.submit(draft_id=_draft(person, **changes).pk, account=person, at=NOW)


def _send(client: Client, case: Case, step: str, **changes: Any) -> Any:
    data = as_data(FORM.step(step), every_kind.ANSWERS | changes)
    return client.post(reverse("onestop:step", args=[case.uuid, step]), dict(data.lists()))


def test_the_fee_is_a_computed_number_of_units(person: Account) -> None:
    fee = queries.filing_fee_of(_filed(person, floors=3))
    assert fee is not None and fee.amount == 60_000


def test_who_is_exempt_by_rule_pays_nothing(person: Account) -> None:
    assert _filed(person, kind="ROAD").state == State.SUBMITTED


def test_the_answers_decide_which_agency_is_competent(person: Account) -> None:
    chosen, ruled = _filed(person), _filed(factories.citizen("074085009999"), kind="ROAD")
    assert chosen.competent_agency is not None and chosen.competent_agency.code == "H09.25747"
    assert ruled.competent_agency is not None and ruled.competent_agency.code == every_kind.OTHER_AGENCY


@pytest.mark.parametrize(("kind", "due"), [("HOUSE", "2026-12-15"), ("SHOP", "2026-12-22")])
def test_the_answers_decide_until_when(office: Office, person: Account, kind: str, due: str) -> None:
    case = filing.settle_filing_fee(case_id=_filed(person, kind=kind).pk, at=NOW)
    accepted = receiving.accept(case_id=case.pk, actor=office.clerk, at=NOW)
    assert accepted.due_at is not None
    assert f"{accepted.due_at:%Y-%m-%d}" == due


def test_the_public_page_tells_both_times_and_when_each_applies(client: Client, office: Office) -> None:
    page = client.get(reverse("procedures:detail", args=[every_kind.CODE])).content.decode()
    assert "20 ngày làm việc" in page and "15 ngày làm việc; " in page and "nhà ở riêng lẻ" in page


def test_somebody_who_cannot_apply_is_refused_at_filing_too(person: Account) -> None:
    draft = _draft(person, requester=CHILD)
    with pytest.raises(NotEligibleError, match="đủ 18 tuổi") as refused:
        filing.submit(draft_id=draft.pk, account=person, at=NOW)
    assert refused.value.step == "who"
    draft.refresh_from_db()
    assert draft.state == State.DRAFT


def test_the_page_says_why_somebody_cannot_apply_and_what_to_do(client: Client, person: Account) -> None:
    client.force_login(person, backend=BACKEND)
    page = _send(client, _draft(person), "who", requester=CHILD).content.decode()
    assert "phải từ đủ 18 tuổi" in page and "Xin nhờ cha hoặc mẹ đứng tên." in page
    assert "chưa đủ điều kiện nộp" in page


def test_every_kind_goes_from_page_to_page_and_is_filed(client: Client, person: Account) -> None:
    client.force_login(person, backend=BACKEND)
    case = filing.start_draft(account=person, code=every_kind.CODE, prefill={}, at=NOW)
    for step in FORM.steps:
        assert client.get(reverse("onestop:step", args=[case.uuid, step.code])).status_code == 200
        answer = _send(client, case, step.code)
        assert answer.status_code == 302, answer.content.decode()
    check = client.get(reverse("onestop:check", args=[case.uuid])).content.decode()
    for words in ("Một tỷ năm trăm triệu đồng", "năm 1955", "Thị xã Thủ Dầu Một", "0100109106-001", "50", "Khmer"):
        assert words in check
    client.post(reverse("onestop:check", args=[case.uuid]))
    case.refresh_from_db()
    assert case.state == State.AWAITING_PAYMENT
    assert case.answers["total"] == 5_600_000


def test_a_computed_value_follows_when_an_earlier_page_changes(client: Client, person: Account) -> None:
    client.force_login(person, backend=BACKEND)
    case = _draft(person)
    _send(client, case, "works", ends="2027-01-11")
    case.refresh_from_db()
    assert case.answers["days"] == 1


def test_asking_for_more_shows_the_fields_of_an_older_address(client: Client, person: Account) -> None:
    client.force_login(person, backend=BACKEND)
    case = filing.start_draft(account=person, code=every_kind.CODE, prefill={}, at=NOW)
    address = reverse("onestop:step", args=[case.uuid, "who"])
    page = client.post(address, {"address__tiers": "THREE", "update": "address"}).content.decode()
    assert 'name="address__district_name"' in page
    assert 'name="address__commune"' not in page
    assert "Như trước ngày 01/7/2025: xã, huyện, tỉnh" in page and "Quận, huyện, thị xã" in page
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.post(address, {"address__tiers": "THREE", "update": "address"}).content.decode()
    assert "As before 1 July 2025: commune, district, province" in page
    assert "District, town or city of the province" in page


def test_a_certificate_of_land_is_read_with_the_district_that_it_names() -> None:
    definition = load(factories.DOCUMENTS["1.012783"])
    asked = definition.form.fields["land"]  # type: ignore[union-attr]
    old = next(s.answers["land"] for s in definition.samples if s.answers.get("land", {}).get("tiers") == "THREE")
    words = kind_of(asked).display(asked, old, NOW.date())
    assert words == "Khu phố 5, Phường Phú Cường, Thành phố Thủ Dầu Một, Tỉnh Bình Dương"


def test_what_is_computed_on_a_page_understands_dots_between_thousands(client: Client, person: Account) -> None:
    client.force_login(person, backend=BACKEND)
    case = filing.start_draft(account=person, code=every_kind.CODE, prefill={}, at=NOW)
    typed = {"machines__0__count": "2", "machines__0__price": "300.000", "update": "machines"}
    page = client.post(reverse("onestop:step", args=[case.uuid, "works"]), typed).content.decode()
    assert "600.000 đồng" in page


def test_what_is_typed_into_a_row_stays_when_a_row_is_added(client: Client, person: Account) -> None:
    client.force_login(person, backend=BACKEND)
    case = filing.start_draft(account=person, code=every_kind.CODE, prefill={}, at=NOW)
    data = dict(as_data(FORM.step("works"), every_kind.ANSWERS).lists()) | {"add": "machines"}
    page = client.post(reverse("onestop:step", args=[case.uuid, "works"]), data).content.decode()
    assert "machines__2__machine" in page and "Cần cẩu" in page
    assert "5.000.000 đồng" in page
