"""Telling the applicant: a short message for each step that concerns them, by e-mail when they gave one.

At least once: a message may come twice after a crash. No personal data in the subject; the text says what happened
and where to look, nothing of the case's content.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from onestop.models import Case, CaseEvent, CaseMessage, CaseRequest
from onestop.states import Action
from portal.core import outbox

TOPIC: Final = "onestop.notice"
REMINDER: Final = "REMINDER"
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
        Action.REQUIRE_PAYMENT,
        Action.SETTLE_DEMAND,
        Action.SUSPEND,
        Action.RESUME,
        Action.STOP,
        Action.ARRIVE,
        Action.RETURN_RESULT,
        Action.RECORD_UNDELIVERED,
        Action.CORRECT_RESULT,
        Action.REVOKE_RESULT,
    }
)

_SENTENCES: Final[dict[str, str]] = {
    Action.SUBMIT: gettext_noop("Your application %(code)s (%(procedure)s) has been filed."),
    Action.SETTLE_FEE: gettext_noop("The fee has been received. Your application %(code)s has been filed."),
    Action.ACCEPT: gettext_noop("Case %(code)s was accepted. The receipt with the due date is on your case's page."),
    Action.REJECT: gettext_noop("Case %(code)s was not accepted. The reason is on your case's page."),
    Action.REQUEST_SUPPLEMENT: gettext_noop("Case %(code)s needs a supplement from you."),
    Action.ASK_CONSENT: gettext_noop("Please check the draft of your result in case %(code)s within one day."),
    Action.EXTEND: gettext_noop(
        "Case %(code)s needs more time than was promised. We apologise; our letter is on your case's page."
    ),
    Action.RECOMPUTE_DUE: gettext_noop(
        "Case %(code)s has another due date: the working calendar was changed. The new date is on your case's page."
    ),
    Action.REQUIRE_PAYMENT: gettext_noop(
        "In case %(code)s there is something to pay before handling goes on. What, and how, is on your case's page."
    ),
    Action.SETTLE_DEMAND: gettext_noop("The payment in case %(code)s has been received. Handling goes on."),
    Action.SUSPEND: gettext_noop(
        "Handling of case %(code)s stands still for a while. The reason, and until when, are on your case's page."
    ),
    Action.RESUME: gettext_noop("Handling of case %(code)s goes on. The date is on your case's page."),
    Action.STOP: gettext_noop("Handling of case %(code)s has been stopped. The reason is on your case's page."),
    Action.ARRIVE: gettext_noop("The result of case %(code)s is ready at the counter."),
    Action.RETURN_RESULT: gettext_noop("The result of case %(code)s has been handed over."),
    Action.RECORD_UNDELIVERED: gettext_noop(
        "The post could not deliver the result of case %(code)s. It lies at the counter; see your case's page."
    ),
    Action.CORRECT_RESULT: gettext_noop(
        "The result of case %(code)s is being corrected; you will get a new one. The reason is on your case's page."
    ),
    Action.REVOKE_RESULT: gettext_noop(
        "The result of case %(code)s was revoked and is not valid any more. The reason is on your case's page."
    ),
    Action.WRITE_MESSAGE: gettext_noop("There is a message for you about case %(code)s."),
    REMINDER: gettext_noop(
        "We still wait for your supplement in case %(code)s. Until when, and what is missing, is on your case's page."
    ),
}


def tell(case: Case, event: CaseEvent) -> None:
    """Record the message about `event`, if it is one that the applicant should hear of."""
    if event.action in _TELLING:
        _record(case, str(event.action), str(event.sequence), event.at)


def tell_of_message(case: Case, message: CaseMessage) -> None:
    """Record that the office has written; what it wrote stands on the case's page only."""
    _record(case, Action.WRITE_MESSAGE, f"message:{message.pk}", message.written_at)


def remind(case: Case, request: CaseRequest, at: datetime) -> None:
    """Record that the time of a supplement is nearly up."""
    _record(case, REMINDER, f"reminder:{request.pk}", at)


def _record(case: Case, about: str, key: str, at: datetime) -> None:
    if case.applicant_email:
        outbox.record(
            topic=TOPIC,
            group=f"notice:{case.uuid}",
            key=f"notice:{case.uuid}:{key}",
            payload={"case_id": case.pk, "action": about},
            at=at,
        )


def language_of(case: Case) -> str:
    """Return the language in which the applicant is written to."""
    return (case.applicant.language if case.applicant else "") or settings.LANGUAGE_CODE


def text_for(case: Case, action: str) -> str:
    """Return the message about a step: what happened, and where to look."""
    sentence = _(_SENTENCES[action])
    address = f"{settings.PUBLIC_URL}/ho-so/"
    return "\n\n".join(
        [
            sentence % {"code": case.code, "procedure": case.procedure.title},
            _("See the details after signing in: %(address)s") % {"address": address},
        ]
    )
