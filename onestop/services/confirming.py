"""Filled in by another (người làm hộ): one person types, the person whose case it is reads it and confirms.

The link is passed on by hand, or sent by the portal to where the draft says that the person is reached, else to
their account: who typed it never learns whether there is one. Whoever holds the link and is not that person learns
nothing, not even that it exists.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from identity.models import Account
from onestop.errors import (
    ActionNotAllowedError,
    LinksSentError,
    NobodyElseError,
    StaleCaseError,
    WordsMissingError,
)
from onestop.kinds import NoticeChannel
from onestop.models import Case, Confirmation
from onestop.occasions import LINK, OCCASIONS
from onestop.providers import channels
from onestop.services import filing, wordings
from onestop.services.advancing import lock_draft, open_draft
from portal.core import outbox

TOPIC: Final = "onestop.confirm_link"
LASTS: Final = timedelta(days=7)
_SENT_A_DAY: Final = 3  # of one draft: nobody is pestered
_SENT_A_DAY_BY_ONE: Final = 20  # of all drafts that somebody typed, those that they have deleted among them


@transaction.atomic
def ask(*, draft_id: int, account: Account, over: NoticeChannel | None = None, at: datetime) -> str:
    """Make a link for the person whom the draft names as its applicant, and return its token; an older one is void.

    It is sent `over` a channel, or by nobody but `account`. Raises `NobodyElseError` when that person is `account`,
    or nobody; `LinksSentError` when enough were sent today; `ActionNotAllowedError`.
    """
    case = open_draft(draft_id)
    if case.applicant_id != account.pk:
        raise ActionNotAllowedError
    if not names_another(case, account):
        raise NobodyElseError
    token = secrets.token_urlsafe(32)
    asked = {"typed_by": account, "token_hash": _hash(token), "words": ""}
    times = {"asked_at": at, "expires_at": at + LASTS}
    confirmation, _new = Confirmation.objects.update_or_create(case=case, defaults=asked | times)
    if over is not None:
        _send_over(confirmation, over, token, at)
    return token


def ways(case: Case) -> dict[NoticeChannel, str]:
    """Return over which channels the link can be sent, and to which address; none is shown of a VNeID account."""
    stated = {NoticeChannel.SMS: case.answers.get("phone"), NoticeChannel.EMAIL: case.answers.get("email")}
    offered = channels.offered()
    reached = {channel: str(to) for channel, to in stated.items() if to and channel in offered}
    return reached | ({NoticeChannel.VNEID: ""} if NoticeChannel.VNEID in offered else {})


def send_link(*, case_id: int, over: NoticeChannel, token: str, key: str) -> None:
    """Send the link, unless it is void. Raises what the channel raises."""
    asked = Confirmation.objects.filter(case_id=case_id, token_hash=_hash(token)).first()
    if asked is None:
        return
    case = Case.objects.with_procedure().get(pk=case_id)
    person = Account.objects.with_national_id(_named(case)).filter(is_active=True).order_by("pk").first()
    to = ways(case).get(over) or (str(person.tech_id or "") if person else "")
    if not to:
        return
    link = f"{settings.PUBLIC_URL}{reverse('onestop:confirm', args=[token])}"
    with override((person.language if person else "") or settings.LANGUAGE_CODE):
        said = wordings.said(
            LINK, {"procedure": case.procedure.title, "link": link}, is_short=over == NoticeChannel.SMS
        )
        message = channels.Message(key=key, to=to, subject=_(OCCASIONS[LINK].subject), text=said)
    channels.CHANNELS[over].send(message)


def names_another(case: Case, account: Account) -> bool:
    """Return whether the draft of `account` names somebody else as its applicant."""
    return _named(case) not in {"", account.national_id}


def asked_of(account: Account, token: str, at: datetime) -> Confirmation | None:
    """Return what `account` is asked to confirm by a link, or None: used, run out, or meant for somebody else."""
    found = Confirmation.objects.filter(token_hash=_hash(token), expires_at__gt=at)
    asked = found.select_related("typed_by", "case").first()
    return asked if asked and account.national_id and _named(asked.case) == account.national_id else None


def digest_of(case: Case) -> str:
    """Return what names the answers as they were read."""
    return _hash(json.dumps(case.answers, sort_keys=True, ensure_ascii=False))


@transaction.atomic
def confirm(*, token: str, account: Account, digest: str, at: datetime) -> Case:
    """File the draft as the case of `account`, who has read the answers of `digest`.

    Raises `StaleCaseError` when they were changed since, `ActionNotAllowedError` when the link is not theirs to use,
    and what `filing.submit` raises.
    """
    asked, case = _taken(token, account, at)
    if digest_of(case) != digest:
        raise StaleCaseError(_("The answers were changed after you opened the page. Please read them once more."))
    filed = filing.submit_for(case, owner=account, typed_by=asked.typed_by, at=at)
    asked.token_hash, asked.confirmed_at = None, at
    asked.save(update_fields=["token_hash", "confirmed_at"])
    return filed


@transaction.atomic
def send_back(*, token: str, account: Account, words: str, at: datetime) -> None:
    """Say what is wrong: the draft stays with its writer. Raises `WordsMissingError`, `ActionNotAllowedError`."""
    if not words.strip():
        raise WordsMissingError
    asked, _case = _taken(token, account, at)
    asked.token_hash, asked.words = None, words
    asked.save(update_fields=["token_hash", "words"])


def _send_over(asked: Confirmation, over: NoticeChannel, token: str, at: datetime) -> None:
    since = at - timedelta(days=1)
    if asked.messages().filter(created_at__gt=since).count() >= _SENT_A_DAY:
        raise LinksSentError
    if Confirmation.messages_of(asked.typed_by_id).filter(created_at__gt=since).count() >= _SENT_A_DAY_BY_ONE:
        raise LinksSentError(_("Enough links were sent for you today. Please pass this one on yourself."))
    outbox.record(
        topic=TOPIC,
        group=asked.message_key,
        key=asked.message_key,
        payload={"case_id": asked.case_id, "over": over, "token": token},
        at=at,
    )


def _taken(token: str, account: Account, at: datetime) -> tuple[Confirmation, Case]:
    """Return what the link asks for, its draft locked; of two who use it at once, the later finds it used."""
    asked = asked_of(account, token, at)
    case = lock_draft(asked.case_id) if asked else None
    again = asked_of(account, token, at)
    if case is None or again is None or case.applicant_id != again.typed_by_id:
        raise ActionNotAllowedError
    return again, case


def _named(case: Case) -> str:
    return str((case.answers.get("requester") or {}).get("national_id") or "")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
