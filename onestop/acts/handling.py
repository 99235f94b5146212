"""While a case is being handled: what is found, whom the draft is shown to, who goes on."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet
from django.forms import Form
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.models import Account
from identity.officers import Seat
from onestop import forms, queries
from onestop.acts.offering import HANDLING, Act, Call, simple, unless_being_signed
from onestop.errors import ActionNotAllowedError
from onestop.kinds import RequestKind
from onestop.models import Case, CaseStep
from onestop.services import consulting, handling, requesting, stepping, undoing
from onestop.states import Action
from procedures.eforms import StepDefinition
from procedures.eforms.definition import Text
from procedures.eforms.submission import StepForm


def facts_form(case: Case, data: Any, by: Account | None) -> StepForm:
    """Return the questions that the holder of the open step answers, as a form."""
    step = case.open_step
    fields = stepping.definition_of_step(case, step).facts if step else ()
    page = StepDefinition("facts", Text(""), Text(""), None, fields)
    return StepForm(page, case.facts, timezone.localdate(), data)


def consent_comes_next(case: Case) -> bool:
    """Return whether nothing but the applicant's consent to the draft is missing."""
    return handling.has_recorded_all(case) and requesting.consent_is_missing(case)


def _send_back_form(case: Case, data: Any, by: Account | None) -> Form:
    steps = [(step.code, step.name) for step in stepping.earlier_steps(case)]
    return forms.SendBackForm(case, data, steps=steps)


def _colleague_form(case: Case, data: Any, by: Account | None) -> Form:
    step = case.open_step
    colleagues = _others(step, by) if step else Account.objects.none()
    return forms.ColleagueForm(case, data, colleagues=colleagues)


def _require_others(case: Case, actor: Seat) -> None:
    if not _others(handling.step_to_reassign(case, actor), actor.account).exists():
        raise ActionNotAllowedError


def _others(step: CaseStep, by: Account | None) -> QuerySet[Account]:
    """Return who may be given the step by `by`: nobody gives a case to oneself."""
    colleagues = handling.colleagues(step, timezone.now())
    return colleagues.exclude(pk=by.pk) if by else colleagues


def _answer_verification(call: Call) -> object:
    return requesting.answer_verification(
        case_id=call.case.pk,
        actor=call.actor,
        at=call.at,
        confirmed=call.typed["confirmed"] == "yes",
        text=call.typed["text"],
    )


def _opinion_form(case: Case, data: Any, by: Account | None) -> Form:
    step = case.open_step
    terms = stepping.definition_of_step(case, step).consultation if step else None
    colleagues = queries.colleagues(step).exclude(account=by)
    return forms.OpinionRequestForm(case, data, terms=terms, colleagues=colleagues)


def _ask_opinions(call: Call) -> object:
    typed = call.typed
    of = [consulting.Addressee(agency) for agency in typed["of"]]
    of += [consulting.Addressee(seat.agency, seat.account) for seat in typed["people"]]
    return consulting.ask(
        **call.who, of=of, text=typed["text"], days=typed.get("days"), is_confidential=typed["is_confidential"]
    )


ACTS: Final = [
    Act(
        HANDLING,
        Action.ANSWER_VERIFICATION,
        _("Record the answer to the verification"),
        _("The answer was recorded."),
        simple(forms.VerificationAnswerForm),
        _answer_verification,
        makes_sense=lambda case, at: case.awaits(RequestKind.VERIFICATION),
    ),
    Act(
        HANDLING,
        Action.RECORD_FACTS,
        _("Save what was found"),
        _("Saved."),
        facts_form,
        lambda call: handling.record_facts(**call.who, facts=call.form.answers),
    ),
    Act(
        HANDLING,
        Action.FORWARD,
        _("Pass on to the next step"),
        _("The case was passed on."),
        simple(forms.NoteForm),
        lambda call: handling.forward(**call.who, note=call.typed["note"]),
    ),
    Act(
        HANDLING,
        Action.ASK_VERIFICATION,
        _("Ask another office to verify"),
        _("The office was asked; the due time has moved."),
        simple(forms.VerificationForm),
        lambda call: requesting.ask_verification(**call.who, **call.typed),
        makes_sense=lambda case, at: not case.awaits(RequestKind.VERIFICATION),
    ),
    Act(
        HANDLING,
        Action.ASK_OPINION,
        _("Ask others for an opinion"),
        _("They were asked; the case goes on when all have answered."),
        _opinion_form,
        _ask_opinions,
    ),
    Act(
        HANDLING,
        Action.GO_ON,
        _("Go on without the opinions still awaited"),
        _("The opinions are not awaited any longer."),
        simple(forms.ReasonForm),
        lambda call: consulting.go_on(**call.who, **call.typed),
        makes_sense=lambda case, at: case.awaits(RequestKind.CONSULTATION),
        consequence=_("The case goes on without hearing them."),
    ),
    Act(
        HANDLING,
        Action.ASK_CONSENT,
        _("Send the draft to the applicant"),
        _("The draft was sent to the applicant."),
        simple(forms.NothingForm),
        lambda call: requesting.ask_consent(**call.who),
        makes_sense=lambda case, at: not case.awaits(RequestKind.CONSENT),
    ),
    Act(
        HANDLING,
        Action.SEND_BACK,
        _("Send back"),
        _("The case was sent back."),
        _send_back_form,
        lambda call: handling.send_back(**call.who, **call.typed),
        makes_sense=unless_being_signed,
    ),
    Act(
        HANDLING,
        Action.TAKE,
        _("Take it in hand"),
        _("The case is yours now: colleagues leave it to you."),
        simple(forms.NothingForm),
        lambda call: handling.take(**call.who),
        seat=handling.step_to_take,
    ),
    Act(
        HANDLING,
        Action.REASSIGN,
        _("Give it to a colleague"),
        _("The colleague has the case now."),
        _colleague_form,
        lambda call: handling.reassign(**call.who, **call.typed),
        seat=_require_others,
    ),
    Act(
        HANDLING,
        Action.UNDO,
        _("Take back what I just did"),
        _("Taken back: the case is where it was."),
        simple(forms.NothingForm),
        lambda call: undoing.undo(**call.who),
        seat=undoing.require_own,
        makes_sense=undoing.is_fresh,
    ),
]
