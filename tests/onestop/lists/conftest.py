"""Two communes at work, and cases that stand where a test wants them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.test import Client

from identity.models import Account, Agency
from identity.officers import Seat
from identity.states import AgencyKind, Role
from onestop.kinds import Channel
from onestop.models import Case, CaseStep
from onestop.states import State
from procedures.models import ProcedureVersion
from tests import factories
from tests.factories import NOW, Office

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
Stand = Callable[..., Case]
_numbers = count(1)


@pytest.fixture
def office(db: None) -> Office:
    factories.published(factories.EXTRACT)
    return factories.office()


@pytest.fixture
def neighbour(office: Office) -> Office:
    """Another commune, whose cases are nobody's business here."""
    return factories.office("H09.25942", "25942")


@pytest.fixture
def stand(office: Office) -> Stand:
    """Return a way to let a case stand at an office: in a state, with an open step of a role unless it has none."""

    def make(
        at: Office = office,
        state: State = State.PROCESSING,
        role: Role | None = Role.OFFICER,
        *,
        due: datetime | None = NOW + timedelta(days=2),
        holder: Account | None = None,
        **fields: Any,
    ) -> Case:
        version = ProcedureVersion.objects.get(procedure__code=factories.EXTRACT)
        values: dict[str, Any] = {
            "code": f"{at.centre.code}-261124-{next(_numbers):04}",
            "channel": Channel.COUNTER,
            "procedure": version.procedure,
            "procedure_version": version,
            "receiving_centre": at.centre,
            "competent_agency": at.committee,
            "applicant_name": "Nguyễn Văn An",
            "created_at": NOW,
            "changed_at": NOW,
            "submitted_at": NOW - timedelta(days=1),
            "accepted_at": NOW if role else None,
            "due_at": due if role else None,
        }
        case = Case.objects.create(state=state, **(values | fields))
        if role:
            where = at.centre if role == Role.CLERK else at.committee
            CaseStep.objects.create(
                case=case,
                sequence=1,
                code=role.lower(),
                name=str(role),
                role=role,
                agency=where,
                holder=holder,
                started_at=NOW,
                due_at=due,
                risk=case.risk,
            )
        return case

    return make


def inspector_of(office: Office, *, whole_province: bool = False) -> Seat:
    """Return an inspector of the office's commune, or of the province to which it belongs."""
    if not whole_province:
        return factories.actor(Role.INSPECTOR, office.committee)
    province = Agency.objects.filter(kind=AgencyKind.PROVINCE).first()
    province = province or factories.agency("H09", kind=AgencyKind.PROVINCE)
    Agency.objects.filter(pk=office.committee.pk).update(parent=province)
    return factories.actor(Role.INSPECTOR, province)


def sign_in(client: Client, actor: Seat) -> Client:
    """Sign the civil servant in."""
    client.force_login(actor.account, backend=BACKEND)
    return client
