"""What must hold of every process before it may be used: said in words for those who make it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from identity.models import Agency
from identity.states import Role
from procedures.definition import (
    END,
    Edge,
    ProcedureDefinition,
    Process,
    ProcessStep,
    heaviest_road,
    reached_from,
)
from procedures.rules import fields_of
from procedures.states import STEP_ACTIONS, AgencyRule
from procedures.wording import value_text

_AT_CENTRES: Final = frozenset({Role.CLERK, Role.CENTRE_HEAD})
_FROM_A_REGISTER: Final = "personal_number"  # nobody records it: the population database gives it


def problems(definition: ProcedureDefinition) -> list[str]:
    """Return what is wrong with the procedure's process, nothing when it may be used."""
    process = definition.process
    if process is None:
        return []
    edges = process.edges()
    return [
        *_beginning(process.steps[0]),
        *_holders(process),
        *_ends(process, edges),
        *_circles(process, edges),
        *_signers(process, edges),
        *_terms(process),
        *_facts(process),
        *_limits(process),
        *_other_people(process, edges),
        *_times(definition, process),
    ]


def unknown_agencies(definition: ProcedureDefinition, day: date) -> list[str]:
    """Return the codes of agencies that the process names and that are not there on `day`."""
    steps = definition.process.steps if definition.process else ()
    named = {step.agency_code for step in steps if step.agency == AgencyRule.NAMED}
    named |= {code for step in steps if step.consultation for code in step.consultation.agencies}
    named |= {route.agency for step in steps for route in step.route if not route.agency.startswith("answers.")}
    there = Agency.objects.filter(code__in=named, valid_from__lte=day).exclude(valid_to__lte=day)
    return sorted(named - set(there.values_list("code", flat=True)))


def _beginning(first: ProcessStep) -> Iterator[str]:
    """Accepting a case takes it through its first step, whoever holds the second."""
    is_counters = first.role in _AT_CENTRES and first.agency == AgencyRule.RECEIVING
    if not is_counters or "HAND_OVER" not in first.actions or first.when is not None:
        yield _(
            "“%(step)s” is the first step: let it be a clerk's where the case is received, who hands it over."
        ) % {"step": first.name}


def _holders(process: Process) -> Iterator[str]:
    for step in process.steps:
        may = STEP_ACTIONS.get(Role(step.role))
        if may is None:
            yield _("“%(step)s” has no holder: nobody is ever appointed to this role.") % {"step": step.name}
        elif step.role in _AT_CENTRES and step.agency not in {AgencyRule.RECEIVING, AgencyRule.NAMED}:
            yield _("“%(step)s” has no holder: clerks serve where cases are received.") % {"step": step.name}
        elif set(step.actions) - set(may):
            yield _("The holder of “%(step)s” cannot do all that stands there.") % {"step": step.name}


def _ends(process: Process, edges: list[Edge]) -> Iterator[str]:
    for step in process.steps:
        if END not in reached_from([step.code], edges):
            yield _("From “%(step)s” no road leads to an end.") % {"step": step.name}
    reached = reached_from([process.steps[0].code], edges)
    for step in process.steps:
        if step.code not in reached:
            yield _("No road leads to “%(step)s”.") % {"step": step.name}


def _circles(process: Process, edges: list[Edge]) -> Iterator[str]:
    """A way round that nobody chooses would never end: neither an act that is named nor something recorded is."""
    facts = {fact.code for step in process.steps for fact in step.facts}
    blind = [edge for edge in edges if not _is_decided(edge, facts)]
    for step in process.steps:
        onward = {edge.target for edge in blind if edge.source == step.code}
        if step.code in reached_from(onward, blind):
            yield _("From “%(step)s” a way leads back to it that nobody decides on.") % {"step": step.name}
            return


def _is_decided(edge: Edge, facts: set[str]) -> bool:
    if edge.lead is None:
        return False
    named = {path.split(".")[0] for path in fields_of(edge.lead.when)} if edge.lead.when else set()
    return bool(edge.lead.by or named & facts)


def _signers(process: Process, edges: list[Edge]) -> Iterator[str]:
    signing = [step.code for step in process.steps if "SIGN" in step.actions]
    unsigned = reached_from([process.steps[0].code], edges, besides=signing)
    for step in process.steps:
        if "ISSUE" in step.actions and step.code in unsigned:
            yield _("A road leads to “%(step)s” on which nobody signs.") % {"step": step.name}


def _terms(process: Process) -> Iterator[str]:
    """Terms are of what the holder of the step may do."""
    for step in process.steps:
        if step.consultation and "ASK_OPINION" not in step.actions:
            yield _("“%(step)s” says how opinions are asked for, but its holder may not ask.") % {"step": step.name}
        if set(step.at_most) - set(step.actions):
            yield _("“%(step)s” limits what its holder may not do at all.") % {"step": step.name}
        if step.agency == AgencyRule.ROUTED and step.route[-1].when is not None:
            words = _("“%(step)s” may find no agency: let the last one be without a condition.")
            yield words % {"step": step.name}


def _facts(process: Process) -> Iterator[str]:
    """What must be recorded can be."""
    recorded = {fact.code for step in process.steps for fact in step.facts} | {_FROM_A_REGISTER}
    for step in process.steps:
        for code in sorted(set(step.requires) - recorded):
            yield _("“%(step)s” needs “%(fact)s”, which no step records.") % {"step": step.name, "fact": code}


def _limits(process: Process) -> Iterator[str]:
    """Whoever may be asked to wait is told for how long."""
    limits = {"ASK_CONSENT": process.consent_hours, "ASK_VERIFICATION": process.verification_days}
    for act in (act for act, limit in limits.items() if limit is None):
        for step in process.steps:
            if act in step.actions:
                words = _("“%(step)s” has “%(act)s”: say for how long, in what holds for the whole process.")
                yield words % {"step": step.name, "act": value_text("actions", act)}


def _other_people(process: Process, edges: list[Edge]) -> Iterator[str]:
    for step in process.steps:
        for other in map(process.step, step.not_same_as):
            if other and (other == step or step.code not in reached_from([other.code], edges)):
                names = {"step": step.name, "other": other.name}
                yield _("“%(step)s” shuts out who did “%(other)s”, which does not come before it.") % names


def _times(definition: ProcedureDefinition, process: Process) -> Iterator[str]:
    shares = heaviest_road(process, {step.code: step.share for step in process.steps})
    own = {step.code: step.time.minutes for step in process.steps if step.time}
    if shares > 100 or (not own and shares != 100):
        yield _("The shares add up to %(total)s %%. They must add up to 100 %%.") % {"total": shares}
    needed = heaviest_road(process, {code: minutes for code, minutes in own.items() if _is_usual(process, code)})
    limits = [limit.minutes for limit in (definition.time, *definition.time_rules)]
    if needed and all(limits) and needed > min(limits):
        yield _("The steps' own times are longer than the procedure may take.")


def _is_usual(process: Process, code: str) -> bool:
    """Whether a case comes to the step while the clock runs on from acceptance: after a supplement it has stood."""
    edges = [edge for edge in process.edges() if edge.lead is None or edge.lead.by != "ANSWER_SUPPLEMENT"]
    return code in reached_from([process.steps[0].code], edges)
