"""At the counter, when a case comes in."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from onestop import forms
from onestop.acts.offering import RECEIVING, Act, at_counter, simple
from onestop.services import receiving, stepping
from onestop.states import Action

ACTS: Final = [
    Act(
        RECEIVING,
        Action.ACCEPT,
        _("Accept the case"),
        _("The case was accepted."),
        lambda case, data: forms.AcceptForm(case, data, is_optional=stepping.process_of(case).receipt_on_request),
        lambda call: receiving.accept(**call.who, **call.typed),
        seat=at_counter,
    ),
    Act(
        RECEIVING,
        Action.REJECT,
        _("Refuse to accept"),
        _("The case was not accepted; form 03 is being printed."),
        simple(forms.ReasonForm),
        lambda call: receiving.reject(**call.who, **call.typed),
        seat=at_counter,
        consequence=_("The case ends here; the applicant must file anew."),
    ),
]
