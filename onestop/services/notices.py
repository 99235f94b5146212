"""Telling the applicant: a notice for each act that concerns them, on their pages and over their channels.

At least once; the key of a message lets the other side pass it on once. No personal data in subjects and text
messages: these name the case by its code; a letter says what happened and where to look, nothing of the content.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language, gettext_noop, override
from django.utils.translation import gettext as _

from identity.models import Account
from onestop.errors import WordingRefusedError
from onestop.kinds import NoticeChannel
from onestop.models import (
    Case,
    CaseEvent,
    CaseMessage,
    CaseNotice,
    CaseRequest,
    NoticePreference,
    NoticeWording,
)
from onestop.providers import channels
from onestop.states import Action
from portal.core import outbox
from portal.core.formatting import short_time
from portal.core.outbox import operating

TOPIC: Final = "onestop.notice"
REMINDER: Final = "REMINDER"
_SUBJECT: Final = gettext_noop("News of your case %(code)s")
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
        Action.RECALL_ARRIVAL,
        Action.RETURN_RESULT,
        Action.RECORD_UNDELIVERED,
        Action.CORRECT_RESULT,
        Action.REVOKE_RESULT,
    }
)

# What the applicant may do without: nothing is asked in it, no time runs, and their page shows it.
OPTIONAL: Final = (Action.SUBMIT, Action.SETTLE_FEE, Action.SETTLE_DEMAND, Action.RESUME, Action.RETURN_RESULT)
_SHORT: Final[dict[str, str]] = {
    Action.SUBMIT: gettext_noop("Your application %(code)s has been filed."),
}
# What a wording may name. A text message is read by whoever holds the phone: the name of a procedure says too much.
LETTER_NAMES: Final = ("code", "procedure", "agency", "due")
SHORT_NAMES: Final = ("code", "due")
_NAME: Final = re.compile(r"\{(\w*)\}")

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
    Action.RECALL_ARRIVAL: gettext_noop(
        "The result of case %(code)s is not at the counter yet: we told you too early. We will tell you when it is."
    ),
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


_SHOWN: Final = 100
ABOUT: Final = tuple(str(about) for about in _SENTENCES)


def tell(case: Case, event: CaseEvent) -> None:
    """Record the notice about `event`, if it is one that the applicant should hear of."""
    if event.action in _TELLING:
        _record(case, str(event.action), str(event.sequence), event.at)


def tell_of_message(case: Case, message: CaseMessage) -> None:
    """Record that the office has written; what it wrote stands on the case's page only."""
    _record(case, Action.WRITE_MESSAGE, f"message:{message.pk}", message.written_at)


def remind(case: Case, request: CaseRequest, at: datetime) -> None:
    """Record that the time of a supplement is nearly up."""
    _record(case, REMINDER, f"reminder:{request.pk}", at)


def channels_for(case: Case, about: str) -> list[NoticeChannel]:
    """Return over which channels the applicant is told: those they chose, and any that reaches them when they must
    be told and no chosen one does.
    """
    preference = NoticePreference.objects.filter(account=case.applicant_id).first() if case.applicant_id else None
    if preference is not None and about in preference.muted and about in OPTIONAL:
        return []
    reaching = [channel for channel in channels.offered() if _address(case, channel)]
    if preference is None:
        return reaching[:1]
    chosen = [channel for channel in reaching if channel in preference.channels]
    return chosen or ([] if about in OPTIONAL else reaching[:1])


def send(*, case_id: int, about: str, channel: NoticeChannel, key: str) -> None:
    """Send what was recorded. Raises what the channel raises."""
    case = Case.objects.select_related("procedure", "applicant", "competent_agency").get(pk=case_id)
    with override(language_of(case)):
        message = channels.Message(
            key=key,
            to=_address(case, channel),
            subject=_(_SUBJECT) % {"code": case.code or ""},
            text=short_text_for(case, about) if channel == NoticeChannel.SMS else text_for(case, about),
        )
    channels.CHANNELS[channel].send(message)


@transaction.atomic
def mark_read(*, account: Account, at: datetime) -> int:
    """Note that the applicant has read what they were told; returns how many notices that were."""
    unread = CaseNotice.objects.of(account).unread().order_by()
    return unread.update(read_at=at)


@transaction.atomic
def choose(*, account: Account, chosen: Collection[NoticeChannel], muted: Collection[str]) -> None:
    """Keep how `account` wishes to be told; what the law makes us tell cannot be switched off."""
    wishes = {"channels": sorted(chosen), "muted": [about for about in OPTIONAL if about in muted]}
    NoticePreference.objects.update_or_create(account=account, defaults=wishes)


def send_again(*, case: Case, key: str, at: datetime) -> bool:
    """Try a message of the case once more; returns whether it waited or had failed."""
    return key.startswith(f"notice:{case.uuid}:") and bool(operating.retry(keys=[key], now=at))


@transaction.atomic
def reword(*, about: str, language: str, is_short: bool, text: str, by: Account, at: datetime) -> None:
    """Say a notice in other words from now on; the same words change nothing.

    Raises `WordingRefusedError`.
    """
    check_wording(text, is_short=is_short)
    if text != wordings(language, is_short=is_short)[about]:
        NoticeWording.objects.create(about=about, language=language, is_short=is_short, text=text, by=by, at=at)


def check_wording(text: str, *, is_short: bool) -> None:
    """Raise `WordingRefusedError` when the words do not name the case, or name what they may not."""
    allowed = SHORT_NAMES if is_short else LETTER_NAMES
    names = _NAME.findall(text)
    unknown = [name for name in names if name not in allowed]
    if unknown or set("{}") & set(_NAME.sub("", text)):
        listed = {"names": ", ".join(f"{{{name}}}" for name in allowed)}
        raise WordingRefusedError(_("These words may be filled in here, and no others: %(names)s.") % listed)
    if "code" not in names:
        raise WordingRefusedError(_("Please say which case it is: {code}."))


def wordings(language: str, *, is_short: bool = False) -> dict[str, str]:
    """Return what each notice says, the names of what is filled in between braces."""
    changed = NoticeWording.objects.filter(language=language, is_short=is_short)
    kept = changed.order_by("about", "-pk").distinct("about").values_list("about", "text")
    sentences = _SENTENCES | _SHORT if is_short else _SENTENCES
    names = {name: f"{{{name}}}" for name in LETTER_NAMES}
    with override(language):
        return {str(about): _(sentence) % names for about, sentence in sentences.items()} | dict(kept)


def filled(wording: str, values: Mapping[str, str]) -> str:
    """Return the words with their names filled in."""
    return _NAME.sub(lambda found: values[found[1]], wording)


def told(account: Account) -> list[tuple[CaseNotice, str]]:
    """Return what the applicant was told lately, the newest first, each in words of the page's language."""
    words = wordings(_language())
    found = CaseNotice.objects.of(account).select_related("case__procedure", "case__competent_agency")[:_SHOWN]
    return [(notice, filled(words[notice.about], values_of(notice.case))) for notice in found]


def language_of(case: Case) -> str:
    """Return the language in which the applicant is written to."""
    return (case.applicant.language if case.applicant else "") or settings.LANGUAGE_CODE


def values_of(case: Case) -> dict[str, str]:
    """Return what a wording may fill in."""
    return {
        "code": case.code or "",
        "procedure": str(case.procedure.title),
        "agency": case.competent_agency.name if case.competent_agency else "",
        "due": short_time(case.due_at) if case.due_at else "–",
    }


def text_for(case: Case, about: str) -> str:
    """Return the letter about an act: what happened, and where to look."""
    address = f"{settings.PUBLIC_URL}/ho-so/"
    where = _("See the details after signing in: %(address)s") % {"address": address}
    return f"{filled(wordings(_language())[about], values_of(case))}\n\n{where}"


def short_text_for(case: Case, about: str) -> str:
    """Return the text message about an act: nothing of the person, nothing of the procedure."""
    return filled(wordings(_language(), is_short=True)[about], values_of(case))


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _address(case: Case, channel: NoticeChannel) -> str:
    match channel:
        case NoticeChannel.EMAIL:
            return str(case.applicant_email)
        case NoticeChannel.SMS:
            return str(case.applicant_phone)
        case NoticeChannel.VNEID:
            return str(case.applicant.tech_id or "") if case.applicant else ""


def _record(case: Case, about: str, key: str, at: datetime) -> None:
    notice = CaseNotice(case=case, key=key, about=about, at=at)
    CaseNotice.objects.bulk_create([notice], ignore_conflicts=True)  # told already: the outbox knows its key, too
    for channel in channels_for(case, about):
        message = notice.key_on(channel)
        outbox.record(
            topic=TOPIC,
            group=message,  # one that cannot be delivered holds up no other
            key=message,
            payload={"case_id": case.pk, "action": about, "channel": channel},
            at=at,
        )
