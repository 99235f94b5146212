"""When something stands in the way: what is missing, what must be paid, more time, a pause, an end."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.forms import Form
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.models import Account
from identity.queries import calendar_of
from onestop import forms
from onestop.acts.offering import OBSTACLES, Act, Call, simple, unless_being_signed
from onestop.kinds import DocumentKind
from onestop.models import Case, CaseDocument
from onestop.services import (
    apologising,
    charging,
    documents,
    extending,
    phrasing,
    requesting,
    stepping,
    suspending,
    withdrawing,
)
from onestop.states import Action
from portal.core.formatting import dong


def _supplement_form(case: Case, data: Any, by: Account | None) -> Form:
    items = list(phrasing.askable(stepping.definition_of(case)).items())
    return forms.SupplementRequestForm(case, data, items=items, basis=requesting.own_basis(case))


def _supplement(call: Call) -> object:
    typed = call.typed
    agency = call.case.competent_agency_id or call.case.receiving_centre_id or 0
    return requesting.request_supplement(
        **call.who,
        text=typed["reason"],
        basis=typed["basis"],
        items=typed["items"],
        due_at=calendar_of(agency).add_calendar_days(call.at, typed["days"]),
    )


def _payment_form(case: Case, data: Any, by: Account | None) -> Form:
    lines = charging.demandable(case, timezone.now())
    return forms.PaymentForm(case, data, fees=[(line.code, f"{line.name}: {dong(line.amount)}") for line in lines])


def _extend_form(case: Case, data: Any, by: Account | None) -> Form:
    """Return the form with the apology drafted: the officer changes what they know better."""
    step, now = case.open_step, timezone.now()
    is_late = extending.is_late(case, now)
    form = forms.DaysForm(case, data, label=None if is_late else _("Working days more"))
    if data is None and step is not None:
        step.case = case
        form.propose(apologising.drafted([step], now)[case.pk])
    return form


def _apology(call: Call) -> CaseDocument:
    """Return form 04 with the new time that it would promise."""
    days = call.typed.get("days")
    return _form(call, DocumentKind.FORM_04, extending.put_off(call.case, days) if days else None)


def _suspension(call: Call) -> CaseDocument:
    """Return form 05 with the time until which the case would be suspended."""
    return _form(call, DocumentKind.FORM_05, suspending.until(call.actor, call.typed["days"], call.at))


def _form(call: Call, kind: DocumentKind, due_at: datetime | None = None) -> CaseDocument:
    reason = call.typed["reason"]
    return documents.form_for(call.case, kind, actor=call.actor, at=call.at, reason=reason, due_at=due_at)


def _extend(call: Call) -> object:
    return extending.extend(**call.who, reason=call.typed["reason"], days=call.typed.get("days"))


def _suspend_form(case: Case, data: Any, by: Account | None) -> Form:
    form = forms.DaysForm(case, data, label=_("Working days to wait at most"))
    form.fields["reason"].label = _("Reason, and what is waited for")
    return form


ACTS: Final = [
    Act(
        OBSTACLES,
        Action.RESUME,
        _("Go on with the case"),
        _("The case goes on; the clock runs."),
        simple(forms.NoteForm),
        lambda call: suspending.resume(**call.who, note=call.typed["note"]),
    ),
    Act(
        OBSTACLES,
        Action.REQUEST_SUPPLEMENT,
        _("Ask for a supplement"),
        _("The applicant was asked; form 02 is being printed."),
        _supplement_form,
        _supplement,
        seat=requesting.require_turn,
        makes_sense=unless_being_signed,
    ),
    Act(
        OBSTACLES,
        Action.REQUIRE_PAYMENT,
        _("Ask for a payment"),
        _("The applicant was asked to pay; handling goes on when they have."),
        _payment_form,
        lambda call: charging.require_payment(**call.who, **call.typed),
        makes_sense=lambda case, at: bool(charging.demandable(case, at)),
    ),
    Act(
        OBSTACLES,
        Action.EXTEND,
        _("Apologise, and take more time"),
        _("The apology (form 04) is being printed; the applicant was told."),
        _extend_form,
        _extend,
        seat=extending.require_holder_or_leader,
        preview=_apology,
        makes_sense=extending.may_extend,
    ),
    Act(
        OBSTACLES,
        Action.SUSPEND,
        _("Suspend the case"),
        _("The case is suspended; the clock stands, and form 05 is being printed."),
        _suspend_form,
        lambda call: suspending.suspend(**call.who, **call.typed),
        preview=_suspension,
        makes_sense=unless_being_signed,
    ),
    Act(
        OBSTACLES,
        Action.STOP,
        _("Stop handling"),
        _("Handling has ended; form 05 is being printed."),
        simple(forms.ReasonForm),
        lambda call: suspending.stop(**call.who, **call.typed),
        preview=lambda call: _form(call, DocumentKind.FORM_05),
        makes_sense=unless_being_signed,
        consequence=_("The case ends without a result. This cannot be undone."),
    ),
    Act(
        OBSTACLES,
        Action.ACCEPT_WITHDRAWAL,
        _("Agree to the withdrawal"),
        _("The case was withdrawn."),
        simple(forms.NothingForm),
        lambda call: withdrawing.answer_withdrawal(**call.who, agrees=True, reason=""),
        seat=withdrawing.require_office,
        consequence=_("The case ends without a result. This cannot be undone."),
    ),
    Act(
        OBSTACLES,
        Action.REFUSE_WITHDRAWAL,
        _("Refuse the withdrawal"),
        _("The withdrawal was refused; handling goes on."),
        simple(forms.ReasonForm),
        lambda call: withdrawing.answer_withdrawal(**call.who, agrees=False, **call.typed),
        seat=withdrawing.require_office,
    ),
]
