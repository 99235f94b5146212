"""Papers: what the applicant gave and the office scanned, and what the province issues with its numbers."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from identity.models import Account, Agency
from onestop.kinds import DocumentKind, DocumentState, PaperMode
from onestop.models.cases import Case
from onestop.wording import DOCUMENTS, SCANS, WEAKNESSES, Word
from portal.core.fields import EncryptedJSONField, EncryptedTextField
from portal.core.formatting import short_date
from portal.core.ids import uuid7
from portal.core.models import StoredFile

# The keys in `CaseDocument.edited` of a refusal's reasons, and of the sentence before them where it is not the usual.
REFUSAL: Final = "refusal"
REFUSAL_OPENING: Final = "refusal_opening"


class CasePaper(models.Model):
    """A paper (thành phần hồ sơ) of a case; a file given again replaces the one before it."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="papers")
    code = models.CharField(max_length=60)  # of the form's question, or of the published paper
    mode = models.CharField(max_length=8, choices=[(m, m) for m in PaperMode], default=PaperMode.SUBMIT)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)
    signatures = EncryptedJSONField(default=list)  # of a signed PDF: onestop.services.signatures
    is_reused = models.BooleanField(default=False)  # the same file was given with an earlier case (DuocTaiSuDung)

    class Meta:
        indexes = [models.Index(fields=["case", "code"], name="paper_of_case")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.code}"

    @property
    def is_signed(self) -> bool:
        """Whether the file carries digital signatures; `signatures` is empty until they have been read."""
        return bool(self.file.facts.get("signatures"))

    @property
    def scanned(self) -> Scan | None:
        """What is known of it as a scan of the office's; None of what came as a file."""
        return getattr(self, "scan", None)

    @property
    def is_digitised(self) -> bool:
        """Whether the office scanned it, well enough (DuocSoHoa)."""
        return self.scanned is not None and self.scanned.is_digitised


class Scan(models.Model):
    """The scan of a paper. It is *digitised* once it is good, or kept with a reason though it is weak; *certified*
    once a clerk has compared it with the original and a worker has signed it with their key.
    """

    paper = models.OneToOneField(CasePaper, models.CASCADE, related_name="scan")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    about = EncryptedJSONField(default=dict)  # kind, number, issuer, owner, issued_on, valid_until (ISO days)
    dpi = models.PositiveIntegerField()  # where it is printed; 0: nothing on it is a picture
    weaknesses = models.JSONField(default=list)  # of onestop.kinds.Weakness
    kept_at = models.DateTimeField(null=True)
    kept_because = EncryptedTextField(default="")
    certifier = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")  # who ordered the signature
    key = models.CharField(max_length=64, blank=True)  # the name of the key that signs
    certified_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)  # why the last ordered signature was not made

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(certified_at=None) | (Q(certifier__isnull=False) & ~Q(key="")),
                name="certified_scan_says_by_whom",
            )
        ]

    def __str__(self) -> str:
        return f"{self.paper_id}"

    @property
    def is_digitised(self) -> bool:
        return not self.weaknesses or self.kept_at is not None

    @property
    def is_certified(self) -> bool:
        return self.certified_at is not None

    @property
    def is_being_signed(self) -> bool:
        return self.certifier_id is not None and not self.is_certified

    @property
    def word(self) -> Word:
        """Where it stands, in a word."""
        if self.is_certified:
            return SCANS["CERTIFIED"]
        if self.is_being_signed:
            return SCANS["BEING_SIGNED"]
        return SCANS["DIGITISED" if self.is_digitised else "WEAK"]

    @property
    def paper_name(self) -> str:
        """What the published list calls the paper; what was read on it may name people."""
        papers = self.paper.case.procedure_version.definition.papers
        return next((str(one.name) for one in papers if one.code == self.paper.code), "")

    @property
    def remarks(self) -> list[str]:
        """What is wrong with it, and what to do."""
        return [str(WEAKNESSES[weakness]) % {"dpi": self.dpi} for weakness in self.weaknesses]

    @property
    def summary(self) -> str:
        """What stands on the paper, in a line."""
        number, issued_on, valid_until = self.about.get("number"), self._day("issued_on"), self.valid_until
        parts = [
            _("number %(number)s") % {"number": number} if number else "",
            self.about.get("issuer", ""),
            self.about.get("owner", ""),
            _("issued on %(day)s") % {"day": short_date(issued_on)} if issued_on else "",
            _("valid until %(day)s") % {"day": short_date(valid_until)} if valid_until else "",
        ]
        return " · ".join(part for part in parts if part)

    @property
    def valid_until(self) -> date | None:
        """The last day on which the paper is good; None when it says none."""
        return self._day("valid_until")

    def _day(self, name: str) -> date | None:
        text: Any = self.about.get(name)
        return date.fromisoformat(text) if text else None


class CaseDocument(models.Model):
    """A paper that the province issues: one of the forms 01-05, or the result in one of its versions."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=12, choices=[(k, k) for k in DocumentKind])
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=[(s, s) for s in DocumentState])
    number = models.CharField(max_length=40, blank=True)  # số ký hiệu, given by the records clerk
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    context = EncryptedJSONField(default=dict)  # what the template was given
    edited = EncryptedJSONField(default=dict)  # parts of its wording that an officer wrote anew, and a refusal's own
    orders = models.JSONField(default=list)  # who ordered which signature: [{account, agency, role, key, title, at}]
    failure = models.CharField(max_length=200, blank=True)  # why the last ordered signature was not made
    created_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "version"], condition=Q(kind="RESULT"), name="one_result_a_version"
            ),
        ]
        indexes = [models.Index(fields=["case", "kind"], name="document_of_case")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} v{self.version}"

    @property
    def title(self) -> str:
        """What the paper is called."""
        if self.is_sealed_paper:
            return f"{DOCUMENTS[self.kind]}: {self.context['name']}"
        if self.kind == DocumentKind.FORM_05 and self.context.get("is_suspended"):
            return str(DOCUMENTS["SUSPENSION"])
        return str(DOCUMENTS["REFUSAL" if self.is_refusal else self.kind])

    @property
    def is_refusal(self) -> bool:
        return REFUSAL in self.edited

    @property
    def is_result(self) -> bool:
        return self.kind == DocumentKind.RESULT

    @property
    def is_sealed_paper(self) -> bool:
        """Whether it is a paper of the applicant that was sealed with the result."""
        return self.kind == DocumentKind.SEALED

    @property
    def is_in_force(self) -> bool:
        """Whether it is the valid result, or was sealed with that."""
        return self.is_issued and (self.is_result or self.is_sealed_paper)

    @property
    def is_unsigned_result(self) -> bool:
        """Whether it is a result on its way to be issued."""
        return self.is_result and self.state not in {DocumentState.ISSUED, DocumentState.REVOKED}

    @property
    def is_being_signed(self) -> bool:
        return self.state in {DocumentState.SIGNING, DocumentState.SEALING}

    @property
    def is_reprintable(self) -> bool:
        """Whether it is a form that may be printed once more; a result is copied by certifying it."""
        return self.is_issued and not self.is_result and not self.is_sealed_paper

    @property
    def has_small_form(self) -> bool:
        """Whether it is short enough for A5."""
        return self.kind in {DocumentKind.FORM_01, DocumentKind.FORM_02, DocumentKind.FORM_03}

    @property
    def is_draft(self) -> bool:
        return self.state == DocumentState.DRAFT

    @property
    def is_revoked(self) -> bool:
        return self.state == DocumentState.REVOKED

    @property
    def is_issued(self) -> bool:
        return self.state == DocumentState.ISSUED


class FormIssue(models.Model):
    """A form of TT 03/2025/TT-VPCP was printed: 01-05 once more after their issue, 06 of a case, 07 of an agency.

    `subject` is what it is of: a document, a case, or an agency and a period.
    """

    form = models.CharField(max_length=2)
    subject = models.CharField(max_length=100)
    number = models.PositiveSmallIntegerField()  # the how manieth print, dense per subject
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "subject", "number"], name="print_of_a_form_once")]
        triggers = [pgtrigger.Protect(name="form_issue_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.form} {self.subject} {self.number}"


class DocumentNumberSeries(models.Model):
    """The last document number an agency gave in a year (số văn bản đi)."""

    agency = models.ForeignKey(Agency, models.PROTECT)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "year"], name="one_series_a_year")]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.year} {self.last}"
