"""What the desk offers in a case now: each act with its button, its form and its one service call.

Only what `possible` returns is shown, and the services refuse the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.forms import Form
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onestop import forms, queries
from onestop.actors import Actor
from onestop.errors import ActionNotAllowedError
from onestop.models import Case
from onestop.services import consulting, deciding, handling, receiving, requesting, returning, stepping, withdrawing
from onestop.states import Action, State, is_allowed
from procedures.eforms import StepDefinition
from procedures.eforms.definition import Text
from procedures.eforms.submission import StepForm


@dataclass(frozen=True)
class Call:
    """The ingredients of a service call: which case, by whom, when, seen in which version, with what typed."""

    case: Case
    actor: Actor
    at: datetime
    seen: int
    form: Any

    @property
    def who(self) -> dict[str, Any]:
        return {"case_id": self.case.pk, "actor": self.actor, "at": self.at, "seen_version": self.seen}

    @property
    def typed(self) -> dict[str, Any]:
        return dict(self.form.cleaned_data)


@dataclass(frozen=True)
class Act:
    """An act of the desk. `is_grave` asks once more before it is done."""

    action: Action
    label: str | Promise
    done: str | Promise
    make_form: Callable[[Case, Any], Form]
    run: Callable[[Call], object]
    is_grave: bool = False

    @property
    def code(self) -> str:
        return self.action.lower().replace("_", "-")


def possible(case: Case, actor: Actor) -> list[Act]:
    """Return what `actor` may do with the case now, the likely act first."""
    return [act for act in ACTS if _may(case, act.action, actor)]


def _may(case: Case, action: Action, actor: Actor) -> bool:
    if not is_allowed(State(case.state), action, actor.role):
        return False
    try:
        if case.state == State.SUBMITTED:
            receiving.serves_at_counter(case, actor)
        elif case.state != State.WITHDRAWAL_REQUESTED:
            stepping.require(case, action, actor)
    except ActionNotAllowedError:
        return False
    return _makes_sense(case, action)


def _makes_sense(case: Case, action: Action) -> bool:
    """Leave out what the services would refuse anyway: a second open request, a signature under way."""
    open_kinds = set(case.requests.filter(answered_at=None).values_list("kind", flat=True))
    if action == Action.ANSWER_VERIFICATION:
        return "VERIFICATION" in open_kinds
    if action == Action.GO_ON:
        return "CONSULTATION" in open_kinds
    if action in {Action.ASK_VERIFICATION, Action.ASK_CONSENT}:
        return action.removeprefix("ASK_") not in open_kinds
    if action in {Action.SIGN, Action.ISSUE, Action.SEND_BACK}:
        result = case.documents.filter(kind="RESULT").order_by("-version").first()
        return result is None or not result.is_being_signed
    return True


def _simple(kind: type[forms.NothingForm]) -> Callable[[Case, Any], Form]:
    return lambda case, data: kind(case, data)


def _supplement_form(case: Case, data: Any) -> Form:
    form = stepping.definition_of(case).form
    items = [(code, str(field.label)) for code, field in form.fields.items()] if form else []
    return forms.SupplementRequestForm(case, data, items=items)


def _send_back_form(case: Case, data: Any) -> Form:
    steps = [(step.code, step.name) for step in stepping.earlier_steps(case)]
    return forms.SendBackForm(case, data, steps=steps)


def facts_form(case: Case, data: Any) -> StepForm:
    """Return the questions that the holder of the open step answers, as a form."""
    step = stepping.open_step_of(case)
    fields = stepping.definition_of_step(case, step).facts if step else ()
    page = StepDefinition("facts", Text(""), Text(""), None, fields)
    return StepForm(page, case.facts, timezone.localdate(), data)


def _until(days: int, at: datetime) -> datetime:
    return timezone.localtime(at + timedelta(days=days)).replace(hour=17, minute=0, second=0, microsecond=0)


def _issue(call: Call) -> object:
    return deciding.order_issue(**call.who)


def _answer_verification(call: Call) -> object:
    return requesting.answer_verification(
        case_id=call.case.pk,
        actor=call.actor,
        at=call.at,
        confirmed=call.typed["confirmed"] == "yes",
        text=call.typed["text"],
    )


def _supplement(call: Call) -> object:
    typed = call.typed
    return requesting.request_supplement(
        **call.who, text=typed["reason"], items=typed["items"], due_at=_until(typed["days"], call.at)
    )


def _opinion_form(case: Case, data: Any) -> Form:
    step = stepping.open_step_of(case)
    terms = stepping.definition_of_step(case, step).consultation if step else None
    return forms.OpinionRequestForm(case, data, terms=terms, colleagues=queries.colleagues(step))


def _ask_opinions(call: Call) -> object:
    typed = call.typed
    of = [consulting.Addressee(agency) for agency in typed["of"]]
    of += [consulting.Addressee(seat.agency, seat.account) for seat in typed["people"]]
    return consulting.ask(
        **call.who, of=of, text=typed["text"], days=typed.get("days"), is_confidential=typed["is_confidential"]
    )


ACTS: Final = [
    Act(
        Action.ACCEPT,
        _("Accept the case"),
        _("The case was accepted."),
        lambda case, data: forms.AcceptForm(case, data, is_optional=stepping.process_of(case).receipt_on_request),
        lambda call: receiving.accept(**call.who, **call.typed),
    ),
    Act(
        Action.RECORD_FACTS,
        _("Save what was found"),
        _("Saved."),
        facts_form,
        lambda call: handling.record_facts(**call.who, facts=call.form.answers),
    ),
    Act(
        Action.PROPOSE,
        _("Propose the result for signature"),
        _("The draft lies before the signer."),
        _simple(forms.NoteForm),
        lambda call: handling.propose(**call.who, note=call.typed["note"]),
    ),
    Act(
        Action.SIGN,
        _("Sign digitally"),
        _("The document is being signed."),
        _simple(forms.NothingForm),
        lambda call: deciding.order_signature(**call.who),
    ),
    Act(
        Action.ISSUE,
        _("Number, seal and issue"),
        _("The document is being sealed."),
        _simple(forms.NothingForm),
        _issue,
    ),
    Act(
        Action.RETURN_RESULT,
        _("Hand over the result"),
        _("The result was handed over."),
        _simple(forms.ReturnForm),
        lambda call: returning.return_result(**call.who, **call.typed),
    ),
    Act(
        Action.FORWARD,
        _("Pass on to the next step"),
        _("The case was passed on."),
        _simple(forms.NoteForm),
        lambda call: handling.forward(**call.who, note=call.typed["note"]),
    ),
    Act(
        Action.ASK_CONSENT,
        _("Send the draft to the applicant"),
        _("The draft was sent to the applicant."),
        _simple(forms.NothingForm),
        lambda call: requesting.ask_consent(**call.who),
    ),
    Act(
        Action.ANSWER_VERIFICATION,
        _("Record the answer to the verification"),
        _("The answer was recorded."),
        _simple(forms.VerificationAnswerForm),
        _answer_verification,
    ),
    Act(
        Action.ASK_VERIFICATION,
        _("Ask another office to verify"),
        _("The office was asked; the due time has moved."),
        _simple(forms.VerificationForm),
        lambda call: requesting.ask_verification(**call.who, **call.typed),
    ),
    Act(
        Action.ASK_OPINION,
        _("Ask others for an opinion"),
        _("They were asked; the case goes on when all have answered."),
        _opinion_form,
        _ask_opinions,
    ),
    Act(
        Action.REQUEST_SUPPLEMENT,
        _("Ask for a supplement"),
        _("The applicant was asked; form 02 is being printed."),
        _supplement_form,
        _supplement,
    ),
    Act(
        Action.SEND_BACK,
        _("Send back"),
        _("The case was sent back."),
        _send_back_form,
        lambda call: handling.send_back(**call.who, **call.typed),
    ),
    Act(
        Action.GO_ON,
        _("Go on without the opinions still awaited"),
        _("The opinions are not awaited any longer."),
        _simple(forms.ReasonForm),
        lambda call: consulting.go_on(**call.who, **call.typed),
        is_grave=True,
    ),
    Act(
        Action.REJECT,
        _("Refuse to accept"),
        _("The case was not accepted; form 03 is being printed."),
        _simple(forms.ReasonForm),
        lambda call: receiving.reject(**call.who, **call.typed),
        is_grave=True,
    ),
    Act(
        Action.ACCEPT_WITHDRAWAL,
        _("Agree to the withdrawal"),
        _("The case was withdrawn."),
        _simple(forms.NothingForm),
        lambda call: withdrawing.answer_withdrawal(**call.who, agrees=True, reason=""),
        is_grave=True,
    ),
    Act(
        Action.REFUSE_WITHDRAWAL,
        _("Refuse the withdrawal"),
        _("The withdrawal was refused; handling goes on."),
        _simple(forms.ReasonForm),
        lambda call: withdrawing.answer_withdrawal(**call.who, agrees=False, **call.typed),
    ),
]
