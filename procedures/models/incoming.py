"""What came in from outside: reports of imports, spreadsheets that were given, what the national portal says."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from identity.models import Account
from portal.core.ids import uuid7
from portal.core.text import unaccented
from procedures.models.catalogue import Procedure, Proposal
from procedures.states import RowOutcome
from procedures.wording import ROW_OUTCOMES


class ImportRun(models.Model):
    """One import of one file, and how far it came: what a batch did and this row commit together."""

    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)  # of the file: the same file goes on where it was interrupted
    publishes = models.BooleanField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    lines_done = models.PositiveIntegerField(default=0)
    published = models.PositiveIntegerField(default=0)  # rows that became a version at once
    unchanged = models.PositiveIntegerField(default=0)
    proposed = models.PositiveIntegerField(default=0)
    shown_in_part = models.PositiveIntegerField(default=0)  # of these: have a page without what is doubtful
    wrong = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lines_done=F("published") + F("unchanged") + F("proposed") + F("wrong")),
                name="import_run_counts_every_line",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.file_name}"


class ImportFinding(models.Model):
    """Why a row of a file was not simply published: one row a reason."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="findings")
    line = models.PositiveIntegerField()
    code = models.CharField(max_length=40, blank=True)  # of the procedure, as far as it could be read
    name = models.CharField(max_length=300, blank=True)
    outcome = models.CharField(max_length=10, choices=[(o, o) for o in RowOutcome])
    reason = models.CharField(max_length=40)  # procedures.importing.reasons
    detail = models.CharField(max_length=500, blank=True)  # what stands there
    proposal = models.ForeignKey(Proposal, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["run", "reason", "line", "id"], name="import_finding_by_reason")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.line} {self.reason}"

    @property
    def outcome_text(self) -> str:
        """What became of the row, in words."""
        return str(ROW_OUTCOMES[RowOutcome(self.outcome)][1])

    @property
    def tone(self) -> str:
        """The tone of its status tag."""
        return ROW_OUTCOMES[RowOutcome(self.outcome)][0]


class SheetUpload(models.Model):
    """A spreadsheet that somebody gave: its plan, which waits for a yes. Kept as documents, not as a file."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    file_name = models.CharField(max_length=255)
    given_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    documents = models.JSONField()  # as the rows say, over the versions that they were compared with
    bases = models.JSONField()  # the number of that version, by code
    problems = models.JSONField()  # sheet, row, column, what is wrong and what to do
    read = models.PositiveIntegerField(default=0)  # procedures in the file
    confirmed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.uuid} {self.file_name}"


class NationalCheck(models.Model):
    """One look at the national portal's catalogue: what came of it, also when nothing could be reached."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    read = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=300, blank=True)  # why it could not be finished

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class NationalRecord(models.Model):
    """What the national portal says of a procedure of ours, as it was last read."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=1000)
    record = models.JSONField()  # its answer, as it came
    sha256 = models.CharField(max_length=64)
    changed_at = models.DateTimeField()  # when this content was first seen
    seen_at = models.DateTimeField()
    differs = models.BooleanField(default=False)  # from our newest version, local decisions kept
    trouble = models.CharField(max_length=300, blank=True)  # why it cannot be compared
    gone_at = models.DateTimeField(null=True)  # since when the national list does not name it any more
    set_aside = models.CharField(max_length=64, blank=True)  # the content that an admin decided not to follow

    class Meta:
        indexes = [models.Index(fields=["-changed_at", "-id"], condition=Q(differs=True), name="national_differs")]

    def __str__(self) -> str:
        return self.code


class NationalNewcomerQuerySet(models.QuerySet["NationalNewcomer"]):
    def lacking(self) -> NationalNewcomerQuerySet:
        """Return those that the catalogue does not have: a proposal of one may have been approved since the look."""
        return self.exclude(code__in=Procedure.objects.values("code"))

    def matching(self, q: str) -> NationalNewcomerQuerySet:
        """Return those with these words in their name, marks left out, or this beginning of their code."""
        return self.filter(Q(folded__contains=unaccented(q.strip())) | Q(code__startswith=q.strip())) if q else self


class NationalNewcomer(models.Model):
    """A procedure that the national list names and our catalogue lacks; perhaps it is none of the province's."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=1000)
    folded = models.CharField(max_length=1000)  # the name as it is searched
    first_seen_at = models.DateTimeField()
    set_aside_at = models.DateTimeField(null=True)  # not for the province
    set_aside_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    set_aside_because = models.CharField(max_length=1000, blank=True)

    objects = NationalNewcomerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(set_aside_at=None, set_aside_by=None, set_aside_because="")
                | (Q(set_aside_at__isnull=False, set_aside_by__isnull=False) & ~Q(set_aside_because="")),
                name="newcomer_is_set_aside_by_somebody_for_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
