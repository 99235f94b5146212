"""The result: drafted and looked at, proposed, signed, sealed; corrected or revoked when it was wrong."""

from __future__ import annotations

from typing import Any, Final

from django.forms import Form
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.models import Account
from identity.officers import Seat
from onestop import forms
from onestop.acts.offering import RESULT, Act, Call, simple, unless_being_signed
from onestop.models import Case
from onestop.services import correcting, deciding, documents, handling, turns
from onestop.states import Action


def is_ready(case: Case) -> bool:
    """Return whether proposing is what comes next."""
    draft = documents.draft_of(case)
    return (draft is not None and draft.is_refusal) or handling.is_ready_to_propose(case)


def _draft_form(case: Case, data: Any, by: Account | None) -> Form:
    draft = documents.draft_of(case)
    template = documents.wording_now(case, timezone.now())
    return forms.DraftForm(case, data, wording=template | (dict(draft.edited) if draft else {}))


def _draft(call: Call) -> object:
    return handling.draft(**call.who, edited=call.form.written(documents.wording_now(call.case, call.at)))


def _proposing_seat(case: Case, actor: Seat) -> None:
    turns.require(case, Action.PROPOSE, actor)


ACTS: Final = [
    Act(
        RESULT,
        Action.DRAFT_RESULT,
        _("Write the draft and look at it"),
        _("The draft is being printed; it appears among the papers in a moment."),
        _draft_form,
        _draft,
        seat=_proposing_seat,
    ),
    Act(
        RESULT,
        Action.PROPOSE,
        _("Propose the result for signature"),
        _("The draft lies before the signer."),
        simple(forms.NoteForm),
        lambda call: handling.propose(**call.who, note=call.typed["note"]),
    ),
    Act(
        RESULT,
        Action.SIGN,
        _("Sign digitally"),
        _("The document is being signed."),
        simple(forms.NothingForm),
        lambda call: deciding.order_signature(**call.who),
        makes_sense=unless_being_signed,
    ),
    Act(
        RESULT,
        Action.ISSUE,
        _("Number, seal and issue"),
        _("The document is being sealed."),
        simple(forms.NothingForm),
        lambda call: deciding.order_issue(**call.who),
        makes_sense=unless_being_signed,
    ),
    Act(
        RESULT,
        Action.CORRECT_RESULT,
        _("Have the result corrected"),
        _("The case went back to be corrected; the applicant was told."),
        simple(forms.ReasonForm),
        lambda call: correcting.correct(**call.who, **call.typed),
        seat=correcting.require_decider,
        consequence=_("The case is handled again; the result in force is revoked as soon as the new one is issued."),
    ),
    Act(
        RESULT,
        Action.REVOKE_RESULT,
        _("Revoke the result"),
        _("The result was revoked; whoever verifies it reads so."),
        simple(forms.ReasonForm),
        lambda call: correcting.revoke(**call.who, **call.typed),
        seat=correcting.require_decider,
        makes_sense=unless_being_signed,
        consequence=_("The result is not valid from now on, and no other takes its place. This cannot be undone."),
    ),
]
