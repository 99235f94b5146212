"""What is typed into a draft: kept at every change as it stands, accepted a page at a time.

Who saves says which page of theirs sent it and what it had seen (`Sent`). A request that comes late never overwrites
a newer one of the same page; of two devices the later is told and what it sent is laid aside: nothing is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils import timezone

from onestop.models import Case, Draft
from onestop.services import stepping
from onestop.services.advancing import open_draft
from onestop.services.typed import Values
from procedures.eforms import with_computed


@dataclass(frozen=True)
class Sent:
    """A sending of a page of the form: the page's own token, the revision that it showed, its place in time.

    `sequence` is None where nothing counts them: a form sent by a browser without scripts is the newest there is.
    Without a `revision` nothing was seen, and nothing is guarded.
    """

    page: str = ""
    revision: int | None = None
    sequence: int | None = None


class Kept(StrEnum):
    """What became of what was typed."""

    KEPT = "KEPT"
    LATE = "LATE"  # the same page has sent something newer
    ASIDE = "ASIDE"  # another page, tab or device saved in the meantime


@transaction.atomic
def keep_typed(*, draft_id: int, step: str, values: Values | None, sent: Sent, at: datetime) -> Kept:
    """Keep what stands on a page, accepted or not; None: nothing but the accepted answers. Safe to repeat.

    Raises `ActionNotAllowedError` when the case was filed or deleted.
    """
    case, draft = _open(draft_id)
    entry = draft.steps.get(step, {})
    if _is_late(entry, sent):
        return Kept.LATE
    if changed_elsewhere(draft, step, sent):
        aside = {"values": values or {}, "at": at.isoformat(), "page": sent.page}
        _save(case, draft, step, entry | {"aside": aside}, at)
        return Kept.ASIDE
    kept = _mark(draft, entry, sent, at) | {"values": values}
    if values is None:
        kept.pop("values")
    if kept.get("aside", {}).get("page") == sent.page:
        kept.pop("aside")  # what this page had to lay aside it says better now
    _save(case, draft, step, kept, at)
    return Kept.KEPT


@transaction.atomic
def accept_page(*, draft_id: int, step: str, answers: Mapping[str, Any], sent: Sent, at: datetime) -> Case | None:
    """Lay the cleaned answers of a page over those of the draft; None, and nothing written, if another device saved.

    Raises `ActionNotAllowedError` when the case was filed or deleted.
    """
    case, draft = _open(draft_id)
    entry = draft.steps.get(step, {})
    if changed_elsewhere(draft, step, sent):
        return None
    form, today = stepping.definition_of(case).form, timezone.localtime(at).date()
    case.answers = with_computed(form, case.answers | dict(answers), today)
    marked = _mark(draft, entry, sent, at)
    accepted = {name: value for name, value in marked.items() if name not in {"values", "aside"}}
    draft.done = [*(code for code in draft.done if code != step), step]
    _save(case, draft, step, accepted, at)
    return case


def changed_elsewhere(draft: Draft, step: str, sent: Sent) -> bool:
    """Return whether another page, tab or device saved this step after `sent` saw it."""
    entry = draft.steps.get(step, {})
    if sent.revision is None or entry.get("page") == sent.page:
        return False
    return int(entry.get("revision", 0)) > sent.revision


@transaction.atomic
def exchange(*, draft_id: int, step: str, at: datetime) -> None:
    """Take what another device typed in place of what is shown; what was shown is laid aside in its turn."""
    case, draft = _open(draft_id)
    entry = draft.steps.get(step, {})
    if "aside" not in entry:
        return
    draft.revision += 1
    changed = entry | {"values": entry["aside"]["values"], "revision": draft.revision, "page": None}
    if "values" in entry:
        changed["aside"] = {"values": entry["values"], "at": entry["at"], "page": None}
    else:
        changed.pop("aside")  # what was shown are the accepted answers: they stay
    _save(case, draft, step, changed, at)


@transaction.atomic
def drop_aside(*, draft_id: int, step: str, at: datetime) -> None:
    """Forget what another device typed: its writer has seen both."""
    case, draft = _open(draft_id)
    entry = {name: value for name, value in draft.steps.get(step, {}).items() if name != "aside"}
    _save(case, draft, step, entry, at)


@transaction.atomic
def drop_typed(*, draft_id: int, step: str, at: datetime) -> None:
    """Go back to the answers that were accepted on a page."""
    case, draft = _open(draft_id)
    _save(case, draft, step, _mark(draft, {}, Sent(), at), at)


@transaction.atomic
def fill_in(*, draft_id: int, typed: Mapping[str, Values], at: datetime) -> None:
    """Lay values into pages as if they had been typed: shown there, accepted by nobody yet."""
    case, draft = _open(draft_id)
    for step, values in typed.items():
        draft.revision += 1
        draft.steps[step] = draft.steps.get(step, {}) | {
            "values": values,
            "at": at.isoformat(),
            "revision": draft.revision,
            "page": None,
        }
    _save(case, draft, "", {}, at)


@transaction.atomic
def read_news(*, draft_id: int) -> None:
    """What a new version changed has been read."""
    _case, draft = _open(draft_id)
    draft.news = {}
    draft.save(update_fields=["news"])


def _open(draft_id: int) -> tuple[Case, Draft]:
    case = open_draft(draft_id)
    draft, _created = Draft.objects.get_or_create(case=case)
    return case, draft


def _is_late(entry: Mapping[str, Any], sent: Sent) -> bool:
    if sent.sequence is None or entry.get("page") != sent.page:
        return False
    return sent.sequence < (entry.get("sequence") or 0)


def _mark(draft: Draft, entry: Mapping[str, Any], sent: Sent, at: datetime) -> dict[str, Any]:
    draft.revision += 1
    return dict(entry) | {
        "revision": draft.revision,
        "page": sent.page,
        "sequence": sent.sequence if sent.sequence is not None else entry.get("sequence"),
        "at": at.isoformat(),
    }


def _save(case: Case, draft: Draft, step: str, entry: Mapping[str, Any], at: datetime) -> None:
    if step:
        draft.steps[step] = dict(entry)
    draft.save()
    case.changed_at = at
    case.save(update_fields=["answers", "changed_at"])
