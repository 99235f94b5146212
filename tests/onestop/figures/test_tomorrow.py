"""What will be late is told before it is, with the apology one click away."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from identity.models import Agency
from identity.states import Role
from onestop import bulk, figures
from onestop.errors import ActionNotAllowedError
from onestop.figures import Scope
from onestop.kinds import DocumentKind, RequestKind
from onestop.models import BulkJob, Case, CaseEvent, CaseRequest, CaseStep, StepCurve
from onestop.services import apologising, extending
from onestop.services.apologising import Apology
from onestop.states import Action, State
from tests import factories
from tests.core.paper import text_of
from tests.factories import NOW, Office, at_work
from tests.onestop.lists.conftest import Stand, sign_in, stand

__all__ = ["stand"]
pytestmark = pytest.mark.django_db
TOMORROW = (NOW + timedelta(days=1)).replace(hour=17)


def codes(scope: Scope) -> list[str | None]:
    return [step.case.code for step in figures.going_to_be_late(scope, NOW, TOMORROW)]


def test_what_is_due_by_tomorrows_closing_will_be_late_and_what_is_late_is_not_told_again(
    office: Office, stand: Stand
) -> None:
    at_closing, today = stand(due=TOMORROW), stand(due=NOW)
    stand(due=TOMORROW + timedelta(minutes=1))
    stand(due=NOW - timedelta(minutes=1))
    stand(due=TOMORROW, state=State.SUPPLEMENT_REQUESTED)
    stand(due=TOMORROW, state=State.AT_COUNTER, role=Role.CLERK, decided_at=NOW)

    assert codes(Scope(whole=True)) == [today.code, at_closing.code]


def test_a_high_risk_is_told_whenever_it_is_due(office: Office, stand: Stand) -> None:
    risky, safe = stand(due=NOW + timedelta(days=9)), stand(due=NOW + timedelta(days=9))
    CaseStep.objects.filter(case=risky).update(risk=50)
    CaseStep.objects.filter(case=safe).update(risk=49)

    assert codes(Scope(whole=True)) == [risky.code]


def test_a_leader_is_told_of_the_agencys_cases_only(office: Office, neighbour: Office, stand: Stand) -> None:
    mine = stand(due=TOMORROW)
    stand(neighbour, due=TOMORROW)

    assert codes(figures.scope_of(at_work(office.leader))) == [mine.code]


def soon(stand: Stand, **fields: Any) -> Case:
    """Return a case at the officer's that is due in a moment."""
    case = stand(due=timezone.now() + timedelta(minutes=5), **fields)
    CaseStep.objects.filter(case=case).update(code="appraise", name="Thẩm định")
    return case


def drafted(case: Case, now: datetime = NOW) -> Apology:
    step = CaseStep.objects.select_related("agency", "case__procedure").get(case=case)
    return apologising.drafted([step], now)[case.pk]


def ask(office: Office, case: Case, agency: Agency, **more: Any) -> None:
    CaseRequest.objects.create(
        case=case,
        kind=RequestKind.CONSULTATION,
        asked_by=office.officer.account,
        asked_of=agency,
        asked_at=NOW - timedelta(days=1),
        due_at=TOMORROW,
        text="Quy hoạch?",
        **more,
    )


def test_the_drafted_apology_names_the_step_who_holds_it_and_for_how_long(office: Office, stand: Stand) -> None:
    case = stand(due=TOMORROW)
    CaseStep.objects.filter(case=case).update(name="Thẩm định", started_at=NOW - timedelta(days=5))

    words = drafted(case).reason
    assert "“Thẩm định”" in words and office.committee.name in words
    assert "19/11/2026" in words and "3 ngày làm việc" in words


def test_the_drafted_apology_names_who_is_waited_for_but_nobody_who_was_asked_in_confidence(
    office: Office, neighbour: Office, stand: Stand
) -> None:
    openly, secretly = stand(due=TOMORROW), stand(due=TOMORROW)
    ask(office, openly, neighbour.committee)
    ask(office, secretly, neighbour.committee, is_confidential=True)

    assert neighbour.committee.name in drafted(openly).reason
    assert neighbour.committee.name not in drafted(secretly).reason


def test_the_new_time_leaves_what_is_still_to_be_done_its_time(office: Office, stand: Stand) -> None:
    case = stand(due=TOMORROW)
    # The step was to end yesterday at nine; two days less two hours were left for those after it.
    CaseStep.objects.filter(case=case).update(started_at=NOW - timedelta(days=9), due_at=NOW - timedelta(days=1))

    apology = drafted(case)
    assert (apology.days, apology.until, apology.is_forecast) == (1, TOMORROW + timedelta(days=1), False)


def test_a_forecast_proposes_the_new_time_where_there_is_one(office: Office, stand: Stand) -> None:
    case, days = stand(due=TOMORROW), 8 * 60
    curve = {"minutes": [days, 9 * days], "open_share": [0.5, 0.0], "ended": 20, "learnt_at": NOW}
    StepCurve.objects.create(procedure=case.procedure, step="officer", agency=None, **curve)

    apology = drafted(case)
    assert apology.is_forecast and apology.days is not None and apology.days > 5


def test_what_is_late_is_promised_nothing_new(stand: Stand) -> None:
    assert drafted(stand(due=NOW - timedelta(minutes=1))).days is None


def test_many_apologies_are_drafted_with_the_reads_of_one(
    office: Office, stand: Stand, django_assert_max_num_queries: Any
) -> None:
    cases = [stand(due=TOMORROW) for _ in range(12)]
    known = ("agency", "case__procedure", "case__competent_agency")
    steps = list(
        CaseStep.objects.filter(case__in=cases).select_related(*known).prefetch_related("case__requests__asked_of")
    )
    with django_assert_max_num_queries(6):
        assert len(apologising.drafted(steps, NOW)) == 12


def test_the_leader_looks_at_the_form_changes_it_and_sends_many_at_once(
    client: Client, office: Office, stand: Stand
) -> None:
    cases = [soon(stand), soon(stand), soon(stand)]
    sign_in(client, office.leader)
    page = client.get(reverse("onestop:desk_tomorrow")).content.decode()
    chosen = [f"{case.pk}.{case.version}" for case in cases]
    assert all(f'value="{one}"' in page for one in chosen)

    page = client.post(reverse("onestop:desk_bulk"), {"bulk_act": "extend", "chosen": chosen}).content.decode()
    assert page.count("cần thêm thời gian để giải quyết xong") == 3
    typed = {f"{case.pk}-reason": f"Lý do {place}" for place, case in enumerate(cases)}
    typed |= {f"{case.pk}-days": str(place + 1) for place, case in enumerate(cases)}
    address = reverse("onestop:desk_preview", args=[cases[1].code, "extend"])
    look = text_of(client.post(address, typed | {"prefix": str(cases[1].pk)}).content)
    assert "Lý do 1" in look and "BẢN DỰ THẢO" in look
    assert not CaseEvent.objects.filter(action=Action.EXTEND).exists()

    extending.extend(case_id=cases[2].pk, actor=office.leader, days=1, reason="Đã xin lỗi", at=timezone.now())
    client.post(reverse("onestop:desk_bulk_order"), {"bulk_act": "extend", "chosen": ",".join(chosen)} | typed)
    factories.deliver_all(timezone.now(), topic=bulk.TOPIC)
    job = BulkJob.objects.get()
    assert list(job.items.order_by("pk").values_list("outcome", flat=True)) == ["DONE", "DONE", "REFUSED"]
    told = client.get(reverse("onestop:desk_bulk_job", args=[job.uuid])).content.decode()
    assert str(cases[2].code) in told
    for place, case in enumerate(cases[:2]):
        assert case.documents.get(kind=DocumentKind.FORM_04).context["reason"] == f"Lý do {place}"
    page = client.get(reverse("onestop:desk_tomorrow")).content.decode()
    assert f'value="{cases[2].pk}.' not in page


def test_nobody_apologises_for_another_agency(
    client: Client, office: Office, neighbour: Office, stand: Stand
) -> None:
    case = soon(stand)
    with pytest.raises(ActionNotAllowedError):
        extending.extend(case_id=case.pk, actor=neighbour.leader, days=1, reason="Chậm", at=timezone.now())
    sign_in(client, neighbour.leader)
    address = reverse("onestop:desk_preview", args=[case.code, "extend"])
    assert client.post(address, {"reason": "Chậm", "days": "1"}).status_code == 404


def test_the_apology_lies_open_one_click_away(client: Client, office: Office, stand: Stand) -> None:
    case = soon(stand)
    sign_in(client, office.leader)

    page = client.get(reverse("onestop:desk_tomorrow")).content.decode()
    address = f"{reverse('onestop:desk_case', args=[case.code])}?act=extend"
    assert f'href="{address}#extend"' in page
    assert '<details class="other" id="extend" open>' in client.get(address).content.decode()
