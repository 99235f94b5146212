"""The sections in which a draft is edited, and how a form's content becomes a part of the document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procedures import editing, wording
from procedures.errors import NotPossibleError
from procedures.office import forms
from procedures.office.forms import PartForm
from procedures.office.result_forms import ResultForm


@dataclass(frozen=True)
class Section:
    """A page of the editor: `name` is the entry of the document, empty for the document itself.

    The builder has pages of its own at the addresses of the form and of the process.
    """

    code: str
    title: str | Promise
    name: str
    form: type[PartForm]
    is_list: bool = False
    about: str | Promise = ""
    is_hidden: bool = False  # reached from the page of the builder that edits the same entry

    def parts(self, document: Mapping[str, Any]) -> list[Any]:
        """Return the members of a list section."""
        return list(document.get(self.name) or [])

    def part(self, document: Mapping[str, Any], place: int | None) -> Any:
        """Return what a form shows: the member at `place`, or the whole section; None for a new member."""
        if self.is_list:
            return self.parts(document)[place] if place is not None else None
        return document.get(self.name) if self.name else document

    def without(self, document: Mapping[str, Any], place: int) -> dict[str, Any]:
        """Return the document without a member; raises `NotPossibleError` while something needs it."""
        needed = self.form.needed_by(self.parts(document)[place], document)
        if needed:
            message = _("It is still needed by: %(what)s. Please change that first.")
            raise NotPossibleError(message % {"what": "; ".join(needed)})
        return editing.without_part(document, self.name, place)

    def put(
        self, document: Mapping[str, Any], place: int | None, form: PartForm, conditions: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return the document with a valid form's content, and the conditions chosen beside it, in the section.

        Raises `NotPossibleError` when another part of the list is the same.
        """
        members = {**form.members(), **conditions}
        if issubclass(self.form, forms.WrittenForm):
            return editing.with_members(document, {self.name: members["content"]})
        if not self.name:
            return editing.with_members(document, members)
        part = editing.with_members(self.part(document, place) or {}, members)
        if not self.is_list:
            return editing.with_members(document, {self.name: part})
        others = [other for number, other in enumerate(self.parts(document)) if number != place]
        key = self.form.key
        if key and part.get(key) in [other.get(key) for other in others]:
            name = self.form.name_of(part, document)
            raise NotPossibleError(_("“%(name)s” stands in the list already.") % {"name": name})
        if not self.form.codeless and "code" not in part:
            taken = [other["code"] for other in self.parts(document)]
            part["code"] = editing.free_code(wording.name_of(part), taken)
        return editing.with_part(document, self.name, part, place)


_FIRST: Final = _("The first whose condition holds is taken. Move the narrower ones up.")
SECTIONS: Final = (
    Section("thong-tin", _("Facts and words"), "", forms.FactsForm),
    Section("giay-to", _("Papers"), "papers", forms.PaperForm, is_list=True),
    Section("bieu-mau", _("E-form"), "form", forms.WrittenForm),
    Section("quy-trinh", _("Process"), "process", forms.WrittenForm),
    Section("phi", _("Fees"), "fees", forms.FeeForm, is_list=True),
    Section("thoi-han", _("Time limit"), "time", forms.TimeForm),
    Section("ket-qua", _("Results"), "results", ResultForm, is_list=True),
    Section("can-cu", _("Legal basis"), "legal_basis", forms.BasisForm, is_list=True),
    Section("tinh-trang", _("Availability"), "availability", forms.AvailabilityForm),
    Section("cach-nop", _("Ways of filing"), "channels", forms.ChannelForm, is_list=True),
    Section("truong-hop", _("Cases of application"), "variants", forms.VariantForm, is_list=True),
    Section(
        "thoi-han-rieng",
        _("Time limits by the answers"),
        "time_rules",
        forms.TimeRuleForm,
        is_list=True,
        about=_FIRST,
    ),
    Section("co-quan", _("Competent agency by the answers"), "route", forms.RouteForm, is_list=True, about=_FIRST),
    Section("tieng-anh", _("English texts"), "english", forms.WrittenForm),
    Section("mau-thu", _("Sample applicants"), "samples", forms.WrittenForm),
    Section("bieu-mau-chu", _("E-form as text"), "form", forms.WrittenForm, is_hidden=True),
    Section("quy-trinh-chu", _("Process as text"), "process", forms.WrittenForm, is_hidden=True),
)


def section_called(code: str) -> Section | None:
    """Return the section of an address, or None."""
    return next((section for section in SECTIONS if section.code == code), None)
