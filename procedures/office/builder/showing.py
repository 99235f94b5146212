"""What the builder's pages show of a draft: the outline in words, findings at their question, samples, preview."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse

from procedures import definition as definitions
from procedures import linting, sampling, wording
from procedures.definition import DefinitionError, ProcedureDefinition
from procedures.editing import outline, refusals
from procedures.editing.outline import NOT_IN_GROUPS
from procedures.eforms import FormDefinition
from procedures.linting import Finding
from procedures.models import Proposal
from procedures.office.builder.forms import said
from procedures.office.builder.history import travel_of
from procedures.office.builder.kinds import kind_called
from procedures.office.sections import SECTIONS, section_called
from procedures.office.subjects import Scope, in_row, whole
from procedures.sampling import Outcome

WIDTHS: Final = ("dien-thoai", "may-tinh")
_WIDTH_KEY: Final = "builder_width"


@dataclass(frozen=True)
class Item:
    """A question in the outline."""

    path: str
    label: str
    kind: str
    is_required: bool
    is_group: bool
    can_be_grouped: bool
    rules: tuple[str, ...]
    findings: tuple[Finding, ...]
    items: tuple[Item, ...] = field(default_factory=tuple)

    @property
    def inside(self) -> str:
        """How the inside of a group is named as a place for questions."""
        return f".{self.path}"


@dataclass(frozen=True)
class Leaf:
    """A page in the outline."""

    code: str
    title: str
    number: int
    rule: str
    findings: tuple[Finding, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Outline:
    """A draft's form as the builder shows it, with what is wrong and how the samples go."""

    pages: tuple[Leaf, ...]
    minutes: int
    findings: tuple[Finding, ...]  # of no question in particular
    outcomes: tuple[Outcome, ...]
    barriers: tuple[tuple[str, str], ...]  # when somebody cannot apply, and what is then said
    contradictions: tuple[tuple[str, str], ...]  # when answers deny one another, and what is then said
    error: str

    @property
    def is_empty(self) -> bool:
        return not self.pages


def definition_of(draft: Proposal) -> tuple[ProcedureDefinition | None, str]:
    """Return the draft's definition, or None and why it cannot be read."""
    try:
        return definitions.load(draft.document), ""
    except DefinitionError as error:
        return None, str(error)


def outline_of(draft: Proposal) -> Outline:
    """Return the outline of a draft."""
    definition, error = definition_of(draft)
    form = definition.form if definition else None
    found = linting.lint(definition) if definition else []
    by_place: dict[str, list[Finding]] = {}
    for one in found:
        by_place.setdefault(one.place.split("/")[0], []).append(one)
    pages = tuple(_leaf(page, number, by_place, form) for number, page in enumerate(outline.pages(draft.document), 1))
    places = {page.code for page in pages} | {item.path for page in pages for item in _flat(page.items)}
    return Outline(
        pages=pages,
        minutes=(draft.document.get("form") or {}).get("minutes", 5),
        findings=tuple(one for one in found if one.place.split("/")[0] not in places),
        outcomes=tuple(sampling.run(definition)) if definition else (),
        barriers=_refusals(draft, form, "eligible"),
        contradictions=_refusals(draft, form, "validate"),
        error=error,
    )


def _refusals(draft: Proposal, form: FormDefinition | None, sort: str) -> tuple[tuple[str, str], ...]:
    found = refusals.refusals(draft.document, sort)
    return tuple((whole(form).words(one["when"]), said(one["message"], "vi")) for one in found)


def frame(request: HttpRequest, draft: Proposal, *, page: str = "") -> dict[str, Any]:
    """Return what every page of the builder shows around its own: menu, undo and redo, the preview of `page`."""
    if request.GET.get("xem") in WIDTHS:
        request.session[_WIDTH_KEY] = request.GET["xem"]
    codes = [one["code"] for one in outline.pages(draft.document)]
    return {
        "here": "home",
        "proposal": draft,
        "sections": SECTIONS,
        "section": section_called("bieu-mau"),
        "travel": travel_of(draft),
        "back": reverse("office:form", args=[draft.uuid]),
        "has_preview": True,
        "preview": page if page in codes else (codes[0] if codes else ""),
        "is_wide": request.session.get(_WIDTH_KEY) == "may-tinh",
    }


def _leaf(
    page: Mapping[str, Any], number: int, findings: Mapping[str, list[Finding]], form: FormDefinition | None
) -> Leaf:
    return Leaf(
        code=page["code"],
        title=wording.name_of(page),
        number=number,
        rule=whole(form).words(page.get("show_if")),
        findings=tuple(findings.get(page["code"], ())),
        items=tuple(_item(field, findings, whole(form), form) for field in page["fields"]),
    )


def _item(
    question: Mapping[str, Any],
    findings: Mapping[str, list[Finding]],
    scope: Scope,
    form: FormDefinition | None,
    group: str = "",
) -> Item:
    code = str(question["code"])
    inner = in_row(form, code) if form and question.get("fields") else scope
    rules = [
        sentence % {"rule": scope.words(question[name])}
        for name, sentence in (("show_if", wording.SHOWN), ("required_if", wording.REQUIRED))
        if question.get(name)
    ]
    return Item(
        path=f"{group}.{code}" if group else code,
        label=wording.name_of(question),
        kind=kind_called(question["kind"]).title,
        is_required=question.get("required", "required_if" not in question and question["kind"] != "note"),
        is_group=question["kind"] == "group",
        can_be_grouped=not group and question["kind"] not in NOT_IN_GROUPS,
        rules=tuple(rules),
        findings=tuple(findings.get(code, ())),
        items=tuple(_item(part, {}, inner, form, code) for part in question.get("fields", [])),
    )


def _flat(items: tuple[Item, ...]) -> list[Item]:
    return [one for item in items for one in (item, *_flat(item.items))]
