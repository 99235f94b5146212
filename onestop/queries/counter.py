"""What a clerk sees of the counters at which they receive people."""

from __future__ import annotations

from uuid import UUID

from identity.officers import Officer
from identity.states import Role
from onestop.models import Case
from onestop.queries.desk import cases_of, with_parties
from onestop.queries.limits import PAGE, WITH
from onestop.states import State


def counter_case(officer: Officer, uuid: UUID) -> Case | None:
    """Return what was begun at a counter where the officer is a clerk, or None."""
    cases = Case.objects.of_counters(officer.agencies_in(Role.CLERK)).with_procedure()
    return (
        cases.select_related(*WITH, "helping_agency", "applicant", "draft", "accept_on_payment")
        .filter(uuid=uuid)
        .first()
    )


def counter_or_desk_case(officer: Officer, uuid: UUID) -> Case | None:
    """Return what was begun at a counter where the officer is a clerk, or a case that they may open, or None."""
    return counter_case(officer, uuid) or with_parties(cases_of(officer, to_act=True)).filter(uuid=uuid).first()


def begun_at_counters(officer: Officer) -> list[Case]:
    """Return what waits at the officer's counters to be filed or paid for, the last touched first."""
    unfiled = Case.objects.of_counters(officer.agencies_in(Role.CLERK)).filter(
        state__in=[State.DRAFT, State.AWAITING_PAYMENT]
    )
    with_all = unfiled.select_related("procedure__sector", "applicant")
    return list(with_all.defer("procedure__search_text", "procedure__search_vector").order_by("-changed_at")[:PAGE])
