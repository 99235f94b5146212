"""From no process at all to a published one that asks two agencies at once, and a case that goes its way."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from identity.models import Account, Agency
from identity.officers import Seat
from identity.states import AgencyKind, Role
from onestop.models import Case, CaseRequest
from onestop.services import receiving
from procedures.editing import steps
from procedures.models import Proposal
from tests import factories
from tests.factories import EXTRACT, Office
from tests.procedures.editor import Editor

pytestmark = pytest.mark.django_db
STEPS = [
    ("Tiếp nhận", "CLERK", "RECEIVING", 0, ["ACCEPT", "HAND_OVER"]),
    ("Thẩm định", "OFFICER", "COMPETENT", 60, ["ASK_OPINION", "GO_ON", "PROPOSE"]),
    ("Ký duyệt", "LEADER", "COMPETENT", 30, ["SIGN"]),
    ("Phát hành", "RECORDS_CLERK", "COMPETENT", 10, ["ISSUE"]),
]


@pytest.fixture
def province(office: Office) -> Agency:
    return factories.agency("H09", kind=AgencyKind.PROVINCE)


@pytest.fixture
def asked(province: Agency) -> list[Seat]:
    """An officer at each of two departments."""
    departments = [factories.agency(f"H09.{n}", kind=AgencyKind.DEPARTMENT, parent=province) for n in (5, 6)]
    return [factories.actor(Role.OFFICER, one) for one in departments]


@pytest.fixture
def editor(province: Agency) -> Editor:
    """A catalogue admin at a draft that has no process yet."""
    client = signed_in(factories.actor(Role.CATALOGUE_ADMIN, province))
    client.post(f"/quan-tri/thu-tuc/{EXTRACT}/soan/")
    draft = Proposal.objects.get()
    document = {name: part for name, part in draft.document.items() if name not in {"process", "samples"}}
    Proposal.objects.filter(pk=draft.pk).update(document=document)
    return Editor(client, draft)


def signed_in(actor: Seat) -> Client:
    client = Client()
    client.force_login(actor.account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def table(rows: list[tuple[str, str, str, int, list[str]]]) -> dict[str, Any]:
    typed: dict[str, Any] = {"count": len(rows)}
    for place, (name, role, agency, share, actions) in enumerate(rows):
        values = {"name": name, "role": role, "agency": agency, "share": share, "actions": actions, "code": ""}
        typed |= {f"s{place}-{field}": value for field, value in values.items()}
    return typed


def publish(editor: Editor, second: Client) -> None:
    page = f"{editor.base}viec/"
    for client, act in ((editor.client, "trinh"), (second, "duyet")):
        editor.draft.refresh_from_db()
        sent = client.post(f"{page}{act}/", {"revision": editor.draft.revision, "reason": "Lấy ý kiến hai sở"})
        assert sent.status_code == 302, act


def test_a_process_is_built_from_nothing_and_a_case_asks_two_agencies_at_once(
    editor: Editor, office: Office, province: Agency, asked: list[Seat], by: Account
) -> None:
    wrong = [*STEPS[:3], ("Phát hành", "RECORDS_CLERK", "COMPETENT", 20, ["ISSUE"])]
    assert "110 %" in editor.post("sua/quy-trinh/", **table(wrong)).content.decode()
    assert editor.post("sua/quy-trinh/", **table(STEPS)).status_code == 302
    appraisal = steps.steps(editor.document)[1]["code"]
    terms = {"days": "5", "unit": "WORKING_DAYS", "agencies": ["H09.5", "H09.6"]}
    assert editor.post(f"sua/quy-trinh/buoc/{appraisal}/dieu-khoan/", **terms).status_code == 302
    publish(editor, signed_in(factories.actor(Role.CATALOGUE_ADMIN, province)))

    now = timezone.now()
    case = factories.filed(by, at=now)
    receiving.accept(case_id=case.pk, actor=office.clerk, at=now)
    ask(case, office)
    requests = list(case.requests.consultations().awaited().order_by("asked_of__code"))
    assert [request.asked_of for request in requests] == [officer.agency for officer in asked]
    for request, officer in zip(requests, asked, strict=True):
        assert step_of(case) == "Thẩm định"
        answer(request, officer)

    proposed = act(case, office.officer, "propose")
    assert proposed.status_code == 302 and step_of(case) == "Ký duyệt"


def ask(case: Case, office: Office) -> None:
    """Ask those that the process has ticked already."""
    page = signed_in(office.officer).get(reverse("onestop:desk_case", args=[Case.objects.get(pk=case.pk).code]))
    form = next(form for one, form in page.context["offered"] if one.action == "ASK_OPINION")
    asked = act(case, office.officer, "ask-opinion", text="Có phù hợp quy hoạch không?", of=form.fields["of"].initial)
    assert asked.status_code == 302


def answer(request: CaseRequest, officer: Seat) -> None:
    page = reverse("onestop:desk_opinion", args=[request.uuid])
    assert signed_in(officer).post(page, {"outcome": "AGREED"}).status_code == 302


def act(case: Case, actor: Seat, name: str, **typed: Any) -> Any:
    case.refresh_from_db()
    page = reverse("onestop:desk_act", args=[case.code, name])
    return signed_in(actor).post(page, {"version": case.version} | typed)


def step_of(case: Case) -> str:
    step = Case.objects.get(pk=case.pk).open_step
    assert step is not None
    return str(step.name)
