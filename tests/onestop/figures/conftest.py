"""A register of cases of every fate, at two communes of a province."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product

import pytest

from identity.models import Agency
from identity.officers import Seat
from identity.states import AgencyKind, Role
from onestop.kinds import Channel
from onestop.models import Case, CaseStep
from onestop.states import State
from procedures.models import ProcedureVersion
from tests import factories
from tests.factories import NOW, Office

_MONTHS_AGO = (0, 1, 4, 14)
_FATES: dict[State, timedelta | None] = {  # when it was decided, seen from its due time
    State.PROCESSING: None,
    State.PAYMENT_REQUIRED: None,
    State.SUPPLEMENT_REQUESTED: None,
    State.STOPPED: None,
    State.AT_COUNTER: timedelta(),
    State.RETURNED: timedelta(microseconds=1),
    State.DECIDED: -timedelta(hours=3),
}


@pytest.fixture
def province(db: None) -> Agency:
    return factories.agency("H09", kind=AgencyKind.PROVINCE, unit=factories.unit())


@pytest.fixture
def office(province: Agency) -> Office:
    for code in (factories.EXTRACT, factories.BIRTH):
        factories.published(code)
    return _below(province, factories.office())


@pytest.fixture
def neighbour(province: Agency, office: Office) -> Office:
    return _below(province, factories.office("H09.25942", "25942"))


@pytest.fixture
def chairman(province: Agency) -> Seat:
    return factories.actor(Role.LEADER, province)


@pytest.fixture
def register(office: Office, neighbour: Office) -> list[Case]:
    """Return the cases: every fate in several months, ways and numbers of supplements, and some without due time."""
    cases = list(_cases(office, neighbour))
    return Case.objects.bulk_create(cases) and _with_steps(office, neighbour)


def _below(province: Agency, office: Office) -> Office:
    Agency.objects.filter(pk=office.committee.pk).update(parent=province)
    return office


def _cases(office: Office, neighbour: Office) -> Iterator[Case]:
    versions = {v.procedure.code: v for v in ProcedureVersion.objects.select_related("procedure")}
    combined = product((office, neighbour), _MONTHS_AGO, _FATES.items(), (0, 1, 2))
    for number, (place, months, (state, decided), supplements) in enumerate(combined):
        version = versions[(factories.EXTRACT, factories.BIRTH)[number % 2]]
        accepted = NOW - timedelta(days=30 * months, hours=number % 5)
        due: datetime | None = accepted + timedelta(days=number % 4 - 1, hours=number % 7)
        decided_at = due + decided if due and decided is not None else None
        # Some were received for a neighbour, as any centre may.
        centre = neighbour.centre if number % 5 == 0 else place.centre
        yield Case(
            code=f"H09-{number:04}",
            state=state,
            procedure=version.procedure,
            procedure_version=version,
            channel=list(Channel)[number % 3],
            receiving_centre=centre,
            competent_agency=place.committee,
            created_at=accepted,
            changed_at=accepted,
            submitted_at=accepted,
            accepted_at=accepted,
            due_at=None if number % 11 == 0 else due,
            decided_at=decided_at,
            supplements=supplements,
        )


def _with_steps(office: Office, neighbour: Office) -> list[Case]:
    """Give each case a step that its officer held, done when the case was decided."""
    cases = list(Case.objects.select_related("competent_agency").order_by("pk"))
    officers = {office.committee.pk: office.officer.account, neighbour.committee.pk: neighbour.officer.account}
    CaseStep.objects.bulk_create(
        CaseStep(
            case=case,
            sequence=1,
            code="xu-ly",
            name="Thụ lý",
            role=Role.OFFICER,
            agency=case.competent_agency,
            holder=officers[case.competent_agency_id or 0],
            started_at=case.accepted_at or NOW,
            due_at=case.due_at,
            finished_at=case.decided_at or (case.changed_at if case.state == State.STOPPED else None),
        )
        for case in cases
    )
    return cases
