"""Cases that ministries handle on their own systems, as far as we know of them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from identity.models import Account
from portal.core.ids import uuid7
from procedures.models import Procedure


class FollowedCase(models.Model):
    """A case at a ministry that a citizen follows from here.

    It has the ministry's code and no other; the ministry owns its status, this is what it said last.
    """

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="+")
    code = models.CharField(max_length=60, db_index=True)  # the ministry's
    words = models.CharField(max_length=200, blank=True)  # its status, as the ministry says it; empty: not known yet
    since = models.DateTimeField(null=True)  # of the status, by the ministry
    checked_at = models.DateTimeField(null=True)  # when the ministry answered last
    is_unknown = models.BooleanField(default=False)  # the ministry has no such case of this person
    has_ended = models.BooleanField(default=False)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "procedure", "code"], name="followed_once")]
        indexes = [
            models.Index(fields=["checked_at"], condition=Q(has_ended=False, is_unknown=False), name="followed_on")
        ]

    def __str__(self) -> str:
        return self.code
