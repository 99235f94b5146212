"""Words for the terms of a procedure as its page says them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procedures import wording
from procedures.definition import Consultation, ProcedureDefinition, ProcessStep, TimeLimit
from procedures.definition.terms import ANSWERED
from procedures.rules import Rule
from procedures.states import AgencyRule
from procedures.wording import value_text

_MINUTES_A_DAY: Final = 8 * 60


def time_words(limit: TimeLimit) -> str:
    """Return how long handling may take."""
    count = limit.value or 0
    match limit.kind:
        case "SAME_DAY":
            return _("within the working day")
        case "WORKING_DAYS":
            return ngettext("%(n)d working day", "%(n)d working days", count) % {"n": count}
        case "WORKING_HOURS":
            return ngettext("%(n)d working hour", "%(n)d working hours", count) % {"n": count}
        case "CALENDAR_DAYS":
            return ngettext("%(n)d day", "%(n)d days", count) % {"n": count}
        case "MONTHS":
            return ngettext("%(n)d month", "%(n)d months", count) % {"n": count}
    return _("no time limit is set")


def rule_words(definition: ProcedureDefinition, rule: Rule | None) -> str:
    """Return a rule in words that name questions and facts as people read them; empty without a rule."""
    if rule is None:
        return ""
    steps = definition.process.steps if definition.process else ()
    fields = dict(definition.form.fields) if definition.form else {}
    fields |= {fact.code: fact for step in steps for fact in step.facts}
    choices = {code: {option.value: str(option.label) for option in field.options} for code, field in fields.items()}
    labels = {code: str(field.label) for code, field in fields.items()}
    return wording.rule_text(wording.with_choices(rule, choices), labels)


def share_words(step: ProcessStep, limit: TimeLimit) -> str:
    """Return a step's part of the time: "60% of the time, about 2 working days", or its own; empty without any."""
    if step.time:
        return time_words(step.time)
    if not step.share:
        return ""
    share = _("%(share)d%% of the time") % {"share": step.share}
    about = _about(step.share, limit)
    return f"{share}, {about}" if about else share


def step_terms(definition: ProcedureDefinition, step: ProcessStep, agencies: Mapping[str, str]) -> tuple[str, ...]:
    """Return who has the step and where, how often an act may be done in it, and how opinions are asked for."""

    def name(code: str) -> str:
        return agencies.get(code) or (_("the one that an answer names") if code.startswith(ANSWERED) else code)

    where = [value_text("agency", step.agency)]
    if step.agency == AgencyRule.NAMED:
        where = [name(step.agency_code)]
    elif step.agency == AgencyRule.ROUTED:
        otherwise = _("otherwise")
        where = [f"{rule_words(definition, one.when) or otherwise}: {name(one.agency)}" for one in step.route]
    limits = [
        _("%(act)s: at most %(most)s times") % {"act": value_text("actions", act), "most": most}
        for act, most in step.at_most.items()
    ]
    return (f"{value_text('role', step.role)} – {'; '.join(where)}", *limits, *_asked(step.consultation, name))


def _asked(terms: Consultation | None, name: Callable[[str], str]) -> Iterator[str]:
    if terms is None:
        return
    asked = ", ".join(map(name, terms.agencies)) or _("whom its holder chooses")
    parts = [
        _("Opinions of: %(agencies)s") % {"agencies": asked},
        time_words(terms.time) if terms.time else "",
        _("silence is consent") if terms.silence_is_consent else "",
        _("the time of the case stands") if terms.stops_clock else "",
        _("confidential") if terms.confidential else "",
    ]
    yield "; ".join(part for part in parts if part)


def _about(share: int, limit: TimeLimit) -> str:
    value = limit.value or 0
    minutes = {"WORKING_DAYS": value * _MINUTES_A_DAY, "WORKING_HOURS": value * 60}.get(limit.kind, 0) * share // 100
    if minutes >= _MINUTES_A_DAY:
        days = round(minutes / _MINUTES_A_DAY)
        return ngettext("about %(n)d working day", "about %(n)d working days", days) % {"n": days}
    hours = round(minutes / 60)
    return ngettext("about %(n)d working hour", "about %(n)d working hours", hours) % {"n": hours} if hours else ""
