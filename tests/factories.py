"""Small worlds to test in: an office with its people, a citizen, published procedures, cases on their way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import count
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

import onestop.tasks  # noqa: F401 - their handlers, as a worker has them
import payments.tasks  # noqa: F401 - their handlers, as a worker has them
from identity.models import Account, AdministrativeUnit, Agency, Appointment, CalendarDay, Shift, WorkCalendar
from identity.officers import Officer, Seat, officer_on
from identity.services import account_from_claims
from identity.states import AgencyKind, Role
from onestop.models import Case
from onestop.references import filing_fee
from onestop.services import deciding, filing, handling, receiving
from onestop.services.papers import attach_paper
from payments.models import FeeRequest
from payments.states import FeeState
from portal.core import files, outbox
from portal.core.models import OutboxMessage, StoredFile
from procedures import services as procedure_services
from procedures.definition import ProcedureDefinition
from procedures.eforms import FieldDefinition
from procedures.models import ProcedureVersion
from procedures.seeding import documents

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=ZONE)  # a Tuesday, in the morning's shift
EXTRACT, BIRTH = "2.000635", "1.001193"
_SINCE = date(2025, 7, 1)
DOCUMENTS = {document["code"]: document for document in documents()}
_numbers = count(1)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


@dataclass(frozen=True)
class Office:
    """A commune's People's Committee with its one-stop centre, and one person in each role."""

    committee: Agency
    centre: Agency
    clerk: Seat
    head: Seat
    officer: Seat
    leader: Seat
    records: Seat


def work_calendar(code: str = "tinh") -> WorkCalendar:
    """Return Monday to Friday, 07:00-11:30 and 13:30-17:00, one day off on 2027-01-01."""
    calendar, created = WorkCalendar.objects.get_or_create(code=code, defaults={"name": "Lịch làm việc"})
    if created:
        for weekday in range(5):
            for starts, ends in ((time(7), time(11, 30)), (time(13, 30), time(17))):
                Shift.objects.create(calendar=calendar, weekday=weekday, starts=starts, ends=ends)
        CalendarDay.objects.create(calendar=calendar, day=date(2027, 1, 1), name="Tết Dương lịch")
    return calendar


def unit(code: str = "25747", name: str = "Phường Thử Nghiệm") -> AdministrativeUnit:
    """Return a commune of a province."""
    province, _ = AdministrativeUnit.objects.get_or_create(
        code="79", defaults={"name": "Thành phố Hồ Chí Minh", "sort_key": "ho chi minh", "valid_from": _SINCE}
    )
    found, _ = AdministrativeUnit.objects.get_or_create(
        code=code, defaults={"name": name, "parent": province, "sort_key": name.lower(), "valid_from": _SINCE}
    )
    return found


def agency(code: str, *, kind: AgencyKind = AgencyKind.COMMUNE, **fields: Any) -> Agency:
    """Return a new agency."""
    values: dict[str, Any] = {"name": f"Cơ quan {code}", "calendar": work_calendar(), "valid_from": _SINCE}
    return Agency.objects.create(code=code, kind=kind, **(values | fields))


def account(full_name: str = "Nguyễn Văn An", **fields: Any) -> Account:
    """Return an account that cannot sign in with a password."""
    number = next(_numbers)
    return Account.objects.create_user(f"user{number}", full_name=full_name, **fields)


def appointment(person: Account, place: Agency, role: Role, title: str = "") -> Appointment:
    """Return an appointment in force since the summer of 2025."""
    return Appointment.objects.create(
        account=person, agency=place, role=role, title=title or str(role), valid_from=_SINCE
    )


def actor(role: Role, place: Agency, full_name: str = "", **fields: Any) -> Seat:
    """Return a new civil servant at work in `role`."""
    person = account(full_name or f"{role} {place.code}", **fields)
    appointment(person, place, role)
    return Seat(role=role, account=person, agency=place, title=str(role))


def at_work(actor: Seat) -> Officer:
    """Return the civil servant as a page knows them."""
    return officer_on(actor.account, NOW.date())


def office(code: str = "H09.25747", unit_code: str = "25747") -> Office:
    """Return a commune at work: agencies, calendar, and one person in each role."""
    territory = unit(unit_code, f"Phường {unit_code}")
    committee = agency(code, unit=territory, signing_key="seal-test")
    centre = agency(f"{code}.MC", kind=AgencyKind.CENTRE, parent=committee, unit=territory)
    return Office(
        committee=committee,
        centre=centre,
        clerk=actor(Role.CLERK, centre, "Nguyễn Thị Thu Hà"),
        head=actor(Role.CENTRE_HEAD, centre, "Lê Quang Vinh"),
        officer=actor(Role.OFFICER, committee, "Trần Minh Tâm"),
        leader=actor(Role.LEADER, committee, "Phạm Văn Đức", signing_key="leader-test"),
        records=actor(Role.RECORDS_CLERK, committee, "Võ Thị Ngọc Ánh"),
    )


def citizen(number: str = "074085001234", full_name: str = "Nguyễn Văn An") -> Account:
    """Return a person who has signed in through VNeID."""
    return account_from_claims(
        claims={
            "TechID": str(UUID(int=int(number))),
            "HoVaTen": full_name,
            "SoDinhDanh": number,
            "NgayThangNamSinh": "19850203",
            "GioiTinh": "1",
            "SoDienThoai": "0912345678",
        }
    )


def published(code: str = EXTRACT, *, at: datetime = NOW, **changes: Any) -> ProcedureVersion:
    """Return a procedure of the catalogue's files, published; `changes` lie over its document.

    Its samples stay out: they name agencies that a small world does not have (see `named_by_samples`).
    """
    document = {name: part for name, part in DOCUMENTS[code].items() if name != "samples"} | changes
    return procedure_services.publish(document=document, effective_from=_SINCE, published_by=None, at=at)


def person(full_name: str = "Nguyễn Văn An", **changes: str) -> dict[str, str]:
    """Return the answer to a question about a person."""
    values = {"full_name": full_name, "birth_date": "1985-02-03", "sex": "MALE", "national_id": "074085001234"}
    return values | changes


def extract_answers(**changes: Any) -> dict[str, Any]:
    """Return complete answers of 2.000635; two copies of one's own birth extract, delivered electronically."""
    answers = {
        "document": "BIRTH_EXTRACT",
        "copies": 2,
        "requester": person(),
        "phone": "0912345678",
        "email": "",
        "on_behalf": "SELF",
        "registered_person": person(),
        "registered_at_known": "NO",
        "competent_agency": "H09.25747",
        "delivery": "ELECTRONIC",
    }
    return answers | changes


def birth_answers(paper: str, **changes: Any) -> dict[str, Any]:
    """Return complete answers of 1.001193 for a child born three weeks before `NOW`; `paper` is its proof."""
    home = {"ethnicity": "KINH", "nationality": "VN"}
    answers = {
        "requester": person(),
        "phone": "0912345678",
        "email": "an@example.vn",
        "relation": "FATHER",
        "child": {"full_name": "Nguyễn Thị Bình", "birth_date": "2026-11-03", "sex": "FEMALE"} | home,
        "birth_place": "Bệnh viện Đa khoa tỉnh",
        "home_town": "Phường 25747, tỉnh Bình Dương",
        "proof": "CERTIFICATE",
        "giay_chung_sinh": [paper],
        "mother": {"full_name": "Lê Thị Hoa", "birth_date": "1990-05-06", "national_id": "074190005678"} | home,
        "mother_address": {"province": "79", "commune": "25747", "detail": "Số 5, đường Thử Nghiệm"},
        "father_known": "YES",
        "father": {"full_name": "Nguyễn Văn An", "birth_date": "1985-02-03", "national_id": "074085001234"} | home,
        "married": "YES",
        "marriage_place": "Ủy ban nhân dân phường Phú Cường",
        "competent_agency": "H09.25747",
        "delivery": "ELECTRONIC",
        "truthful": True,
    }
    return answers | changes


def child_typed(**changes: str) -> dict[str, str]:
    """Return what is typed on the page about the child of 1.001193."""
    return {
        "child__full_name": "Nguyễn Minh Khôi",
        "child__birth_date_day": "20",
        "child__birth_date_month": "11",
        "child__birth_date_year": "2026",
        "child__sex": "MALE",
        "child__ethnicity": "KINH",
        "child__nationality": "VN",
        "birth_place": "Bệnh viện Đa khoa tỉnh",
        "home_town": "Phường Thủ Dầu Một",
    } | changes


def stored_file(content: bytes = PNG, *, name: str = "giay.png", at: datetime = NOW) -> StoredFile:
    """Return a file in storage."""
    return files.store(content, display_name=name, content_type="image/png", at=at)


def draft(by: Account, code: str = EXTRACT, *, answers: Mapping[str, Any] | None = None, at: datetime = NOW) -> Case:
    """Return a draft with complete answers, or with `answers`."""
    case = filing.start_draft(account=by, code=code, prefill={}, at=at)
    if answers is None and code == BIRTH:
        paper = attach_paper(case_id=case.pk, code="giay_chung_sinh", file=stored_file(at=at), at=at)
        answers = birth_answers(str(paper.uuid))
    return filing.save_answers(draft_id=case.pk, answers=answers or extract_answers(), at=at)


def filed(by: Account, code: str = EXTRACT, *, answers: Mapping[str, Any] | None = None, at: datetime = NOW) -> Case:
    """Return a submitted case, its fee (if there is one) paid online."""
    return paid(filing.submit(draft_id=draft(by, code, answers=answers, at=at).pk, account=by, at=at), at=at)


def paid(case: Case, *, at: datetime = NOW) -> Case:
    """Return the case once the fee due at filing (if there is one) was paid online."""
    FeeRequest.objects.filter(reference=filing_fee(case)).update(state=FeeState.PAID, paid_at=at)
    with transaction.atomic():
        return filing.settle_filing_fee(case_id=case.pk, at=at)


def accepted(at_office: Office, by: Account, code: str = EXTRACT, *, at: datetime = NOW, **answers: Any) -> Case:
    """Return a case that the clerk has accepted and handed over to the officer."""
    given = extract_answers(**answers) if answers else None
    case = filed(by, code, answers=given, at=at)
    return receiving.accept(case_id=case.pk, actor=at_office.clerk, at=at)


def at_counter(at_office: Office, by: Account, *, at: datetime = NOW, **answers: Any) -> Case:
    """Return a case whose result was issued and lies at the counter, or was sent to the applicant's account."""
    case = accepted(at_office, by, at=at, **answers)
    facts = {"registered_number": "12/1985", "registered_on": "1985-03-01", "registered_at": "UBND phường Phú Cường"}
    handling.record_facts(case_id=case.pk, actor=at_office.officer, facts=facts, at=at)
    return issued(at_office, case, at=at)


def issued(at_office: Office, case: Case, *, at: datetime = NOW) -> Case:
    """Propose, sign and seal the result of a case that is ready for it; the PDFs are stand-ins."""
    handling.propose(case_id=case.pk, actor=at_office.officer, at=at)
    signing = deciding.order_signature(case_id=case.pk, actor=at_office.leader, at=at)
    deciding.record_signature(document_id=signing.pk, file=stored_file(at=at), at=at)
    sealing = deciding.order_issue(case_id=case.pk, actor=at_office.records, at=at)
    deciding.record_issue(document_id=sealing.pk, file=stored_file(at=at), at=at)
    case.refresh_from_db()
    return case


def deliver_all(now: datetime = NOW, *, topic: str = "", rounds: int = 40) -> list[OutboxMessage]:
    """Do the work that waits, as a worker would, each message in its turn; returns what could not be delivered."""
    for _ in range(rounds):
        due = OutboxMessage.objects.filter(pk__in=outbox.due_ids(now=now), topic__startswith=topic)
        for message in due.order_by("pk"):
            outbox.deliver(message.pk, now=now)
        if not due.exists():
            break
    return list(OutboxMessage.objects.filter(topic__startswith=topic).exclude(state="DELIVERED").order_by("pk"))


def named_by_samples(*procedures: ProcedureDefinition) -> None:
    """Make the province, and whatever agencies and communes the samples and steps of these procedures name."""
    agencies: dict[str, AgencyKind] = {}
    for definition in procedures:
        steps = definition.process.steps if definition.process else ()
        routes = [*definition.route, *(route for step in steps for route in step.route)]
        named = {route.agency for route in routes} | {step.agency_code for step in steps}
        named |= {code for step in steps if step.consultation for code in step.consultation.agencies}
        agencies |= dict.fromkeys(named - {"", "H09"}, AgencyKind.DEPARTMENT)
        for field, answer in _answers_of_samples(definition):
            if field.kind == "agency":
                agencies[answer] = AgencyKind(field.agency_kind)
            address = answer.get("address", {}) if field.kind == "organisation" else answer
            if field.kind in {"address", "organisation"} and "commune" in address:
                unit(address["commune"], f"Phường {address['commune']}")
    province = agency("H09", kind=AgencyKind.PROVINCE, unit=unit(), signing_key="seal-test")
    agency("H09.MC", kind=AgencyKind.CENTRE, parent=province, unit=unit())
    for code, kind in agencies.items():
        agency(code, kind=kind, parent=province, unit=unit(), signing_key="seal-test")


def _answers_of_samples(definition: ProcedureDefinition) -> Iterator[tuple[FieldDefinition, Any]]:
    fields = definition.form.fields.values() if definition.form else ()
    for sample in definition.samples:
        yield from ((field, sample.answers[field.code]) for field in fields if sample.answers.get(field.code))
