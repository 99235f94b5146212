"""Telling people: applicants of each act that concerns them, civil servants of what waits for them.

What is told stands on the reader's page (`CaseNotice`, `DeskNotice`), and goes out over channels by the outbox: at
least once, and the key of a message lets the other side pass it on once. Which occasions there are, and in which
words: `onestop.occasions`, `wordings`. A letter says what happened and where to look, nothing of the content.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from identity.models import Account
from onestop import deadlines
from onestop.kinds import NoticeChannel, NoticeKind
from onestop.models import Case, CaseEvent, CaseMessage, CaseNotice, CaseRequest, DeskNotice, NoticePreference
from onestop.occasions import OCCASIONS, REMINDER, optional
from onestop.providers import channels
from onestop.services import wordings
from onestop.states import Action
from portal.core import outbox
from portal.core.formatting import short_date, short_time
from portal.core.outbox import operating

TOPIC: Final = "onestop.notice"
DESK_TOPIC: Final = "onestop.desk_letter"
_SHOWN: Final = 100


def tell(case: Case, event: CaseEvent) -> None:
    """Record the notice about `event`, if it is one that the applicant should hear of."""
    if event.action in OCCASIONS:
        _record(case, str(event.action), str(event.sequence), event.at)


def tell_of_message(case: Case, message: CaseMessage) -> None:
    """Record that the office has written; what it wrote stands on the case's page only."""
    _record(case, Action.WRITE_MESSAGE, f"message:{message.pk}", message.written_at)


def tell_of_supplement(case: Case, request: CaseRequest, at: datetime) -> None:
    """Record that the time of a supplement is nearly up."""
    _record(case, REMINDER, f"reminder:{request.pk}", at)


def tell_of_draft(case: Case, about: str, at: datetime) -> None:
    """Record that a draft waits, or will be erased: once since it was touched last. Of what a counter left lying,
    nobody is told.
    """
    if not case.is_from_counter:
        _record(case, about, f"{about}:{case.changed_at:%Y%m%dT%H%M%S.%f}", at)


@transaction.atomic
def tell_office(
    accounts: Iterable[Account],
    *,
    kind: NoticeKind,
    key: str,
    case: Case | None,
    data: Mapping[str, Any],
    at: datetime,
) -> None:
    """Record what civil servants should know now: each is told once a key, and by letter too unless they are not
    to be.
    """
    told = list(dict.fromkeys(accounts))
    silent = NoticePreference.objects.filter(account__in=told, muted__contains=[kind]).values_list(
        "account", flat=True
    )
    for account in told:
        fresh = {"kind": kind, "case": case, "data": dict(data), "created_at": at}
        notice, is_new = DeskNotice.objects.get_or_create(recipient=account, key=key, defaults=fresh)
        if is_new and account.email_address and account.pk not in silent:
            outbox.record(
                topic=DESK_TOPIC,
                group=notice.letter_key,  # one that cannot be delivered holds up no other
                key=notice.letter_key,
                payload={"notice_id": notice.pk},
                at=at,
            )


def mark_settled(accounts: Collection[Account], *, key: str, at: datetime) -> None:
    """Note as read what asked these civil servants for something that is done."""
    DeskNotice.objects.filter(recipient__in=accounts, key=key, read_at=None).update(read_at=at)


def channels_for(case: Case, about: str) -> list[NoticeChannel]:
    """Return over which channels the applicant is told: those they chose, and any that reaches them when they must
    be told and no chosen one does.
    """
    preference = NoticePreference.objects.filter(account=case.applicant_id).first() if case.applicant_id else None
    may_do_without = OCCASIONS[about].is_optional
    if preference is not None and about in preference.muted and may_do_without:
        return []
    reaching = [channel for channel in channels.offered() if _address(case, channel)]
    if preference is None or preference.channels is None:
        return reaching[:1]
    chosen = [channel for channel in reaching if channel in preference.channels]
    return chosen or ([] if may_do_without else reaching[:1])


def send(*, case_id: int, about: str, channel: NoticeChannel, key: str, at: datetime) -> None:
    """Send what was recorded to the applicant, unless it is not so any more. Raises what the channel raises."""
    found = Case.objects.select_related("procedure", "applicant", "competent_agency").filter(pk=case_id)
    case = found.first()  # a draft may have been thrown away meanwhile
    if case is None or (about.startswith("DRAFT_") and not _is_idle(case, at)):
        return
    with override(language_of(case)):
        message = channels.Message(
            key=key,
            to=_address(case, channel),
            subject=_(OCCASIONS[about].subject) % {"code": case.code or ""},
            text=short_text_for(case, about, at) if channel == NoticeChannel.SMS else text_for(case, about, at),
        )
    channels.CHANNELS[channel].send(message)


def send_to_office(*, notice_id: int, key: str) -> None:
    """Write to a civil servant what the desk tells them. Raises what the channel raises."""
    notice = DeskNotice.objects.select_related("recipient", "case").get(pk=notice_id)
    occasion = OCCASIONS[notice.kind]
    with override(notice.recipient.language or settings.LANGUAGE_CODE):
        message = channels.Message(
            key=key,
            to=str(notice.recipient.email_address),
            subject=_(occasion.subject) % {"code": notice.case.code if notice.case else ""},
            text=_letter(wordings.said(notice.kind, notice.values), reverse(occasion.page)),
        )
    channels.CHANNELS[NoticeChannel.EMAIL].send(message)


@transaction.atomic
def mark_read(*, account: Account, at: datetime) -> int:
    """Note that the applicant has read what they were told; returns how many notices that were."""
    unread = CaseNotice.objects.of(account).unread().order_by()
    return unread.update(read_at=at)


@transaction.atomic
def choose(*, account: Account, chosen: Collection[NoticeChannel], muted: Collection[str]) -> None:
    """Keep how `account` wishes to be told as an applicant; what the law makes us tell cannot be switched off."""
    _keep_wishes(account, muted, for_office=False, channels=sorted(chosen))


@transaction.atomic
def choose_at_desk(*, account: Account, muted: Collection[str]) -> None:
    """Keep of what `account` wishes no letters as a civil servant."""
    _keep_wishes(account, muted, for_office=True)


def send_again(*, case: Case, key: str, at: datetime) -> bool:
    """Try a message of the case once more; returns whether it waited or had failed."""
    return key.startswith(f"notice:{case.uuid}:") and bool(operating.retry(keys=[key], now=at))


def send_letter_again(*, account: Account, notice_id: int, at: datetime) -> bool:
    """Try the letter to a civil servant about one of their notices once more; returns whether it waited or failed."""
    notice = DeskNotice.objects.of(account).filter(pk=notice_id).first()
    return notice is not None and bool(operating.retry(keys=[notice.letter_key], now=at))


def told(account: Account, at: datetime) -> list[tuple[CaseNotice, str]]:
    """Return what the applicant was told lately, the newest first, each in words of the page's language."""
    words = wordings.wordings(get_language() or settings.LANGUAGE_CODE)
    found = CaseNotice.objects.of(account).select_related("case__procedure", "case__competent_agency")[:_SHOWN]
    return [(notice, wordings.filled(words[notice.about], values_of(notice.case, at))) for notice in found]


def told_at_desk(notices: Collection[DeskNotice]) -> list[tuple[DeskNotice, str, str]]:
    """Return these notices to a civil servant, each in words of the page's language, and the name of the page where
    something is to be done about it.
    """
    words = wordings.wordings(get_language() or settings.LANGUAGE_CODE)
    return [
        (notice, wordings.filled(words[notice.kind], notice.values), OCCASIONS[notice.kind].page)
        for notice in notices
    ]


def language_of(case: Case) -> str:
    """Return the language in which the applicant is written to."""
    return (case.applicant.language if case.applicant else "") or settings.LANGUAGE_CODE


def values_of(case: Case, at: datetime) -> dict[str, str]:
    """Return what a wording may fill in."""
    day = deadlines.erased_on(case, at)
    return {
        "code": case.code or "",
        "procedure": str(case.procedure.title),
        "agency": case.competent_agency.name if case.competent_agency else "",
        "due": short_time(case.due_at) if case.due_at else "–",
        "day": short_date(day) if day else "–",
    }


def text_for(case: Case, about: str, at: datetime) -> str:
    """Return the letter about an act: what happened, and where to look."""
    page = reverse(OCCASIONS[about].page, args=[case.uuid])
    return _letter(wordings.said(about, values_of(case, at)), page)


def short_text_for(case: Case, about: str, at: datetime) -> str:
    """Return the text message about an act: nothing of the person, nothing of the procedure."""
    return wordings.said(about, values_of(case, at), is_short=True)


def _letter(text: str, page: str) -> str:
    where = _("See the details after signing in: %(address)s") % {"address": f"{settings.PUBLIC_URL}{page}"}
    return f"{text}\n\n{where}"


def _is_idle(case: Case, at: datetime) -> bool:
    return case.is_draft and deadlines.erased_on(case, at) is not None


def _address(case: Case, channel: NoticeChannel) -> str:
    """Return where the applicant is reached: as stated in the case, or in the draft, or else on their account."""
    person = case.applicant
    match channel:
        case NoticeChannel.EMAIL:
            own = person.email_address if person else ""
            return str(case.applicant_email or case.answers.get("email") or own)
        case NoticeChannel.SMS:
            own = person.phone if person else ""
            return str(case.applicant_phone or case.answers.get("phone") or own)
        case NoticeChannel.VNEID:
            return str(person.tech_id or "") if person else ""


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


def _keep_wishes(account: Account, muted: Collection[str], *, for_office: bool, **wishes: Any) -> None:
    """Keep what one does not wish to be told in one's role; that of the other role stays."""
    known = NoticePreference.objects.filter(account=account).first()
    own = [one.code for one in optional(for_office=for_office)]
    others = [about for about in known.muted if about not in own] if known else []
    wishes["muted"] = [about for about in own if about in muted] + others
    NoticePreference.objects.update_or_create(account=account, defaults=wishes)
