"""Which procedures seeded cases are filed under, with whose answers, and which agencies they may reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from random import Random
from typing import Any, Final

from django.db.models import F, Min
from django.utils import timezone

from identity.models import Agency
from identity.queries import centre_of
from identity.states import AgencyKind
from procedures.definition import ProcedureDefinition, Process, ProcessStep, Sample, TimeLimit, routed
from procedures.eforms import FieldDefinition
from procedures.models import ProcedureVersion
from procedures.states import AgencyRule, FilingChannel

_PREFIX_OF_NAMED: Final = "competent_agency"
_CONSULTED: Final = ("H09.5", "H09.6")  # environment and construction, where a process names nobody to ask


@dataclass(frozen=True)
class Place:
    """Where a case is received and decided."""

    competent: Agency
    centre: Agency


@dataclass(frozen=True)
class Road:
    """A sample applicant of a procedure: what they answer, the steps that follow, and where they may file."""

    version_id: int
    procedure_id: int
    definition: ProcedureDefinition
    answers: Mapping[str, Any]
    facts: Mapping[str, Any]
    steps: tuple[ProcessStep, ...]
    limit: TimeLimit
    places: tuple[Place, ...]
    weights: tuple[float, ...]
    named: Mapping[str, Agency]  # who does a step, by its code, where that is always the same
    consulted: tuple[Agency, ...]  # may be asked for an opinion
    askable: tuple[str, ...]

    def agency_of(self, step: ProcessStep, place: Place) -> Agency:
        """Return who does the step when the case is at `place`."""
        if step.agency == AgencyRule.PARENT and place.competent.parent:
            return place.competent.parent
        if step.code in self.named:
            return self.named[step.code]
        return place.centre if step.agency == AgencyRule.RECEIVING else place.competent

    def answers_of(self, name: str, national_id: str, phone: str, place: Place) -> dict[str, Any]:
        """Return the sample's answers as this person would give them at `place`."""
        answers = dict(self.answers)
        if isinstance(answers.get("requester"), dict):
            answers["requester"] = answers["requester"] | {"full_name": name, "national_id": national_id}
        if "phone" in answers:
            answers["phone"] = phone
        if _PREFIX_OF_NAMED in answers:
            answers[_PREFIX_OF_NAMED] = place.competent.code
        return answers


def roads(seed: str, at: datetime, *, most: int) -> tuple[list[Road], list[float]]:
    """Return the roads that can be walked in this province, and how much each is used; through `most` communes, those
    first where somebody serves for the longest.
    """
    today = timezone.localtime(at).date()
    agencies = {agency.code: agency for agency in Agency.objects.on(today).order_by("code")}
    every = Agency.objects.on(today).filter(kind=AgencyKind.COMMUNE).annotate(first_served=Min("appointments"))
    chosen = every.order_by(F("first_served").asc(nulls_last=True), "code")[:most]
    communes = [_place(agencies[commune.code], today) for commune in chosen]
    newest = ProcedureVersion.objects.filter(effective_from__lte=today)
    found: list[Road] = []
    uses: list[float] = []
    for version in newest.order_by("procedure__code", "-number").distinct("procedure__code"):
        definition = version.definition
        own = list(_of(version, definition, agencies, communes, seed, at)) if definition.is_fileable else []
        found += own
        uses += [max(definition.popularity, 1) / len(own) for _ in own]
    return found, uses


def _of(
    version: ProcedureVersion,
    definition: ProcedureDefinition,
    agencies: dict[str, Agency],
    communes: list[Place],
    seed: str,
    at: datetime,
) -> Iterator[Road]:
    today = timezone.localtime(at).date()
    process, form = definition.process, definition.form
    for sample in definition.samples if process and form else ():
        competent = agencies.get(definition.competent_agency(sample.answers, today))
        if process is None or form is None or competent is None:
            continue
        facts = {field.code: _fact(field) for step in process.steps for field in step.facts}
        known = dict(sample.answers) | facts
        limit = definition.time_for(sample.answers, today, FilingChannel.ONLINE)
        chosen = communes if _chooses_a_commune(definition, sample, competent) else [_place(competent, today)]
        yield Road(
            version_id=version.pk,
            procedure_id=version.procedure_id,
            definition=definition,
            answers={code: value for code, value in sample.answers.items() if form.fields[code].kind != "file"},
            facts=facts,
            steps=tuple(_with_share(step, limit) for step in process.road(known, today)),
            limit=limit,
            places=tuple(chosen),
            weights=tuple(_busyness(seed, place.competent) for place in chosen),
            named={step.code: agencies[code] for step in process.steps if (code := _named(step, known, today))},
            consulted=_consulted(process, agencies),
            askable=tuple(form.fields),
        )


def _with_share(step: ProcessStep, limit: TimeLimit) -> ProcessStep:
    """Return the step with its own time, if it has one, as a share of the procedure's."""
    if step.time is None or not limit.minutes:
        return step
    return replace(step, share=step.time.minutes * 100 // limit.minutes)


def _named(step: ProcessStep, known: Mapping[str, Any], today: date) -> str:
    """Return the code of the agency that does a step wherever the case is at home; empty for the others."""
    return step.agency_code if step.agency == AgencyRule.NAMED else routed(step.route, known, today)


def _consulted(process: Process, agencies: Mapping[str, Agency]) -> tuple[Agency, ...]:
    """Return the agencies whose opinion may be asked on the way: none when no step asks."""
    terms = [step.consultation for step in process.steps if step.consultation]
    named = {code for one in terms for code in one.agencies} or (_CONSULTED if terms else ())
    return tuple(agencies[code] for code in sorted(named) if code in agencies)


def _place(competent: Agency, today: date) -> Place:
    return Place(competent, centre_of(competent, today))


def _chooses_a_commune(definition: ProcedureDefinition, sample: Sample, competent: Agency) -> bool:
    return not definition.route and _PREFIX_OF_NAMED in sample.answers and competent.kind == AgencyKind.COMMUNE


def _busyness(seed: str, agency: Agency) -> float:
    """Return how much an agency gets to do beside the others: a city's ward more than a village."""
    return Random(f"{seed}:busy:{agency.code}").lognormvariate(0, 0.6)  # noqa: S311 - nothing secret hangs on it


def _fact(field: FieldDefinition) -> Any:
    """Return something that a step may have found: what its field takes."""
    match field.kind:
        case "date":
            return "2026-01-15"
        case "number" | "money":
            return 1
        case "choice":
            return field.options[0].value if field.options else ""
        case "text" | "long_text":
            return "Theo sổ lưu"
    return None
