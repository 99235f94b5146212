"""What a clerk sees of the counters at which they receive people."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from identity.officers import Officer
from onestop.kinds import PaperMode, Presented
from onestop.models import Case
from onestop.queries.desk import cases_of, with_parties
from onestop.queries.limits import PAGE, WITH
from onestop.queries.scans import scanned_papers
from onestop.states import State
from procedures.definition import Paper
from procedures.eforms.submission import road

_BY_MODE: Final = {PaperMode.SHOW: Presented.SHOWN, PaperMode.LOOK_UP: Presented.LOOKED_UP}


def counter_case(officer: Officer, uuid: UUID) -> Case | None:
    """Return what was begun at a counter where the officer is a clerk, or None."""
    cases = Case.objects.of_counters(officer.counters).with_procedure()
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
    unfiled = Case.objects.of_counters(officer.counters).filter(state__in=[State.DRAFT, State.AWAITING_PAYMENT])
    with_all = unfiled.select_related("procedure__sector", "applicant")
    return list(with_all.defer("procedure__search_text", "procedure__search_vector").order_by("-changed_at")[:PAGE])


def expected_papers(case: Case, today: date) -> dict[str, Presented | None]:
    """Return how each published paper was probably brought, by its code; None where only the clerk can tell.

    A file that the answers pass by is not needed. What is submitted in any case, and is no file, is the form itself.
    """
    definition = case.procedure_version.definition
    fields = definition.form.fields.values() if definition.form else ()
    files = {question.code for question in fields if question.kind == "file"}
    stations = road(definition.form, case.answers, today) if definition.form else ()
    asked = {question.code for station in stations for question in station.questions}
    scanned = {paper.code for paper in scanned_papers(case)}

    def expected(paper: Paper) -> Presented | None:
        if paper.code in scanned and paper.mode == PaperMode.SUBMIT:
            return Presented.ORIGINAL
        if paper.code in files and case.answers.get(paper.code):
            return Presented.ELECTRONIC
        if paper.mode in _BY_MODE:
            return _BY_MODE[PaperMode(paper.mode)]
        if paper.code in files:
            return None if paper.code in asked else Presented.NOT_NEEDED
        return None if paper.when or paper.variant else Presented.ELECTRONIC

    return {paper.code: expected(paper) for paper in definition.papers}
