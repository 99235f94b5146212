"""What the applicant gets: which document, and what stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procedures import definition as definitions
from procedures.definition import ProcedureDefinition
from procedures.editing import with_members
from procedures.eforms import FieldDefinition, kind_of
from procedures.office.forms import PartForm, line, lines_of, text
from procedures.rules import Answer

_NAMED: Final = re.compile(r"\{([^{}]*)\}")
_VALUES: Final = {
    "birth_place": _("Place of birth"),
    "book": _("Book of the register"),
    "book_number": _("Number of the certification and its book"),
    "building_name": _("Name of the building"),
    "child": _("The child"),
    "co_owner_names": _("Names of the co-owners"),
    "compared_on": _("Compared on"),
    "conditions": _("Further requirements"),
    "content": _("What is written from now on"),
    "copies": _("How many copies"),
    "death_place": _("Place of death"),
    "density": _("Building density"),
    "designer": _("Who designed it"),
    "died_at_time": _("Time of death"),
    "died_on": _("Day of death"),
    "document_issuer": _("Who issued the paper"),
    "document_name": _("Name of the paper"),
    "document_number": _("Number and day of the paper"),
    "father": _("The father"),
    "finding": _("Marital status that was found"),
    "finding_detail": _("Details of it"),
    "floors": _("Floors"),
    "ground_area": _("Area of the ground floor (m²)"),
    "ground_level": _("Ground level"),
    "height": _("Height (m)"),
    "home_town": _("Home town"),
    "marriage_place": _("Where the marriage is to be registered"),
    "mother": _("The mother"),
    "note": _("Note"),
    "old_entry": _("The earlier entry"),
    "other_purpose": _("Another purpose"),
    "paid_since": _("Paid from which month"),
    "parents": _("The parents"),
    "partner": _("The future spouse"),
    "period_from": _("From which day"),
    "period_to": _("To which day"),
    "person": _("The person"),
    "personal_number": _("Personal identity number"),
    "plot_area": _("Area of the plot (m²)"),
    "plot_number": _("Number of the plot"),
    "registered_at": _("Where it is registered"),
    "registered_number": _("Number in the register"),
    "registered_on": _("Day of registration"),
    "relation": _("Relation"),
    "request": _("What is requested"),
    "requester": _("Who requested it"),
    "setback": _("Building line"),
    "total_area": _("Total floor area (m²)"),
}
_REGISTER: Final = ("registered_number", "book", "registered_on")


@dataclass(frozen=True)
class Template:
    """A document: what it is called, which values it shows, and whether the procedure words it."""

    title: Promise
    values: tuple[str, ...] = ()
    is_worded: bool = False


# The documents of `templates/documents/` that a result can be.
TEMPLATES: Final[dict[str, Template]] = {
    "result_worded_licence": Template(_("Licence, certificate or confirmation, in words of one's own"), (), True),
    "result_worded_decision": Template(_("Decision in articles, in words of one's own"), (), True),
    "result_certified_copy": Template(
        _("Certified copy: the pages of a paper, and that they are true"),
        (
            "document_name",
            "document_number",
            "document_issuer",
            "copies",
            "compared_on",
            "book_number",
            "note",
            "requester",
        ),
    ),
    "result_extract": Template(
        _("Extract from the civil-status register"),
        (
            "copies",
            "person",
            "birth_place",
            "parents",
            "registered_at",
            "registered_number",
            "registered_on",
            "note",
            "requester",
        ),
    ),
    "result_birth_certificate": Template(
        _("Birth certificate"),
        ("child", "birth_place", "home_town", "personal_number", "mother", "father", "requester", *_REGISTER),
    ),
    "result_death_extract": Template(
        _("Extract: death"), ("died_at_time", "died_on", "death_place", "requester", *_REGISTER)
    ),
    "result_marriage_certificate": Template(_("Marriage certificate"), _REGISTER),
    "result_marital_status": Template(
        _("Confirmation of marital status"),
        ("period_from", "period_to", "finding", "finding_detail", "partner", "marriage_place", "other_purpose"),
    ),
    "result_guardianship_extract": Template(_("Extract: guardianship"), ("relation", *_REGISTER)),
    "result_change_extract": Template(
        _("Extract: change of civil status"), ("registered_at", "old_entry", "content", "requester", *_REGISTER)
    ),
    "result_building_permit": Template(
        _("Permit to build a house"),
        (
            "building_name",
            "co_owner_names",
            "designer",
            "plot_number",
            "plot_area",
            "floors",
            "ground_area",
            "total_area",
            "height",
            "ground_level",
            "setback",
            "density",
            "conditions",
        ),
    ),
    "result_social_pension": Template(_("Decision on the social pension"), ("request", "paid_since")),
}


class ValuesForm(PartForm):
    """Where the values that a document shows come from: an answer, or what an officer recorded."""

    legend = _("What stands in the document")

    def __init__(self, data: Any = None, *, template: Template, **about: Any) -> None:
        super().__init__(data, **about)
        sources = [("", "–"), *sources_of(definitions.load(self.document))]
        for name in template.values:
            kept = str(self.part.get(name, ""))
            more = [] if kept in dict(sources) else [(kept, kept)]
            self.fields[name] = forms.ChoiceField(label=_VALUES[name], choices=[*sources, *more], required=False)

    def members(self) -> dict[str, Any]:
        return with_members(self.part, self.cleaned_data)


class WordingForm(PartForm):
    """What a document says in the words of its procedure. Lists are written one a line."""

    legend = _("What the document says")
    heading = line(_("Heading"), required=False)
    subtitle = line(_("Under the heading"), required=False)
    authority = line(
        _("In whose name it speaks"), required=False, hint=_("Only where it is not the agency that signs.")
    )
    grounds_text = text(
        _("Further grounds"), hint=_("One a line; the legal bases of the procedure stand there by themselves.")
    )
    opening = text(_("Opening sentence"))
    lines_text = text(_("Lines"), hint=_("One a line: what it is called, a colon, what stands there."))
    table_rows = forms.ChoiceField(label=_("Group whose rows stand in a table"), required=False)
    columns_text = text(_("Columns of the table"), hint=_("One a line: heading, a colon, the code of the question."))
    articles_text = text(_("Articles, or closing sentences"), hint=_("One a line."))
    recipients_text = text(_("Recipients"), hint=_("One a line."))

    def __init__(self, data: Any = None, **about: Any) -> None:
        super().__init__(data, **about)
        definition = definitions.load(self.document)
        fields = definition.form.fields.values() if definition.form else ()
        groups = {field.code: field for field in fields if field.fields}
        self.choose("table_rows", [("", "–"), *((code, str(field.label)) for code, field in groups.items())])
        self.named = [(path.partition(".")[2], label) for path, label in sources_of(definition)]
        self.columns = {code: {part.code for part in field.fields} for code, field in groups.items()}

    def initial_of(self, part: Mapping[str, Any]) -> dict[str, Any]:
        table = part.get("table", {})
        lists = {f"{name}_text": "\n".join(part.get(name, [])) for name in _LISTS}
        return (
            dict(part)
            | lists
            | {
                "lines_text": _pairs(part.get("lines", [])),
                "table_rows": table.get("rows", ""),
                "columns_text": _pairs(table.get("columns", [])),
            }
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        known = {code for code, _label in self.named}
        for name in list(cleaned):
            unknown = set(_NAMED.findall(str(cleaned[name]))) - known
            if unknown:
                message = _("There is no question or recorded fact of this code: %(codes)s. The list below has them.")
                self.add_error(name, ValidationError(message, params={"codes": ", ".join(sorted(unknown))}))
        for name in ("lines_text", "columns_text"):
            if any(": " not in one for one in lines_of(cleaned.get(name, ""))):
                self.add_error(name, _("Each line is what it is called, a colon, and what stands there."))
        rows, columns = cleaned.get("table_rows"), _lines(cleaned.get("columns_text", ""))
        if bool(rows) != bool(columns):
            self.add_error("columns_text", _("A table has a group and columns: give both."))
        elif rows and {column["value"] for column in columns} - self.columns[rows]:
            self.add_error("columns_text", _("A column names a question that the group does not ask."))
        return cleaned

    def members(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        rows, columns = given.pop("table_rows"), _lines(given.pop("columns_text"))
        given |= {name: lines_of(given.pop(f"{name}_text")) for name in _LISTS}
        given["lines"] = _lines(given.pop("lines_text"))
        given["table"] = {"rows": rows, "columns": columns} if rows else None
        return with_members(self.part, given)


_LISTS: Final = ("grounds", "articles", "recipients")


def _pairs(parts: list[Mapping[str, str]]) -> str:
    return "\n".join(f"{part['label']}: {part['value']}" for part in parts)


def _lines(written: str) -> list[dict[str, str]]:
    found = (one.partition(": ") for one in lines_of(written))
    return [{"label": label.strip(), "value": value.strip()} for label, _colon, value in found]


class ResultForm(PartForm):
    """What the applicant gets: its name, and the document with what stands in it."""

    again = _("Show what this document needs")
    name = line(_("Name"), longest=1000)
    code = line(_("Code (KQ…)"), required=False, longest=30)
    template = forms.ChoiceField(
        label=_("Document"),
        required=False,
        help_text=_("Without one the officer has nothing to lay before the signer."),
    )
    symbol = line(
        _("Symbol behind the number"), required=False, longest=40, hint=_("As GP-SXD; the agency's own when empty.")
    )
    pages_of = forms.ChoiceField(label=_("Paper whose pages stand before it"), required=False)

    def __init__(self, data: Any = None, **about: Any) -> None:
        super().__init__(data, **about)
        kept = str(self.part.get("template", ""))
        more = [] if not kept or kept in TEMPLATES else [(kept, kept)]
        self.choose("template", [("", "–"), *((code, one.title) for code, one in TEMPLATES.items()), *more])
        form = definitions.load(self.document).form
        papers = [(f.code, str(f.label)) for f in form.fields.values() if f.kind == "file"] if form else []
        self.choose("pages_of", [("", "–"), *papers])
        chosen = TEMPLATES.get(self["template"].value() or "")
        self.rows = list(self._inner(data, chosen)) if chosen else []

    def _inner(self, data: Any, template: Template) -> Iterator[PartForm]:
        if template.values:
            values = self.part.get("context")
            yield ValuesForm(data, document=self.document, part=values, prefix="context", template=template)
        if template.is_worded:
            yield WordingForm(data, document=self.document, part=self.part.get("wording"), prefix="wording")

    def members(self) -> dict[str, Any]:
        inner = {str(row.prefix): row.members() for row in self.rows}
        return dict(self.cleaned_data) | {"wording": None} | inner


def sources_of(definition: ProcedureDefinition) -> list[tuple[str, str]]:
    """Return what a document can show, by path: the answers, their parts, and what officers record."""
    asked = definition.form.fields.values() if definition.form else ()
    recorded = [fact for step in definition.process.steps for fact in step.facts] if definition.process else []
    return [
        (f"{place}.{path}", label)
        for place, fields in (("answers", asked), ("facts", recorded))
        for field in fields
        for path, label in _paths(field)
    ]


def _paths(field: FieldDefinition) -> Iterator[tuple[str, str]]:
    answer = kind_of(field).shape(field).answer
    if answer == Answer.NOTHING:
        return
    yield field.code, str(field.label)
    if answer == Answer.PARTS:
        for part in kind_of(field).parts(field):
            yield f"{field.code}.{part.code}", f"{field.label} – {part.label}"
