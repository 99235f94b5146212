"""What the desk keeps for those who work at it: views of lists, and acts on many cases at once."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from identity.models import Account, Agency
from onestop.models.cases import Case
from portal.core.fields import EncryptedJSONField, EncryptedTextField
from portal.core.ids import uuid7


class DeskViewQuerySet(models.QuerySet["DeskView"]):
    def seen_by(self, account: Account, agencies: list[int]) -> DeskViewQuerySet:
        """Return the views that `account` saved, and those shared at `agencies`, by name."""
        return self.filter(Q(owner=account) | Q(shared_with__in=agencies)).order_by("name", "pk")


class DeskView(models.Model):
    """A list as somebody wants to see it again: queue, filters, order and columns; shared with an agency or not."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    owner = models.ForeignKey(Account, models.CASCADE, related_name="+")
    shared_with = models.ForeignKey(Agency, models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=60)
    queue = models.CharField(max_length=20)  # of onestop.lists.queues
    query = models.CharField(max_length=1000, blank=True)  # what stands behind the ? of the address

    objects = DeskViewQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="desk_view_of_a_name_once")]

    def __str__(self) -> str:
        return self.name


class ListReading(models.Model):
    """Somebody took a list away: a queue as they had narrowed it, or what a search found."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    list = models.CharField(max_length=20)  # of onestop.lists.queues; empty: a search
    query = EncryptedTextField()  # what stands behind the ? of the address: a search may hold a name
    at = models.DateTimeField()

    class Meta:
        triggers = [pgtrigger.Protect(name="list_reading_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.list} {self.account_id}"


class BulkJob(models.Model):
    """One act on many cases: each in a transaction of its own, by a worker, each with its own outcome."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    act = models.CharField(max_length=40)  # code of onestop.acts
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.act} {self.uuid}"


class BulkItem(models.Model):
    """A case of a bulk job: as it was seen, what was typed for it, and how it went."""

    class Outcome(models.TextChoices):
        WAITING = "WAITING"
        DONE = "DONE"
        REFUSED = "REFUSED"

    job = models.ForeignKey(BulkJob, models.CASCADE, related_name="items")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    seen_version = models.PositiveIntegerField()
    typed = EncryptedJSONField(default=dict)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.WAITING)
    reason = EncryptedTextField(default="")  # why it was refused

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "case"], name="case_once_a_bulk_job")]
        indexes = [models.Index(fields=["job", "id"], condition=Q(outcome="WAITING"), name="bulk_items_waiting")]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.case_id} {self.outcome}"
