"""Cases that a department, or the province, decides: the road from the provincial centre and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from identity import signing
from identity.models import Account, Agency, Appointment
from identity.officers import Seat, officer_on
from identity.states import AgencyKind, Role
from onestop import queries
from onestop.errors import ActionNotAllowedError
from onestop.kinds import DocumentKind, DocumentState
from onestop.models import Case
from onestop.printing import expectation
from onestop.services import deciding, documents, handling, receiving
from onestop.states import State
from portal.core import files
from procedures.seeding import documents as catalogue
from tests import factories
from tests.core.paper import text_of
from tests.factories import NOW
from tests.processes import LEADER_KEY, SEAL_KEY, Authority
from tests.sandbox.world import World

NOTARY, BUILDING, BADGE = "1.013834", "1.013236", "2.002288"
_SAMPLES = {document["code"]: document.get("samples", []) for document in catalogue()}


@dataclass(frozen=True)
class Province:
    """The province with its one-stop centre and two departments, each with its people."""

    committee: Agency
    centre: Agency
    justice: Agency
    construction: Agency
    clerk: Seat

    def one(self, role: Role, at: Agency) -> Seat:
        appointment = Appointment.objects.filter(role=role, agency=at).order_by("pk")[0]
        return Seat(role=role, account=appointment.account, agency=at, title=appointment.title)


@pytest.fixture
def province(db: None) -> Province:
    factories.unit()
    committee = factories.agency("H09", kind=AgencyKind.PROVINCE, name="Ủy ban nhân dân tỉnh", signing_key=SEAL_KEY)
    centre = factories.agency("H09.MC", kind=AgencyKind.CENTRE, parent=committee)
    justice, construction = (
        factories.agency(code, kind=AgencyKind.DEPARTMENT, name=name, parent=committee, signing_key=SEAL_KEY)
        for code, name in (("H09.2", "Sở Tư pháp"), ("H09.6", "Sở Xây dựng"))
    )
    for place in (committee, justice, construction):
        for role in (Role.OFFICER, Role.OFFICER, Role.LEADER, Role.RECORDS_CLERK):
            factories.actor(role, place, signing_key=LEADER_KEY if role == Role.LEADER else "")
    return Province(committee, centre, justice, construction, factories.actor(Role.CLERK, centre))


@pytest.fixture
def by(province: Province) -> Account:
    return factories.citizen("074090001234", "Nguyễn Văn Minh")


def accepted(code: str, sample: str, by: Account, province: Province) -> Case:
    """Return a case of a sample applicant, received at the provincial centre and handed over."""
    factories.published(code)
    answers: dict[str, Any] = next(one["answers"] for one in _SAMPLES[code] if one["code"] == sample)
    case = factories.filed(by, code, answers=answers)
    return receiving.accept(case_id=case.pk, actor=province.clerk, at=NOW)


def opens(actor: Seat, case: Case) -> bool:
    """Whether somebody who serves only there finds the case by its code."""
    return queries.case_at(officer_on(actor.account, NOW.date()), case.code or "") is not None


def prepared(case: Case, province: Province) -> Case:
    """Return the notary office's case, prepared by the department's officer."""
    facts = {"submission_number": "88/TTr-STP", "submission_date": "2026-11-20", "register_days": 90}
    officer = province.one(Role.OFFICER, province.justice)
    handling.record_facts(case_id=case.pk, actor=officer, facts=facts, at=NOW)
    return handling.propose(case_id=case.pk, actor=officer, at=NOW)


def test_a_department_prepares_its_head_passes_on_and_the_province_decides(
    neighbours: World, authority: Authority, province: Province, by: Account
) -> None:
    case = accepted(NOTARY, "hop_danh", by, province)
    assert (case.receiving_centre, case.competent_agency) == (province.centre, province.committee)
    assert (case.code or "").startswith("H09.MC-")
    prepared(case, province)
    handling.forward(case_id=case.pk, actor=province.one(Role.LEADER, province.justice), at=NOW)
    deciding.order_signature(case_id=case.pk, actor=province.one(Role.LEADER, province.committee), at=NOW)
    assert factories.deliver_all() == []
    deciding.order_issue(case_id=case.pk, actor=province.one(Role.RECORDS_CLERK, province.committee), at=NOW)
    assert factories.deliver_all() == []

    case.refresh_from_db()
    document = case.documents.get(kind=DocumentKind.RESULT)
    assert (case.state, document.state, document.number) == (State.RETURNED, DocumentState.ISSUED, "1/QĐ-UBND")
    assert document.file is not None
    content = files.read(document.file)
    verdict = signing.verify(content, expected=expectation(document))
    assert verdict.is_valid and len(verdict.signatures) == 2, verdict
    text = text_of(content).replace(" ", "")  # where a line ends there is none
    for words in (
        "Căn cứ Luật Công chứng số 46/2024/QH15;",
        "Tờ trình số 88/TTr-STP ngày 20/11/2026",
        "Cho phép thành lập Văn phòng công chứng Thủ Dầu Một",
        "trong 90 ngày",
        "1021/QĐ-BTP",
    ):
        assert words.replace(" ", "") in text
    assert document.context["superior"] == ""


def test_a_case_is_open_to_the_department_that_a_step_led_it_to_and_to_no_other(
    province: Province, by: Account
) -> None:
    case = accepted(NOTARY, "hop_danh", by, province)
    assert opens(province.one(Role.OFFICER, province.justice), case)
    assert opens(province.one(Role.LEADER, province.committee), case)
    assert not opens(province.one(Role.OFFICER, province.construction), case)


def test_the_head_of_the_department_may_send_the_draft_back_but_not_sign_it(province: Province, by: Account) -> None:
    case = prepared(accepted(NOTARY, "hop_danh", by, province), province)
    head = province.one(Role.LEADER, province.justice)
    with pytest.raises(ActionNotAllowedError):
        deciding.order_signature(case_id=case.pk, actor=head, at=NOW)
    handling.send_back(case_id=case.pk, actor=head, to="appraise", reason="Thiếu ý kiến Hội Công chứng viên", at=NOW)
    step = case.steps.get(finished_at=None)
    assert (step.code, step.agency) == ("appraise", province.justice)


def test_who_appraised_a_permit_does_not_look_it_over(province: Province, by: Account) -> None:
    case = accepted(BUILDING, "nha_may", by, province)
    first, second = [
        Seat(role=Role.OFFICER, account=seat.account, agency=province.construction)
        for seat in Appointment.objects.filter(role=Role.OFFICER, agency=province.construction).order_by("pk")
    ]
    facts = {"ground_level": "+0,15 m", "setback": "6 m", "visited_on": "2026-11-20"}
    handling.record_facts(case_id=case.pk, actor=first, facts=facts, at=NOW)
    handling.forward(case_id=case.pk, actor=first, at=NOW)
    with pytest.raises(ActionNotAllowedError, match="người khác"):
        handling.propose(case_id=case.pk, actor=first, at=NOW)
    handling.propose(case_id=case.pk, actor=second, at=NOW)
    assert case.steps.get(finished_at=None).code == "sign"


def test_a_badge_names_its_vehicles_and_leaves_out_what_nobody_wrote(province: Province, by: Account) -> None:
    case = accepted(BADGE, "xe_hop_dong_moi", by, province)
    officer = province.one(Role.OFFICER, province.construction)
    facts = {"badge_numbers": "HD61-0001 đến 0002", "valid_until": "2033-10-06", "note": ""}
    handling.record_facts(case_id=case.pk, actor=officer, facts=facts, at=NOW)
    handling.propose(case_id=case.pk, actor=officer, at=NOW)
    case.refresh_from_db()
    result = case.documents.get(kind=DocumentKind.RESULT)
    context = result.context
    assert context["superior"] == "Ủy ban nhân dân tỉnh"
    wording = context["wording"]
    assert wording["subtitle"] == "Loại phù hiệu: Xe hợp đồng"
    assert [row[0] for row in wording["rows"]] == ["61B-012.34", "61B-012.35"]
    lines = {line["label"]: line["value"] for line in wording["lines"]}
    assert lines["Có giá trị đến"] == "06/10/2033" and "Ghi chú" not in lines
    assert documents.number_text(result, 7) == "7/PH-SXD"
