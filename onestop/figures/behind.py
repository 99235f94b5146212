"""The cases behind a number: the same condition that counted them, page by page."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Q

from onestop.figures.counting import Question
from onestop.figures.meanings import MEANINGS, Figure
from onestop.lists import PAGE, Place
from onestop.models import Case, CaseStep
from onestop.models.cases import UNTIL


@dataclass(frozen=True)
class Behind:
    """A page of the cases behind a number, and where the next one begins."""

    cases: list[Case]
    after: Place | None


def cases_behind(question: Question, figure: Figure, after: Place | None = None) -> Behind:
    """Return a page of the cases that a number counts, by its moment or by due time."""
    meaning = MEANINGS[figure]
    if question.officer is None:
        wanted = question.cases & meaning.cases(question.period, question.now)
    else:
        counted = question.steps & meaning.steps(question.period, question.now)
        wanted = Q(pk__in=CaseStep.objects.filter(counted).values("case"))
    # An officer's steps end before the case is decided: their cases are ordered by the due time.
    moment = UNTIL if question.officer is not None or meaning.moment is None else F(meaning.moment)
    cases = Case.objects.filter(wanted).annotate(at=moment)
    if after is not None:
        cases = cases.filter(Q(at__gte=after.at), Q(at__gt=after.at) | Q(pk__gt=after.pk))
    keys = [Place(*key) for key in cases.order_by("at", "pk").values_list("at", "pk")[: PAGE + 1]]
    places = {key.pk: place for place, key in enumerate(keys[:PAGE])}
    rows = Case.objects.select_related("procedure", "competent_agency").filter(pk__in=places)
    return Behind(sorted(rows, key=lambda case: places[case.pk]), keys[PAGE - 1] if len(keys) > PAGE else None)
