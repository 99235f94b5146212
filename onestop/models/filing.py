"""What a case has only until it is filed: drafts, and what programs send ahead."""

from __future__ import annotations

from django.db import models

from identity.models import Account
from onestop.models.cases import Case
from portal.core.fields import EncryptedJSONField, EncryptedTextField
from portal.core.ids import uuid7
from portal.core.models import OutboxMessage, StoredFile
from procedures.models import Procedure


class Draft(models.Model):
    """What a case has only until it is filed: what was typed and not accepted yet, and how far its writer came.

    `steps` says of each page, by its code: `revision`, `page` and `sequence` of the save that came last and when
    (`at`); `values`, as a browser sent them, while they wait to be accepted; `aside`, what another device typed.
    """

    case = models.OneToOneField(Case, models.CASCADE, related_name="draft")
    revision = models.PositiveIntegerField(default=0)  # counts the saves; guards against overwriting another device's
    steps = EncryptedJSONField(default=dict)
    done = models.JSONField(default=list)  # codes of the pages that were accepted
    news = EncryptedJSONField(default=dict)  # what a new version of the form changed, until it has been read
    reminded_at = models.DateTimeField(null=True)  # both are of no account once the case is touched after them
    warned_at = models.DateTimeField(null=True)  # told that it will be erased

    def __str__(self) -> str:
        return f"{self.case_id} r{self.revision}"

    def typed(self, step: str) -> dict[str, list[str]] | None:
        """Return what waits to be accepted on a page, or None."""
        values: dict[str, list[str]] | None = self.steps.get(step, {}).get("values")
        return values


class PaperUpload(models.Model):
    """A file that a program gave for a filing or supplement to come; that takes it over, otherwise it is deleted."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="+")
    code = models.CharField(max_length=60)  # field code of the form
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file"], name="upload_of_a_file_once")]

    def __str__(self) -> str:
        return str(self.uuid)


class FiledOnce(models.Model):
    """The answer to a filing, or another act over the API, by its Idempotency-Key: asked again, it is given again."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    key_hash = models.CharField(max_length=64)  # SHA-256 of the key: it is the program's, and may say anything
    request_hash = models.CharField(max_length=64)
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="+")  # null only while it is being done
    answer = EncryptedTextField(default="")  # the JSON as it was sent
    answer_hash = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key_hash"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return self.key_hash[:12]


class Confirmation(models.Model):
    """A draft that somebody typed for another person, who reads it and confirms: only then it is filed, as theirs.

    The link opens only for the person whom the draft names as its applicant; its hash is kept until it was used.
    """

    case = models.OneToOneField(Case, models.CASCADE, related_name="confirmation")
    typed_by = models.ForeignKey(Account, models.PROTECT, related_name="typed_for_others")
    token_hash = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - null: used up
    expires_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    words = EncryptedTextField(default="")  # why it was sent back

    def __str__(self) -> str:
        return f"{self.case_id}"

    @property
    def is_open(self) -> bool:
        """Whether its link was not used yet; it may have run out."""
        return self.token_hash is not None

    @property
    def message_key(self) -> str:
        """The key of the message that brings the link, if the portal sends it."""
        return f"link:{self.typed_by_id}:{self.case_id}:{self.token_hash}"

    def messages(self) -> models.QuerySet[OutboxMessage]:
        """Return all messages that brought a link to this draft."""
        return self.messages_of(self.typed_by_id).filter(key__startswith=f"link:{self.typed_by_id}:{self.case_id}:")

    @staticmethod
    def messages_of(account: int) -> models.QuerySet[OutboxMessage]:
        """Return all messages that brought a link to what this account typed, whatever became of the drafts."""
        return OutboxMessage.objects.filter(key__startswith=f"link:{account}:")
