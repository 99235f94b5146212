"""What civil servants are told at the desk, each of them for themselves."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from identity.models import Account
from onestop.kinds import NoticeKind
from onestop.models.cases import Case
from onestop.wording import notice_text


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
    kind = models.CharField(max_length=12, choices=[(k, k) for k in NoticeKind])
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
    def text(self) -> str:
        """What happened, in words."""
        data: dict[str, Any] = self.data
        return notice_text(NoticeKind(self.kind), data)
