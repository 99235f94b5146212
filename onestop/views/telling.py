"""What applicants are told, how they wish to be told, and in which words: their pages, the desk's, the office's."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from identity.access import account_of, citizen, officer, serves_as
from identity.states import Role
from onestop import queries
from onestop.forms import DeskPreferenceForm, PreferenceForm, WordingForm
from onestop.kinds import NoticeChannel
from onestop.lists.queues import DESK
from onestop.models import NoticePreference
from onestop.occasions import OCCASIONS
from onestop.services import notices, wordings
from onestop.views.desk import case_of_officer
from onestop.views.lists import desk_context


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
            wordings.reword(about=about, texts=form.texts, by=account_of(request), at=timezone.now())
            messages.success(request, _("The new words hold from now on."))
            return redirect("onestop:wordings")
        preview = form.preview()
    changes = queries.wording_changes(about)
    context = {"here": "wordings", "title": occasion.title, "form": form, "preview": preview, "changes": changes}
    return render(request, "office/wording.html", context)
