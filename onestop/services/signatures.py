"""Signatures in the papers that citizens give: read once by a worker, shown to the officer who judges the paper."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise

from identity import signing
from onestop.models import CasePaper
from portal.core import files, outbox

READ_TOPIC: Final = "onestop.read_signatures"
_TONES: Final[dict[str, str]] = {
    signing.Standing.VALID: "done",
    signing.Standing.UNTRACED: "waiting",
    signing.Standing.BROKEN: "trouble",
    signing.Standing.UNREADABLE: "trouble",
}


def order_reading(paper: CasePaper, at: datetime) -> None:
    """Record in the caller's transaction that the signatures of a paper are to be read, when it carries any."""
    if paper.is_signed:
        outbox.record(
            topic=READ_TOPIC,
            group=f"paper:{paper.uuid}",
            key=f"signatures:{paper.uuid}:{paper.file_id}",
            payload={"paper_id": paper.pk},
            at=at,
        )


def read_signatures(*, paper_id: int) -> None:
    """Keep what the signatures of a paper say; nothing to do when it is gone or was read before."""
    paper = CasePaper.objects.select_related("file").filter(pk=paper_id).first()
    if paper is None or paper.signatures:
        return
    paper.signatures = [asdict(one) for one in signing.report(files.read(paper.file))]
    paper.save(update_fields=["signatures"])


@dataclass(frozen=True)
class ReadSignature:
    """One signature as the officer sees it."""

    signer: str
    organisation: str
    issuer: str
    signed_at: datetime | None
    tone: str
    text: Promise


def shown(paper: CasePaper) -> list[ReadSignature]:
    """Return what the signatures of a paper say; empty until they have been read."""
    return [
        ReadSignature(
            signer=one["signer"],
            organisation=one["organisation"],
            issuer=one["issuer"],
            signed_at=datetime.fromisoformat(one["signed_at"]) if one["signed_at"] else None,
            tone=_TONES[one["standing"]],
            text=signing.STANDINGS[one["standing"]],
        )
        for one in paper.signatures
    ]
