"""What civil servants and applicants are told, each of them for themselves, and in which words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from identity.models import Account
from onestop.kinds import NoticeChannel, NoticeKind
from onestop.models.cases import Case
from onestop.states import State
from portal.core.formatting import short_time


class NoticeQuerySet(models.QuerySet["DeskNotice"]):
    def of(self, account: Account) -> NoticeQuerySet:
        """Return what `account` was told, the newest first."""
        return self.filter(recipient=account).order_by("-pk")

    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at=None)


class DeskNotice(models.Model):
    """Something that a civil servant should know now. `key` makes telling twice telling once."""

    recipient = models.ForeignKey(Account, models.CASCADE, related_name="+")
    key = models.CharField(max_length=60)
    kind = models.CharField(max_length=16, choices=[(k, k) for k in NoticeKind])
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="+")
    data = models.JSONField(default=dict)  # figures and moments, no personal data
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recipient", "key"], name="told_once")]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notice_of_recipient"),
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id} {self.key}"

    @property
    def letter_key(self) -> str:
        """The key of the letter about it in the outbox."""
        return f"desk:{self.pk}"

    @property
    def values(self) -> dict[str, Any]:
        """What its words may fill in."""
        data: dict[str, Any] = {"code": self.case.code if self.case else "", **self.data}
        if "due" in data:
            data["due"] = short_time(datetime.fromisoformat(data["due"]))
        return data


class CaseNoticeQuerySet(models.QuerySet["CaseNotice"]):
    def of(self, account: Account) -> CaseNoticeQuerySet:
        """Return what the applicant was told of their cases, the newest first; of a draft, only while it is one."""
        filed_since = Q(about__startswith="DRAFT_") & ~Q(case__state=State.DRAFT)
        return self.filter(case__applicant=account).exclude(filed_since).order_by("-pk")

    def unread(self) -> CaseNoticeQuerySet:
        return self.filter(read_at=None)


class CaseNotice(models.Model):
    """Something that the applicant was told of their case: `about` an act, or an occasion.

    It stands in their list, and goes out over their channels. `key` makes telling twice telling once.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="notices")
    about = models.CharField(max_length=30)
    key = models.CharField(max_length=60)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = CaseNoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "key"], name="applicant_told_once")]
        indexes = [models.Index(fields=["case"], condition=Q(read_at=None), name="notice_unread_by_applicant")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.about}"

    def key_on(self, channel: NoticeChannel) -> str:
        """Return the key of its message on a channel: of the outbox, and for the other side."""
        return f"notice:{self.case.uuid}:{channel}:{self.key}"


class NoticePreference(models.Model):
    """How somebody wishes to be told of their cases, and of what not: as an applicant and at the desk."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="notice_preference")
    channels = ArrayField(
        models.CharField(max_length=10, choices=[(c, c) for c in NoticeChannel]), null=True
    )  # of an applicant; null: never chosen
    muted = ArrayField(models.CharField(max_length=30), default=list)  # what they do not wish to hear of

    def __str__(self) -> str:
        return f"{self.account_id} {','.join(self.channels or [])}"


class NoticeWording(models.Model):
    """What a notice says in a language, as letter or as text message, since it was changed; the newest counts."""

    about = models.CharField(max_length=30)
    language = models.CharField(max_length=2)
    is_short = models.BooleanField()  # for text messages
    text = models.CharField(max_length=1000)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["about", "language", "is_short", "-id"], name="wording_newest")]
        triggers = [pgtrigger.Protect(name="wording_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.about} {self.language}"
