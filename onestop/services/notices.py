"""Telling the applicant: a short message for each step that concerns them, by e-mail when they gave one.

At least once: a message may come twice after a crash. No personal data in the subject; the text says what happened
and where to look, nothing of the case's content.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from onestop.models import Case, CaseEvent
from onestop.states import Action
from portal.core import outbox

TOPIC: Final = "onestop.notice"
_TELLING: Final = frozenset(
    {
        Action.SUBMIT,
        Action.SETTLE_FEE,
        Action.ACCEPT,
        Action.REJECT,
        Action.REQUEST_SUPPLEMENT,
        Action.ASK_CONSENT,
        Action.EXTEND,
        Action.RECOMPUTE_DUE,
        Action.STOP,
        Action.ARRIVE,
        Action.RETURN_RESULT,
    }
)

_SENTENCES: Final = {
    Action.SUBMIT: gettext_noop("Your application %(code)s (%(procedure)s) has been filed."),
    Action.SETTLE_FEE: gettext_noop("The fee has been received. Your application %(code)s has been filed."),
    Action.ACCEPT: gettext_noop("Case %(code)s was accepted. The receipt with the due date is on your case's page."),
    Action.REJECT: gettext_noop("Case %(code)s was not accepted. The reason is on your case's page."),
    Action.REQUEST_SUPPLEMENT: gettext_noop("Case %(code)s needs a supplement from you."),
    Action.ASK_CONSENT: gettext_noop("Please check the draft of your result in case %(code)s within one day."),
    Action.EXTEND: gettext_noop("Case %(code)s needs more time. We apologise; the new date is on your case's page."),
    Action.RECOMPUTE_DUE: gettext_noop(
        "Case %(code)s has another due date: the working calendar was changed. The new date is on your case's page."
    ),
    Action.STOP: gettext_noop("Handling of case %(code)s has been stopped. The reason is on your case's page."),
    Action.ARRIVE: gettext_noop("The result of case %(code)s is ready at the counter."),
    Action.RETURN_RESULT: gettext_noop("The result of case %(code)s has been handed over."),
}


def tell(case: Case, event: CaseEvent) -> None:
    """Record the message about `event`, if it is one that the applicant should hear of."""
    if event.action not in _TELLING or not case.applicant_email:
        return
    outbox.record(
        topic=TOPIC,
        group=f"notice:{case.uuid}",
        key=f"notice:{case.uuid}:{event.sequence}",
        payload={"case_id": case.pk, "action": str(event.action)},
        at=event.at,
    )


def text_for(case: Case, action: str) -> str:
    """Return the message about a step: what happened, and where to look."""
    sentence = _(_SENTENCES[Action(action)])
    address = f"{settings.PUBLIC_URL}/ho-so/"
    return "\n\n".join(
        [
            sentence % {"code": case.code, "procedure": case.procedure.name},
            _("See the details after signing in: %(address)s") % {"address": address},
        ]
    )
