"""An act of the desk, and what the phases' modules make theirs of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.forms import Form
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from identity.models import Account
from identity.officers import Seat
from onestop import forms
from onestop.models import Case, CaseDocument
from onestop.services import documents
from onestop.states import Action

MakeForm = Callable[[Case, Any, Account | None], Form]  # what was typed; for whom


@dataclass(frozen=True)
class Call:
    """The ingredients of a service call: which case, by whom, when, seen in which version, with what typed."""

    case: Case
    actor: Seat
    at: datetime
    seen: int
    form: Any

    @property
    def who(self) -> dict[str, Any]:
        return {"case_id": self.case.pk, "actor": self.actor, "at": self.at, "seen_version": self.seen}

    @property
    def typed(self) -> dict[str, Any]:
        return dict(self.form.cleaned_data)


@dataclass(frozen=True)
class Phase:
    """A heading under which acts stand together."""

    title: str | Promise


RECEIVING: Final = Phase(_("Receiving"))
HANDLING: Final = Phase(_("Handling"))
RESULT: Final = Phase(_("The result"))
RETURNING: Final = Phase(_("Handing over"))
OBSTACLES: Final = Phase(_("When something stands in the way"))
TALKING: Final = Phase(_("Messages and notes"))


def always(case: Case, at: datetime) -> bool:
    """The act makes sense whenever it is allowed."""
    return True


def unless_being_signed(case: Case, at: datetime) -> bool:
    """The act waits while a signature is under way: what is signed must be what was decided."""
    return not documents.is_being_signed(case)


@dataclass(frozen=True)
class Act:
    """An act of the desk.

    `seat` raises `ActionNotAllowedError` for whom it is not; without one it is the holder's of a step that offers the
    act, or of any step where the law does (`turns.require`). `makes_sense` leaves out what the service would
    refuse anyway. An act with a `consequence` is grave: the consequence is shown, and must be ticked. `preview` makes
    the form that goes out with it, as it would be written.
    """

    phase: Phase
    action: Action
    label: str | Promise
    done: str | Promise
    make_form: MakeForm
    run: Callable[[Call], object]
    seat: Callable[[Case, Seat], object] | None = None
    makes_sense: Callable[[Case, datetime], bool] = always
    consequence: str | Promise = ""
    preview: Callable[[Call], CaseDocument] | None = None

    @property
    def code(self) -> str:
        return self.action.lower().replace("_", "-")

    @property
    def has_preview(self) -> bool:
        return self.preview is not None

    def form(self, case: Case, typed: Any = None, *, by: Account | None = None) -> Form:
        """Return the form for who acts, its fields' ids apart from those of the other acts on the page."""
        form = self.make_form(case, typed, by)
        form.auto_id = f"{self.code}_%s"
        return form


def simple(kind: type[forms.NothingForm]) -> MakeForm:
    """Return the making of a form that needs nothing but the case."""
    return lambda case, data, by: kind(case, data)
