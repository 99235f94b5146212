"""At the counter, when a case comes in."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from onestop import forms
from onestop.acts.offering import RECEIVING, Act, Call, simple
from onestop.kinds import DocumentKind
from onestop.models import CaseDocument
from onestop.services import documents, receiving, stepping, succession
from onestop.states import Action


def _refusal(call: Call) -> CaseDocument:
    reason = call.typed["reason"]
    return documents.form_for(call.case, DocumentKind.FORM_03, actor=call.actor, at=call.at, reason=reason)


ACTS: Final = [
    Act(
        RECEIVING,
        Action.TAKE_OVER,
        _("Take the case over"),
        _("The case is your agency's now; its due time stays."),
        simple(forms.NothingForm),
        lambda call: succession.take_over(**call.who),
        seat=succession.require_waiting,
    ),
    Act(
        RECEIVING,
        Action.ACCEPT,
        _("Accept the case"),
        _("The case was accepted."),
        lambda case, data, by: forms.AcceptForm(case, data, is_optional=stepping.process_of(case).receipt_on_request),
        lambda call: receiving.accept(**call.who, **call.typed),
        seat=receiving.require_centre,
    ),
    Act(
        RECEIVING,
        Action.REJECT,
        _("Refuse to accept"),
        _("The case was not accepted; form 03 is being printed."),
        simple(forms.ReasonForm),
        lambda call: receiving.reject(**call.who, **call.typed),
        seat=receiving.require_centre,
        preview=_refusal,
        consequence=_("The case ends here; the applicant must file anew."),
    ),
]
