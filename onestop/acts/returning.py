"""At the counter, when the result goes out."""

from __future__ import annotations

from typing import Any, Final

from django.forms import Form
from django.utils.translation import gettext_lazy as _

from identity.models import Account
from onestop import forms, queries
from onestop.acts.offering import RETURNING, Act, Call, simple
from onestop.models import Case
from onestop.services import returning
from onestop.states import Action


def _return_form(case: Case, data: Any, by: Account | None) -> Form:
    originals = list(returning.originals_to_compare(case).items())
    return forms.ReturnForm(case, data, originals=originals, can_authorise=returning.can_authorise(case))


def _undelivered(call: Call) -> object:
    collects = call.typed["collects"] == "yes"
    return returning.record_undelivered(**call.who, reason=call.typed["reason"], collects=collects)


ACTS: Final = [
    Act(
        RETURNING,
        Action.ARRIVE,
        _("The result has come from the agency"),
        _("The result lies at the counter; the applicant was told."),
        simple(forms.NothingForm),
        lambda call: returning.arrive(**call.who),
        makes_sense=lambda case, at: returning.is_on_paper(case),
    ),
    Act(
        RETURNING,
        Action.RETURN_RESULT,
        _("Hand over the result"),
        _("The result was handed over."),
        _return_form,
        lambda call: returning.return_result(**call.who, **call.typed),
        makes_sense=lambda case, at: not queries.owed(case),
    ),
    Act(
        RETURNING,
        Action.RECALL_ARRIVAL,
        _("The result is not here yet"),
        _("The case waits for the result again; the applicant was told."),
        simple(forms.NothingForm),
        lambda call: returning.recall_arrival(**call.who),
        seat=returning.require_arrival,
    ),
    Act(
        RETURNING,
        Action.RECORD_UNDELIVERED,
        _("The post brought the result back"),
        _("The result lies at the counter again; the applicant was told."),
        simple(forms.UndeliveredForm),
        _undelivered,
        seat=returning.require_posted,
    ),
]
