"""A new procedure from nothing: its facts, with a process to begin with; the rest follows in the sections."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from identity.access import account_of, serves_as
from identity.states import Role
from portal.core.errors import DomainError
from procedures import services, wording
from procedures.definition import DefinitionError
from procedures.editing import free_code
from procedures.eforms.fields import TidyField, WholeNumberField
from procedures.models import Procedure, Proposal
from procedures.office import queries
from procedures.office.builder.library import ready_processes
from procedures.office.saving import words
from procedures.states import Audience, Level

admin = serves_as(Role.CATALOGUE_ADMIN)
_OWN: Final = "9."  # codes that the province gives until the national one is known
_KINDS: Final = ("WORKING_DAYS", "SAME_DAY", "WORKING_HOURS", "CALENDAR_DAYS", "MONTHS", "NONE")


class NewProcedureForm(forms.Form):
    """What a procedure needs to exist; everything else is added afterwards."""

    name = TidyField(label=_("Name"), max_length=1000, help_text=_("As the decision that published it says."))
    code = forms.RegexField(
        label=_("National code"),
        regex=r"^[0-9]\.[0-9]{6}$",
        required=False,
        help_text=_("As 1.001193. Leave empty when it is not known yet: a code of the province is given."),
        error_messages={"invalid": _("A national code looks like 1.001193.")},
    )
    sector = forms.ChoiceField(label=_("Sector"), required=False)
    new_sector = TidyField(label=_("Another sector"), required=False, max_length=200)
    levels = forms.MultipleChoiceField(label=_("Levels"), widget=forms.CheckboxSelectMultiple)
    audiences = forms.MultipleChoiceField(label=_("Audiences"), widget=forms.CheckboxSelectMultiple)
    result = TidyField(label=_("What the applicant gets"), max_length=1000)
    time_kind = forms.ChoiceField(label=_("Time limit"))
    time_value = WholeNumberField(label=_("How many"), required=False, min_value=1, max_value=3650)
    basis = TidyField(
        label=_("Legal basis"),
        required=False,
        max_length=100,
        help_text=_("Number of the document, as 60/2014/QH13."),
    )
    process = forms.ChoiceField(label=_("Process to begin with"), widget=forms.RadioSelect, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"levels": ["COMMUNE"], "audiences": ["CITIZEN"], "time_kind": "WORKING_DAYS"})
        self.known = {sector.code: sector.name for sector in queries.sectors()}
        self._choices("sector", [("", gettext("another one, below")), *self.known.items()])
        self._choices("levels", [(level, wording.value_text("levels", str(level))) for level in Level])
        self._choices("audiences", [(kind, wording.value_text("audiences", str(kind))) for kind in Audience])
        self._choices("time_kind", [(kind, wording.value_text("kind", kind)) for kind in _KINDS])
        ready = [(one.key, f"{one.name}. {one.about}") for one in ready_processes()]
        self._choices("process", [*ready, ("", gettext("none yet: people only read about it"))])
        self.initial["process"] = ready[0][0]

    def _choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("sector") and not cleaned.get("new_sector"):
            self.add_error("sector", _("Choose a sector, or name another one."))
        if cleaned.get("time_kind") not in {"SAME_DAY", "NONE"} and not cleaned.get("time_value"):
            self.add_error("time_value", _("Say how many."))
        return cleaned

    def document(self) -> dict[str, Any]:
        """Return the first document of the procedure."""
        given = self.cleaned_data
        process = next((one.process for one in ready_processes() if one.key == given["process"]), None)
        limit: dict[str, Any] = {"kind": given["time_kind"], "illustrative": False}
        if given["time_kind"] not in {"SAME_DAY", "NONE"}:
            limit["value"] = given["time_value"]
        found: dict[str, Any] = {
            "code": given["code"] or own_code(),
            "name": given["name"],
            "sector": self._sector(),
            "online_level": "FULL" if process else "INFORMATION",
            "levels": given["levels"],
            "audiences": given["audiences"],
            "papers": [],
            "fees": [],
            "time": limit,
            "results": [{"name": given["result"]}],
        }
        if given["basis"]:
            found["legal_basis"] = [{"number": given["basis"]}]
        return found | ({"process": dict(process)} if process else {})

    def _sector(self) -> dict[str, str]:
        given = self.cleaned_data
        by_name = {name: code for code, name in self.known.items()}
        code = given["sector"] or by_name.get(given["new_sector"], "")
        if code:
            return {"code": code, "name": self.known[code]}
        return {"code": free_code(given["new_sector"], list(self.known)).upper(), "name": given["new_sector"]}


@admin
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The facts of a new procedure; posting opens its draft at the form."""
    form = NewProcedureForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            draft = services.start_new(document=form.document(), by=account_of(request), at=timezone.now())
        except (DomainError, DefinitionError) as error:
            form.add_error(None, words(error))
        else:
            messages.success(request, gettext("The draft is open. Add papers, then build the form."))
            return redirect("office:form", uuid=draft.uuid)
    context = {"here": "procedures", "form": form}
    return render(request, "office/builder/new.html", context, status=422 if form.errors else 200)


def own_code() -> str:
    """Return the next code of the province's own."""
    taken = [
        *Procedure.objects.filter(code__startswith=_OWN).values_list("code", flat=True),
        *Proposal.objects.filter(code__startswith=_OWN).values_list("code", flat=True),
    ]
    return f"{_OWN}{max((int(code[2:]) for code in taken), default=0) + 1:06d}"
