"""Drafts that nobody touches: a reminder, a warning, and then they are erased: nobody's data is kept for nothing.

No personal data in a subject; the letter leads to the very step, behind the sign-in. At least once, as all letters.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from onestop.errors import ActionNotAllowedError
from onestop.models import Case, Draft
from onestop.services.advancing import open_draft
from onestop.services.filing import erase
from onestop.services.notices import language_of
from onestop.states import State
from portal.core import outbox
from portal.core.formatting import short_date

TOPIC: Final = "onestop.draft_notice"
REMINDER: Final = "REMINDER"
WARNING: Final = "WARNING"
_AT_ONCE: Final = 500


@dataclass(frozen=True)
class Letter:
    """An e-mail to the writer of a draft."""

    to: str
    subject: str
    text: str


def look_after(*, now: datetime) -> None:
    """Remind, warn and erase, each draft once for as long as nobody touches it. Safe to run again."""
    warn_after = settings.DRAFT_LIFETIME_DAYS - settings.DRAFT_WARNING_DAYS
    for case_id in _ids(_untold(_idle_for(settings.DRAFT_REMINDER_DAYS, now), "reminded_at")):
        remind(case_id=case_id, now=now)
    for case_id in _ids(_untold(_idle_for(warn_after, now), "warned_at")):
        warn(case_id=case_id, now=now)
    told = Q(draft__warned_at__gte=F("changed_at"), draft__warned_at__lte=now - _days(settings.DRAFT_WARNING_DAYS))
    for case_id in _ids(_idle_for(settings.DRAFT_LIFETIME_DAYS, now).filter(told)):
        erase_idle(case_id=case_id, now=now)


@transaction.atomic
def remind(*, case_id: int, now: datetime) -> None:
    """Record a reminder, once since the draft was touched last."""
    case = _still_idle(case_id, settings.DRAFT_REMINDER_DAYS, now)
    if case is not None:
        Draft.objects.update_or_create(case=case, defaults={"reminded_at": now})
        _record(case, REMINDER, now)


@transaction.atomic
def warn(*, case_id: int, now: datetime) -> None:
    """Tell that the draft will be erased; it is not erased sooner than the warning says."""
    case = _still_idle(case_id, settings.DRAFT_LIFETIME_DAYS - settings.DRAFT_WARNING_DAYS, now)
    if case is not None:
        Draft.objects.update_or_create(case=case, defaults={"warned_at": now})
        _record(case, WARNING, now)


@transaction.atomic
def erase_idle(*, case_id: int, now: datetime) -> None:
    """Erase a draft, unless its writer has come back in the meantime."""
    case = _still_idle(case_id, settings.DRAFT_LIFETIME_DAYS, now)
    if case is not None:
        erase(case)


def erased_on(case: Case, now: datetime) -> date | None:
    """Return the day on which a draft is erased if nobody goes on with it; None while that is far."""
    if now < case.changed_at + _days(settings.DRAFT_REMINDER_DAYS):
        return None
    day = max(case.changed_at + _days(settings.DRAFT_LIFETIME_DAYS), now)
    return timezone.localtime(day).date()


def letter_for(*, case_id: int, kind: str, now: datetime) -> Letter | None:
    """Return the letter about a draft, in its writer's language.

    None when it is no draft any more, was touched, is a counter's, or nobody gave an address.
    """
    case = Case.objects.select_related("procedure", "applicant").filter(pk=case_id, state=State.DRAFT).first()
    if case is None or case.is_from_counter or now - case.changed_at < _days(settings.DRAFT_REMINDER_DAYS):
        return None
    address = str(case.answers.get("email") or (case.applicant.email_address if case.applicant else ""))
    if not address:
        return None
    with override(language_of(case)):
        return Letter(address, _subject(kind), _text(case, now))


def _subject(kind: str) -> str:
    if kind == WARNING:
        return _("An application that you began will be deleted soon")
    return _("An application that you began is waiting for you")


def _text(case: Case, now: datetime) -> str:
    way = settings.PUBLIC_URL + reverse("onestop:resume", args=[case.uuid])
    day = erased_on(case, now)
    return "\n\n".join(
        [
            _("You began the application “%(procedure)s” and have not filed it yet.")
            % {"procedure": case.procedure.title},
            _("Go on where you stopped, after signing in: %(address)s") % {"address": way},
            _("If you do not need it any more, nothing is to be done: it will be deleted on %(day)s.")
            % {"day": short_date(day) if day else "–"},
        ]
    )


def _record(case: Case, kind: str, now: datetime) -> None:
    outbox.record(
        topic=TOPIC,
        group=f"draft:{case.uuid}",
        key=f"draft:{case.uuid}:{kind}:{case.changed_at.isoformat()}",
        payload={"case_id": case.pk, "kind": kind},
        at=now,
    )


def _idle_for(days: int, now: datetime) -> QuerySet[Case]:
    return Case.objects.filter(state=State.DRAFT, changed_at__lte=now - _days(days))


def _untold(cases: QuerySet[Case], column: str) -> QuerySet[Case]:
    never, before = Q(**{f"draft__{column}": None}), Q(**{f"draft__{column}__lt": F("changed_at")})
    return cases.filter(never | before)


def _ids(cases: QuerySet[Case]) -> list[int]:
    return list(cases.order_by("changed_at", "pk").values_list("pk", flat=True)[:_AT_ONCE])


def _still_idle(case_id: int, days: int, now: datetime) -> Case | None:
    try:
        case = open_draft(case_id)
    except ActionNotAllowedError:
        return None
    return case if case.changed_at <= now - _days(days) else None


def _days(days: int) -> timedelta:
    return timedelta(days=days)
