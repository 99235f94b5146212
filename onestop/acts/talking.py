"""Words that change nothing in the case: to the applicant, and among colleagues."""

from __future__ import annotations

from typing import Any, Final

from django.forms import Form
from django.utils.translation import gettext_lazy as _

from identity.models import Account
from identity.officers import Seat
from onestop import forms
from onestop.acts.offering import TALKING, Act, Call
from onestop.models import Case
from onestop.services import talking
from onestop.states import Action


def _message_form(case: Case, data: Any, by: Account | None) -> Form:
    return forms.WordsForm(case, data, label=_("Message to the applicant"))


def _note_form(case: Case, data: Any, by: Account | None) -> Form:
    return forms.WordsForm(case, data, label=_("Note for colleagues; the applicant does not see it"))


def _any_seat(case: Case, actor: Seat) -> None:
    """Whoever may open the case at the desk may write about it."""


def _write_to_applicant(call: Call) -> object:
    return talking.write_to_applicant(case_id=call.case.pk, actor=call.actor, text=call.typed["text"], at=call.at)


def _write_note(call: Call) -> object:
    return talking.write_note(case_id=call.case.pk, actor=call.actor, text=call.typed["text"], at=call.at)


ACTS: Final = [
    Act(
        TALKING,
        Action.WRITE_MESSAGE,
        _("Send the message"),
        _("The message was sent; an e-mail says that it is there."),
        _message_form,
        _write_to_applicant,
        seat=_any_seat,
        makes_sense=lambda case, at: case.applicant_id is not None,
    ),
    Act(
        TALKING,
        Action.WRITE_NOTE,
        _("Keep the note"),
        _("The note was kept."),
        _note_form,
        _write_note,
        seat=_any_seat,
    ),
]
