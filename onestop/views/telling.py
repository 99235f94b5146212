"""What applicants are told, how they wish to be told, and in which words: their pages, the desk's, the office's."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from identity.access import account_of, citizen, officer, serves_as
from identity.models import Account
from identity.states import Role
from onestop import queries
from onestop.kinds import NoticeChannel
from onestop.lists.queues import DESK
from onestop.models import NoticePreference
from onestop.occasions import OCCASIONS, Occasion, optional
from onestop.providers import channels
from onestop.services import notices, wordings
from onestop.views.desk import case_of_officer
from onestop.views.lists import desk_context
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
}
# The boxes of a wording: its language, and whether it is the one for text messages.
_WORDINGS: Final = {
    "vi": ("vi", False, gettext_lazy("Letter, in Vietnamese")),
    "en": ("en", False, gettext_lazy("Letter, in English")),
    "sms_vi": ("vi", True, gettext_lazy("SMS, in Vietnamese")),
    "sms_en": ("en", True, gettext_lazy("SMS, in English")),
}


class DeskPreferenceForm(forms.Form):
    """Of what one wishes to be told where there is a choice."""

    for_office = True
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Of what by e-mail?"),
        help_text=gettext_lazy("Everything stands under “Notices” at the desk, whatever you choose."),
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
        label=gettext_lazy("How shall we tell you?"), widget=forms.CheckboxSelectMultiple, required=False
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

    def keep(self, by: Account, at: datetime) -> None:
        """Say it so from now on."""
        for name, (language, is_short, _label) in self.boxes.items():
            text = self.cleaned_data[name]
            wordings.reword(about=self.occasion.code, language=language, is_short=is_short, text=text, by=by, at=at)


@citizen
@require_GET
def told(request: HttpRequest) -> HttpResponse:
    """What one was told of one's cases; opening the page marks it as read."""
    account = account_of(request)
    now = timezone.now()
    answer = render(request, "onestop/told.html", {"told": notices.told(account, now)})
    notices.mark_read(account=account, at=now)
    return answer


@citizen
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """How one wishes to be told."""
    account = account_of(request)
    form = PreferenceForm(request.POST or None, NoticePreference.objects.filter(account=account).first())
    if request.method == "POST" and form.is_valid():
        chosen = [NoticeChannel(code) for code in form.cleaned_data["channels"]]
        notices.choose(account=account, chosen=chosen, muted=form.muted)
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


@serves_as(*DESK)
@require_http_methods(["GET", "POST"])
def desk_preferences(request: HttpRequest) -> HttpResponse:
    """Of what one wishes letters at the desk."""
    account = account_of(request)
    form = DeskPreferenceForm(request.POST or None, NoticePreference.objects.filter(account=account).first())
    if request.method == "POST" and form.is_valid():
        notices.choose_at_desk(account=account, muted=form.muted)
        messages.success(request, _("Kept. From now on we tell you so."))
        return redirect("onestop:desk_notices")
    context = desk_context(officer(request), "notices") | {"form": form, "address": account.email_address}
    return render(request, "desk/preferences.html", context)


@serves_as(Role.CATALOGUE_ADMIN)
@require_GET
def all_wordings(request: HttpRequest) -> HttpResponse:
    """What each notice says now."""
    words = wordings.wordings("vi")
    told = [(one, words[code]) for code, one in OCCASIONS.items()]
    return render(request, "office/wordings.html", {"here": "wordings", "told": told})


@serves_as(Role.CATALOGUE_ADMIN)
@require_http_methods(["GET", "POST"])
def wording(request: HttpRequest, about: str) -> HttpResponse:
    """The words of one notice: looked at as they would be read, then kept."""
    occasion = OCCASIONS.get(about)
    if occasion is None:
        raise Http404
    form, preview = WordingForm(request.POST or None, occasion), None
    if request.method == "POST" and form.is_valid():
        if "keep" in request.POST:
            form.keep(account_of(request), timezone.now())
            messages.success(request, _("The new words hold from now on."))
            return redirect("onestop:wordings")
        preview = form.preview()
    changes = queries.wording_changes(about)
    context = {"here": "wordings", "title": occasion.title, "form": form, "preview": preview, "changes": changes}
    return render(request, "office/wording.html", context)
