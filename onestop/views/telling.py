"""What applicants are told, how they wish to be told, and in which words: their pages, the desk's, the office's."""

from __future__ import annotations

from typing import Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from identity.access import account_of, citizen, serves_as
from identity.states import Role
from onestop import queries
from onestop.kinds import NoticeChannel
from onestop.lists.queues import DESK
from onestop.models import NoticePreference
from onestop.providers import channels
from onestop.services import notices
from onestop.views.desk import case_of_officer
from onestop.wording import NOTICE_CHANNELS, told_of
from portal.core.errors import DomainError
from procedures.eforms.fields import TidyField

# What the preview fills in.
_EXAMPLE: Final = {
    "code": "H09.25747-261124-0001",
    "procedure": "Cấp bản sao Trích lục hộ tịch",
    "agency": "Ủy ban nhân dân phường Thủ Dầu Một",
    "due": "16:30 27/11/2026",
}
# The boxes of a wording: its language, and whether it is the one for text messages.
_WORDINGS: Final = {
    "vi": ("vi", False, gettext_lazy("Letter, in Vietnamese")),
    "en": ("en", False, gettext_lazy("Letter, in English")),
    "sms_vi": ("vi", True, gettext_lazy("SMS, in Vietnamese")),
    "sms_en": ("en", True, gettext_lazy("SMS, in English")),
}


class PreferenceForm(forms.Form):
    """Over which channels, and of what not."""

    channels = forms.MultipleChoiceField(
        label=gettext_lazy("How shall we tell you?"), widget=forms.CheckboxSelectMultiple, required=False
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Of what besides?"),
        help_text=gettext_lazy("What needs an answer, or changes your rights, is always told."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, data: object, preference: NoticePreference | None) -> None:
        muted = preference.muted if preference else []
        initial = {
            "channels": preference.channels if preference else channels.offered()[:1],
            "events": [about for about in notices.OPTIONAL if about not in muted],
        }
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        self.fields["channels"].choices = [  # type: ignore[attr-defined]
            (channel.value, NOTICE_CHANNELS[channel]) for channel in channels.offered()
        ]
        self.fields["events"].choices = [  # type: ignore[attr-defined]
            (about.value, told_of(about)) for about in notices.OPTIONAL
        ]


class WordingForm(forms.Form):
    """What a notice says, in both languages, as letter and as text message."""

    def __init__(self, data: object, about: str) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        for name, (language, is_short, label) in _WORDINGS.items():
            names = notices.SHORT_NAMES if is_short else notices.LETTER_NAMES
            self.fields[name] = TidyField(
                label=label,
                help_text=", ".join(f"{{{one}}}" for one in names),
                initial=notices.wordings(language, is_short=is_short)[about],
                max_length=1000,
                lines=not is_short,
            )

    def clean(self) -> None:
        for name, (_language, is_short, _label) in _WORDINGS.items():
            try:
                notices.check_wording(self.cleaned_data.get(name, "{code}"), is_short=is_short)
            except DomainError as error:
                self.add_error(name, str(error.message))

    def preview(self) -> list[tuple[str, str]]:
        """Return each wording as it would be read."""
        return [
            (str(label), notices.filled(self.cleaned_data[name], _EXAMPLE))
            for name, (_language, _is_short, label) in _WORDINGS.items()
        ]


@citizen
@require_GET
def told(request: HttpRequest) -> HttpResponse:
    """What one was told of one's cases; opening the page marks it as read."""
    account = account_of(request)
    answer = render(request, "onestop/told.html", {"told": notices.told(account)})
    notices.mark_read(account=account, at=timezone.now())
    return answer


@citizen
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """How one wishes to be told."""
    account = account_of(request)
    form = PreferenceForm(request.POST or None, NoticePreference.objects.filter(account=account).first())
    if request.method == "POST" and form.is_valid():
        wished = form.cleaned_data["events"]
        notices.choose(
            account=account,
            chosen=[NoticeChannel(code) for code in form.cleaned_data["channels"]],
            muted=[about for about in notices.OPTIONAL if about not in wished],
        )
        messages.success(request, _("Kept. From now on we tell you so."))
        return redirect("onestop:told")
    return render(request, "onestop/preferences.html", {"form": form})


@serves_as(*DESK)
@require_POST
def send_again(request: HttpRequest, code: str) -> HttpResponse:
    """Try a message to the applicant once more."""
    case = case_of_officer(request, code)
    if notices.send_again(case=case, key=request.POST.get("key", ""), at=timezone.now()):
        messages.success(request, _("The message is being sent again."))
    return redirect("onestop:desk_case", code=code)


@serves_as(Role.CATALOGUE_ADMIN)
@require_GET
def wordings(request: HttpRequest) -> HttpResponse:
    """What each notice says now."""
    words = [(about, told_of(about), text) for about, text in notices.wordings("vi").items()]
    return render(request, "office/wordings.html", {"here": "wordings", "wordings": words})


@serves_as(Role.CATALOGUE_ADMIN)
@require_http_methods(["GET", "POST"])
def wording(request: HttpRequest, about: str) -> HttpResponse:
    """The words of one notice: looked at as they would be read, then kept."""
    if about not in notices.ABOUT:
        raise Http404
    form, preview = WordingForm(request.POST or None, about), None
    if request.method == "POST" and form.is_valid():
        if "keep" in request.POST:
            for name, (language, is_short, _label) in _WORDINGS.items():
                notices.reword(
                    about=about,
                    language=language,
                    is_short=is_short,
                    text=form.cleaned_data[name],
                    by=account_of(request),
                    at=timezone.now(),
                )
            messages.success(request, _("The new words hold from now on."))
            return redirect("onestop:wordings")
        preview = form.preview()
    changes = queries.wording_changes(about)
    context = {"here": "wordings", "title": told_of(about), "form": form, "preview": preview, "changes": changes}
    return render(request, "office/wording.html", context)
