"""Forms of the organisation's office: agencies, who serves there, who acts for whom."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from identity.models import Account, AdministrativeUnit, Agency, Appointment, WorkCalendar
from identity.services.organising import AGENCY_CODE, USER_NAME
from identity.states import AgencyKind, Purpose, Role, SigningCapacity
from identity.wording import CAPACITIES, KINDS, PURPOSES, ROLES
from portal.core.days import DayField


class ReasonForm(forms.Form):
    """Why something is changed: the decision it rests on."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, help_text=_("The decision that it rests on, for example its number.")
    )


class ContactForm(ReasonForm):
    """What an agency's own admin keeps of it."""

    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)

    field_order: tuple[str, ...] = ("address", "phone", "reason")

    @property
    def facts(self) -> dict[str, Any]:
        """What is to stand in the agency."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"code", "on", "reason"}}


class AgencyForm(ContactForm):
    """An agency: what it is, and where it stands in the tree."""

    code = forms.RegexField(
        label=_("Code"),
        regex=AGENCY_CODE,
        max_length=35,
        help_text=_("As H09.14. By another code the agency is still found by the old one."),
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=[(str(kind), text) for kind, text in KINDS.items()])
    parent = forms.ModelChoiceField(label=_("Stands under"), queryset=Agency.objects.none(), required=False)
    unit = forms.ModelChoiceField(label=_("Territory"), queryset=AdministrativeUnit.objects.none(), required=False)
    calendar = forms.ModelChoiceField(label=_("Working calendar"), queryset=WorkCalendar.objects.none())
    signing_key = forms.CharField(label=_("Name of the seal's key"), max_length=64, required=False)
    on = DayField(label=_("Begins on"))

    field_order = ("code", "name", "kind", "parent", "unit", "calendar", "address", "phone", "signing_key", "on")

    def __init__(self, *args: Any, known: Agency | None, above: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent: Any = self.fields["parent"]
        unit: Any = self.fields["unit"]
        calendar: Any = self.fields["calendar"]
        parent.queryset, unit.queryset, calendar.queryset = above, units, WorkCalendar.objects.order_by("name")
        if known is not None:
            del self.fields["on"]

    def clean_kind(self) -> AgencyKind:
        return AgencyKind(self.cleaned_data["kind"])


class AppointmentForm(ReasonForm):
    """Who serves at an agency, in which role, from when until when; an unknown person gets an account."""

    username = forms.RegexField(
        label=_("User name"),
        regex=USER_NAME,
        max_length=64,
        help_text=_("With which they sign in, as congchuc.hotich."),
    )
    full_name = forms.CharField(
        label=_("Full name"),
        max_length=100,
        required=False,
        help_text=_("Only of somebody who has no account yet: it is opened, and its first password shown once."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=[])
    title = forms.CharField(
        label=_("Title"), max_length=100, help_text=_("As it stands under a signature: Chủ tịch, Chuyên viên.")
    )
    valid_from = DayField(label=_("From"))
    valid_to = DayField(
        label=_("Until the day"), required=False, help_text=_("The first day on which it is no longer in force.")
    )

    field_order = ("username", "full_name", "role", "title", "valid_from", "valid_to", "reason")

    def __init__(self, *args: Any, roles: Collection[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (str(role), text) for role, text in ROLES.items() if role in roles
        ]

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class TablesForm(forms.Form):
    """Tables of agencies and people to read."""

    file = forms.FileField(
        label=_("The filled-in tables"),
        help_text=_("A workbook (XLSX), or one table as CSV in UTF-8."),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class EndForm(ReasonForm):
    """From which day on an appointment is no longer in force."""

    on = DayField(label=_("No longer in force from"))

    field_order = ("on", "reason")


class _LendingForm(forms.Form):
    """What a seat is lent for."""

    purpose = forms.ChoiceField(
        label=_("What for"),
        widget=forms.RadioSelect,
        choices=[(str(purpose), text) for purpose, text in PURPOSES.items()],
    )
    capacity = forms.ChoiceField(
        label=_("Signs as"),
        required=False,
        choices=[("", "–"), *((str(one), text) for one, text in CAPACITIES.items())],
        help_text=_("Only for signing: KT. a deputy, TL. by order, TUQ. by authority given in writing."),
    )


class AbsenceForm(_LendingForm):
    """Who works from one's own seat, on which days; signing is lent by leaders only."""

    stand_in = forms.ModelChoiceField(label=_("Who stands in"), queryset=Appointment.objects.none(), empty_label="–")
    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        help_text=_(
            "For example: annual leave. For signing, the number and date of the paper by which you delegate it."
        ),
    )

    field_order = ("stand_in", "purpose", "capacity", "first_day", "last_day", "reason")

    def __init__(self, *args: Any, seat: Appointment, stand_ins: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seat = seat
        chosen: Any = self.fields["stand_in"]
        chosen.queryset = stand_ins
        chosen.label_from_instance = lambda one: f"{one.account.full_name}, {one.title}"
        if seat.role != Role.LEADER:
            del self.fields["purpose"], self.fields["capacity"]

    @property
    def asked(self) -> dict[str, Any]:
        """The cleaned answers as the service wants them."""
        given = dict(self.cleaned_data)
        return given | {
            "seat": self.seat,
            "purpose": Purpose(given.get("purpose") or Purpose.ABSENCE),
            "capacity": given.get("capacity", ""),
        }


class DelegationForm(_LendingForm, ReasonForm):
    """Who acts from somebody's seat, what for, and until when."""

    to = forms.CharField(label=_("User name of who acts"), max_length=64)
    title = forms.CharField(
        label=_("Their title under the signature"), max_length=100, required=False, help_text=_("Only for signing.")
    )
    valid_from = DayField(label=_("From"))
    valid_to = DayField(label=_("Until the day"), help_text=_("The first day on which it is no longer in force."))

    field_order = ("to", "purpose", "capacity", "title", "valid_from", "valid_to", "reason")

    def clean_to(self) -> Account:
        found = Account.objects.filter(username=self.cleaned_data["to"], is_active=True, tech_id=None).first()
        if found is None:
            raise forms.ValidationError(_("There is no such civil servant."))
        return found

    def clean_purpose(self) -> Purpose:
        return Purpose(self.cleaned_data["purpose"])

    def clean_capacity(self) -> SigningCapacity | None:
        return SigningCapacity(self.cleaned_data["capacity"]) if self.cleaned_data["capacity"] else None
