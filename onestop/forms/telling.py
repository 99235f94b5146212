"""How people wish to be told, and in which words everybody is."""

from __future__ import annotations

from typing import Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from onestop.models import NoticePreference
from onestop.occasions import Occasion, optional
from onestop.providers import channels
from onestop.services import wordings
from onestop.wording import NOTICE_CHANNELS
from portal.core.errors import DomainError
from procedures.eforms.fields import TidyField

# What the preview fills in.
_EXAMPLE: Final = {
    "code": "H09.25747-261124-0001",
    "procedure": "Cấp bản sao Trích lục hộ tịch",
    "agency": "Ủy ban nhân dân phường Thủ Dầu Một",
    "due": "16:30 27/11/2026",
    "day": "22/02/2027",
    "link": f"{settings.PUBLIC_URL}/ho-so/xac-nhan/…/",
    "step": "Thẩm tra hồ sơ",
    "percent": 80,
    "overdue": 2,
    "today": 5,
    "open": 17,
    "title": "Phó Chủ tịch",
    "first": "26/11/2026",
    "last": "28/11/2026",
    "record": "12/BBBG-H09.25747.MC",
    "count": 3,
    "missing": 1,
}
# The boxes of a wording: its language, and whether it is the one for text messages.
_WORDINGS: Final = {
    "vi": ("vi", False, _("Letter, in Vietnamese")),
    "en": ("en", False, _("Letter, in English")),
    "sms_vi": ("vi", True, _("SMS, in Vietnamese")),
    "sms_en": ("en", True, _("SMS, in English")),
}


class DeskPreferenceForm(forms.Form):
    """Of what one wishes to be told where there is a choice."""

    for_office = True
    events = forms.MultipleChoiceField(
        label=_("Of what by e-mail?"),
        help_text=_("Everything stands under “Notices” at the desk, whatever you choose."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, data: object, preference: NoticePreference | None, **initial: object) -> None:
        muted, offered = preference.muted if preference else [], optional(for_office=self.for_office)
        initial["events"] = [one.code for one in offered if one.code not in muted]
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        self.fields["events"].choices = [(one.code, one.title) for one in offered]  # type: ignore[attr-defined]

    @property
    def muted(self) -> list[str]:
        """What is not wished."""
        wished = self.cleaned_data["events"]
        return [one.code for one in optional(for_office=self.for_office) if one.code not in wished]


class PreferenceForm(DeskPreferenceForm):
    """Over which channels, and of what not."""

    for_office = False
    channels = forms.MultipleChoiceField(
        label=_("How shall we tell you?"), widget=forms.CheckboxSelectMultiple, required=False
    )
    field_order = ("channels", "events")

    def __init__(self, data: object, preference: NoticePreference | None) -> None:
        chosen = preference.channels if preference else None
        super().__init__(data, preference, channels=channels.offered()[:1] if chosen is None else chosen)
        self.fields["channels"].choices = [  # type: ignore[attr-defined]
            (channel.value, NOTICE_CHANNELS[channel]) for channel in channels.offered()
        ]
        self.fields["events"].label = _("Of what besides?")
        self.fields["events"].help_text = _("What needs an answer, or changes your rights, is always told.")


class WordingForm(forms.Form):
    """What a notice says, in both languages, as letter and, where it goes out so, as text message."""

    def __init__(self, data: object, occasion: Occasion) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.occasion = occasion
        self.boxes = {name: box for name, box in _WORDINGS.items() if occasion.short_names or not box[1]}
        for name, (language, is_short, label) in self.boxes.items():
            names = occasion.short_names if is_short else occasion.names
            self.fields[name] = TidyField(
                label=label,
                help_text=", ".join(f"{{{one}}}" for one in names),
                initial=wordings.wordings(language, is_short=is_short)[occasion.code],
                max_length=1000,
                lines=not is_short,
            )

    def clean(self) -> None:
        for name, (_language, is_short, _label) in self.boxes.items():
            try:
                if name in self.cleaned_data:
                    wordings.check_wording(self.occasion.code, self.cleaned_data[name], is_short=is_short)
            except DomainError as error:
                self.add_error(name, str(error.message))

    def preview(self) -> list[tuple[str, str]]:
        """Return each wording as it would be read."""
        return [
            (str(label), wordings.filled(self.cleaned_data[name], _EXAMPLE))
            for name, (_language, _is_short, label) in self.boxes.items()
        ]

    @property
    def texts(self) -> dict[tuple[str, bool], str]:
        """The words by language, and by whether they are those of the text message."""
        return {
            (language, is_short): self.cleaned_data[name] for name, (language, is_short, _l) in self.boxes.items()
        }
