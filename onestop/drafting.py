"""A draft as its pages show it: what was typed over what was accepted, two devices' values side by side, how far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, cast

from django import forms
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop import deadlines
from onestop.models import Case, Draft
from onestop.services import stepping
from onestop.services.typed import Values, asks, typed_on
from procedures.eforms import FieldDefinition, FormDefinition, StepDefinition, step_form, visible_steps
from procedures.eforms.submission import StepForm, as_data

_WEIGHTS: Final = {"note": 0, "address": 3, "file": 4, "long_text": 3, "statement": 1}


def draft_of(case: Case) -> Draft:
    """Return what the case has only until it is filed; an empty one for a case that has none yet."""
    try:
        return case.draft
    except ObjectDoesNotExist:
        return Draft(case=case)


def form_of(case: Case) -> FormDefinition:
    """Return the form of a draft; raises `LookupError` where a version without a form came after it."""
    form = stepping.definition_of(case).form
    if form is None:
        raise LookupError("The procedure has no form any more.")
    return form


def stored_on(step: StepDefinition, case: Case) -> Values:
    """Return what stands on a page now, as a browser sends it: what was typed there, or else its accepted answers."""
    typed = draft_of(case).typed(step.code)
    return typed if typed is not None else typed_on(step, as_data(step, case.answers))


def differs_from_answers(case: Case, step: StepDefinition, values: Values, today: date) -> bool:
    """Return whether `values` say something else than what was accepted on a page."""
    accepted = typed_on(step, as_data(step, case.answers))
    return both(case, step.code, today, here=values, elsewhere=accepted) is not None


def filled_form(case: Case, step: str, today: date, values: Values | None) -> StepForm:
    """Return the page bound to `values`, or with the accepted answers when there are none."""
    data: MultiValueDict[str, Any] | None = None if values is None else MultiValueDict(values)
    return step_form(form_of(case), step, case.answers, today, data)


# --- two devices ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """A question for which two devices have different values."""

    label: str
    here: str
    elsewhere: str


@dataclass(frozen=True)
class Both:
    """A page as it stands here, and as it was typed elsewhere."""

    lines: tuple[Difference, ...]
    at: datetime | None


def both(case: Case, step: str, today: date, *, here: Values, elsewhere: Values, at: str = "") -> Both | None:
    """Return where two devices differ; None when they do not."""
    pages = [filled_form(case, step, today, values) for values in (here, elsewhere)]
    names = [*pages[0].fields, *(name for name in pages[1].fields if name not in pages[0].fields)]
    lines = []
    for name in names:
        texts = [_text(page[name]) if name in page.fields else "" for page in pages]
        if texts[0] != texts[1]:
            lines.append(Difference(_label(pages, name), texts[0] or "–", texts[1] or "–"))
    return Both(tuple(lines), datetime.fromisoformat(at) if at else None) if lines else None


def laid_aside(case: Case, step: StepDefinition, today: date) -> Both | None:
    """Return how what another device typed on a page differs from what stands there."""
    aside = draft_of(case).steps.get(step.code, {}).get("aside")
    if not aside:
        return None
    here = stored_on(step, case)
    return both(case, step.code, today, here=here, elsewhere=aside["values"], at=aside["at"])


def _label(pages: list[StepForm], name: str) -> str:
    page = next(page for page in pages if name in page.fields)
    question = next(question for question in page.questions if asks(question, name))
    own = str(page.fields[name].label)
    return own if name == question.code else f"{question.label}: {own[:1].lower()}{own[1:]}"


def _text(bound: forms.BoundField) -> str:
    """Return a value as its reader would say it; nothing of files, which are never typed."""
    value = bound.value()
    if isinstance(bound.field, forms.BooleanField):
        return _("Yes") if value else ""
    if isinstance(value, Mapping):
        return "/".join(text for text in (value.get(part, "") for part in ("day", "month", "year")) if text)
    if isinstance(bound.field, forms.ChoiceField):
        choices = cast("Iterable[tuple[Any, Any]]", bound.field.choices)  # ours are lists, without groups
        words = {str(key): str(word) for key, word in choices}
        chosen = value if isinstance(value, list | tuple) else [value]
        return ", ".join(words.get(str(item), str(item)) for item in chosen if item)
    if isinstance(value, list):
        return ""
    return str(value or "").strip()


# --- how far ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Progress:
    """Where a draft stands: on page `number` of `count`, with `minutes` to go; `step` is empty when all is done."""

    step: str
    number: int
    count: int
    minutes: int
    title: str = ""

    @property
    def words(self) -> str:
        """The progress in one line."""
        if not self.step:
            return _("All steps are done; what is left is to check and to file")
        place = _("Step %(number)s/%(count)s") % {"number": self.number, "count": self.count}
        if self.minutes < 1:
            return _("%(place)s – less than a minute left") % {"place": place}
        left = ngettext("about %(minutes)s minute left", "about %(minutes)s minutes left", self.minutes)
        return f"{place} – {left % {'minutes': self.minutes}}"


def progress_at(case: Case, step: str, today: date) -> Progress:
    """Return the progress of somebody on page `step`; what lies before it counts as done.

    Minutes follow from what the pages ahead still ask: a page that the rules hide costs no time.
    """
    pages = visible_steps(form_of(case), case.answers, today)
    place = next((place for place, page in enumerate(pages) if page.code == step), len(pages))
    ahead = pages[place:]
    return Progress(
        step=step,
        number=place + 1,
        count=len(pages),
        minutes=_minutes(form_of(case), ahead),
        title=str(ahead[0].title) if ahead else "",
    )


def progress_of(case: Case, today: date) -> Progress:
    """Return how far a draft is: its first page that was not accepted, and the time that all of those take."""
    left = unfinished(case, today)
    if not left:
        return Progress("", 0, 0, 0)
    place = progress_at(case, left[0].code, today)
    minutes = _minutes(form_of(case), left)
    return Progress(place.step, place.number, place.count, minutes, place.title)


@dataclass(frozen=True)
class Begun:
    """A draft as the list of one's cases shows it."""

    case: Case
    progress: Progress | None  # None: the procedure has no form any more
    erased_on: date | None  # shown once its day is near


def begun(cases: Iterable[Case], now: datetime) -> list[Begun]:
    """Return drafts with how far they are, and when they will be erased if nobody goes on."""
    today = timezone.localtime(now).date()
    return [
        Begun(
            case,
            progress_of(case, today) if stepping.definition_of(case).form else None,
            deadlines.erased_on(case, now),
        )
        for case in cases
    ]


def unfinished(case: Case, today: date) -> list[StepDefinition]:
    """Return the pages that were not accepted yet, or on which something was typed since."""
    draft = draft_of(case)
    pages = visible_steps(form_of(case), case.answers, today)
    return [page for page in pages if page.code not in draft.done or draft.typed(page.code) is not None]


def _minutes(form: FormDefinition, ahead: list[StepDefinition]) -> int:
    whole = sum(_weight(question) for step in form.steps for question in step.fields)
    left = sum(_weight(question) for step in ahead for question in step.fields)
    return round(form.minutes * left / whole) if whole else 0


def _weight(question: FieldDefinition) -> int:
    """Return how much time a question takes, in parts; a short one takes 1."""
    match question.kind:
        case "person":
            return max(1, len(question.parts))
        case "group":
            return max(1, question.min_rows) * sum(_weight(part) for part in question.fields)
    return _WEIGHTS.get(question.kind, 1)
