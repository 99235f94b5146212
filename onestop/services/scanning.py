"""Scanning (số hóa): papers of the published list become files, with what they are, how good, and who vouches.

A weak scan counts once somebody says why it is kept. A clerk who has compared a scan with the original certifies it:
a worker signs it with their key, and the signed copy takes its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import IO, Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.officers import Seat
from onestop.actors import is_clerk_of
from onestop.errors import ActionNotAllowedError, NoSigningKeyError, ReasonMissingError, ScanRefusedError
from onestop.kinds import Scanned, Weakness
from onestop.models import Case, CasePaper, Scan
from onestop.services import papers, stepping, turns
from onestop.services.advancing import advance, lock
from onestop.services.signatures import order_reading
from onestop.states import Action, State, is_allowed
from portal.core import files, outbox
from portal.core.errors import QuarantinedFileError
from portal.core.files import Demands, Quality
from portal.core.models import StoredFile
from procedures.definition import Paper
from procedures.eforms import FieldDefinition
from procedures.eforms.uploads import demands_of

CERTIFY_TOPIC: Final = "onestop.certify_scan"
LEAST_DPI: Final = 200  # NĐ 30/2020/NĐ-CP, Phụ lục I: PDF, in colours, at least 200 dpi
_UNFILED: Final = (State.DRAFT, State.AWAITING_PAYMENT)


def require_scanner(case: Case, actor: Seat) -> None:
    """Raise `ActionNotAllowedError` unless the actor is a clerk of the receiving centre, or has the open step."""
    if case.state not in _UNFILED and not is_allowed(State(case.state), Action.DIGITISE, actor.role):
        raise ActionNotAllowedError
    if not is_clerk_of(case, actor):
        turns.require_place(case, actor)


def take_in(given: Sequence[IO[bytes]], *, case: Case, code: str, name: str, at: datetime) -> list[StoredFile]:
    """Keep what was scanned of a paper, named by the kind of paper; photos become one PDF where it takes PDFs.

    Raises `FileRefusedError`, `StorageFullError`.
    """
    demands = demands_for(case, code)
    before = case.papers.filter(code=code, replaced_at=None).count()
    stored = [
        files.receive(one, name=_numbered(name, before + n), demands=demands, at=at) for n, one in enumerate(given)
    ]
    photos = [file for file in stored if file.is_photo]
    if not photos or "pdf" not in demands.accepts:
        return stored
    pages = files.joined(photos, name=photos[0].display_name, at=at)
    files.discard([photo.pk for photo in photos])
    return [pages, *(file for file in stored if not file.is_photo)]


def demands_for(case: Case, code: str) -> Demands:
    """Return what a paper takes: as the form's question about it says, where there is one."""
    return demands_of(_question(case, code))


@transaction.atomic
def add_scan(
    *,
    case_id: int,
    code: str,
    file: StoredFile,
    quality: Quality,
    about: Mapping[str, str],
    actor: Seat,
    at: datetime,
) -> Scan:
    """Keep the scan of a published paper; in a draft it answers the form's question about the paper, too.

    Raises `ActionNotAllowedError`, also for a paper that is not published.
    """
    case = lock(case_id)
    require_scanner(case, actor)
    paper = _attach(case, code, file, at)
    scan = Scan.objects.create(
        paper=paper,
        by=actor.account,
        agency=actor.agency,
        at=at,
        about=dict(about),
        dpi=quality.dpi,
        weaknesses=weaknesses_of(quality),
    )
    _record(case, paper, Scanned.ADDED, actor, at)
    return scan


@transaction.atomic
def keep_weak(*, scan_id: int, actor: Seat, reason: str, at: datetime) -> None:
    """Let a weak scan count, because the paper gives no better one. Raises `ReasonMissingError`,
    `ActionNotAllowedError`.
    """
    case, scan = _locked(scan_id, actor)
    if not reason.strip():
        raise ReasonMissingError(_("Please write why this scan is kept although it is weak."))
    if not scan.is_digitised:
        scan.kept_at, scan.kept_because = at, reason
        scan.save(update_fields=["kept_at", "kept_because"])
        _record(case, scan.paper, Scanned.KEPT, actor, at)


@transaction.atomic
def take_out(*, scan_id: int, actor: Seat, at: datetime) -> None:
    """Take a scan out of the case; it stays in storage, marked as replaced.

    Raises `ScanRefusedError` for one that is certified: the signature is part of the case's record.
    """
    case, scan = _locked(scan_id, actor)
    if scan.certifier_id is not None:
        raise ScanRefusedError(_("This scan is certified. It stays with the case; another can be added beside it."))
    if case.is_draft:
        papers.remove_paper(case_id=case.pk, paper=scan.paper.uuid, at=at)
        return
    scan.paper.replaced_at = at
    scan.paper.save(update_fields=["replaced_at"])
    _record(case, scan.paper, Scanned.REMOVED, actor, at)


@transaction.atomic
def certify(*, scan_id: int, actor: Seat, at: datetime) -> None:
    """The actor has compared the scan with the original: it is to be signed with their key, else their agency's.

    Ordering twice is ordering once. Raises `NoSigningKeyError`, `QuarantinedFileError`, `ScanRefusedError` for a weak
    scan that nobody has kept, `ActionNotAllowedError`.
    """
    case, scan = _locked(scan_id, actor)
    if scan.certifier_id is not None:
        return
    if not scan.is_digitised:
        raise ScanRefusedError(_("This scan is too weak to be certified. Please scan again, or say why it is kept."))
    if scan.paper.file.is_quarantined:
        raise QuarantinedFileError
    require_scanner(case, actor)
    key = actor.account.signing_key or actor.agency.signing_key
    if not key:
        raise NoSigningKeyError
    scan.certifier, scan.key, scan.failure = actor.account, key, ""
    scan.save(update_fields=["certifier", "key", "failure"])
    _record(case, scan.paper, Scanned.COMPARED, actor, at)
    outbox.record(
        topic=CERTIFY_TOPIC,
        group=f"scan:{scan.pk}",
        key=f"scan:{scan.pk}:{at.isoformat()}",
        payload={"scan_id": scan.pk},
        at=at,
    )


@transaction.atomic
def record_certified(*, scan_id: int, file: StoredFile, at: datetime) -> None:
    """A worker has signed: the signed copy takes the place of the scan. Safe to call twice."""
    scan = Scan.objects.select_for_update(of=("self",)).select_related("paper__file").get(pk=scan_id)
    if not scan.is_being_signed:
        return
    scan.certified_at = at
    scan.save(update_fields=["certified_at"])
    unsigned, paper = scan.paper.file, scan.paper
    paper.file, paper.signatures = file, []
    paper.save(update_fields=["file", "signatures"])
    if not CasePaper.objects.filter(file=unsigned).exists():
        unsigned.delete()  # the signed copy shows the same pages
    order_reading(paper, at)


@transaction.atomic
def certification_failed(*, scan_id: int, reason: str) -> None:
    """The key was refused, or the pages cannot be copied: the order is taken back, and the scan says why."""
    scan = Scan.objects.select_for_update(of=("self",)).get(pk=scan_id)
    if scan.is_being_signed:
        scan.certifier, scan.key, scan.failure = None, "", reason[:200]
        scan.save(update_fields=["certifier", "key", "failure"])


@transaction.atomic
def use_again(*, case_id: int, scan_id: int, actor: Seat, at: datetime) -> Scan:
    """Lay a certified scan of the applicant's earlier case into this one: the same file, with who vouches for it.

    Raises `ActionNotAllowedError` for anything that `reusable` does not return.
    """
    case = lock(case_id)
    require_scanner(case, actor)
    old = next((one for one in reusable(case, at) if one.pk == scan_id), None)
    if old is None:
        raise ActionNotAllowedError
    paper = _attach(case, old.paper.code, old.paper.file, at, is_reused=True)
    scan = Scan.objects.create(
        paper=paper,
        by=actor.account,
        agency=actor.agency,
        at=at,
        about=old.about,
        dpi=old.dpi,
        weaknesses=old.weaknesses,
        kept_at=old.kept_at,
        kept_because=old.kept_because,
        certifier=old.certifier,
        key=old.key,
        certified_at=old.certified_at,
    )
    _record(case, paper, Scanned.REUSED, actor, at)
    return scan


def reusable(case: Case, at: datetime) -> list[Scan]:
    """Return the certified scans of the applicant's other cases that fit a paper of this one, the newest first.

    Not those of papers that have run out, nor what lies in the case already.
    """
    if case.applicant_id is None:
        return []
    codes = [paper.code for paper in stepping.definition_of(case).papers]
    theirs = Scan.objects.filter(paper__case__applicant=case.applicant_id, paper__code__in=codes)
    certified = theirs.exclude(certified_at=None).filter(paper__replaced_at=None).exclude(paper__case=case)
    here = set(case.papers.filter(replaced_at=None).values_list("file", flat=True))
    today, found = timezone.localtime(at).date(), dict[int, Scan]()
    for scan in certified.select_related("paper__file", "paper__case__procedure", "certifier").order_by("-pk"):
        if (scan.valid_until or today) >= today and scan.paper.file_id not in here:
            found.setdefault(scan.paper.file_id, scan)
    return list(found.values())


def published(case: Case, code: str) -> Paper:
    """Return the paper of this code in the published list; raises `ActionNotAllowedError` when there is none."""
    found = next((paper for paper in stepping.definition_of(case).papers if paper.code == code), None)
    if found is None:
        raise ActionNotAllowedError(_("Only papers of the published list are scanned."))
    return found


def weaknesses_of(quality: Quality) -> list[str]:
    """Return what is wrong with a scan."""
    found: Sequence[tuple[bool, Weakness]] = (
        (0 < quality.dpi < LEAST_DPI, Weakness.LOW_RESOLUTION),
        (quality.is_grey, Weakness.GREY),
        (quality.is_blurred, Weakness.BLURRED),
        (quality.is_dark, Weakness.DARK),
    )
    return [str(weakness) for is_so, weakness in found if is_so]


def _attach(case: Case, code: str, file: StoredFile, at: datetime, *, is_reused: bool = False) -> CasePaper:
    published(case, code)
    question = _question(case, code)
    if case.is_draft and question is not None:
        most = demands_of(question).most_files
        return papers.attach_paper(case_id=case.pk, code=code, file=file, at=at, most=most, is_reused=is_reused)
    return papers.attach(case, code, file, at, is_reused=is_reused)


def _question(case: Case, code: str) -> FieldDefinition | None:
    """Return the question by which the form asks for the paper, if it does."""
    form = stepping.definition_of(case).form
    question = form.fields.get(code) if form else None
    return question if question is not None and question.kind == "file" else None


def _numbered(name: str, place: int) -> str:
    return f"{name} ({place + 1})" if place else name


def _locked(scan_id: int, actor: Seat) -> tuple[Case, Scan]:
    """Return the case, locked, and its scan, which is still in use; raises `ActionNotAllowedError`."""
    case = lock(Scan.objects.values_list("paper__case_id", flat=True).get(pk=scan_id))
    require_scanner(case, actor)
    scan = Scan.objects.select_for_update(of=("self",)).select_related("paper__file").get(pk=scan_id)
    if scan.paper.replaced_at is not None:
        raise ActionNotAllowedError
    return case, scan


def _record(case: Case, paper: CasePaper, what: Scanned, actor: Seat, at: datetime) -> None:
    """Write the act into the history of a case that is filed; a draft has none yet."""
    if case.state not in _UNFILED:
        data: dict[str, Any] = {"paper": paper.code, "scan": str(what)}
        advance(case, action=Action.DIGITISE, actor=actor, at=at, data=data)
