"""Filled in by another: the link for the person whose case it is, and what they read, confirm or send back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from identity.access import account_of, citizen
from onestop import drafting, queries
from onestop.kinds import NoticeChannel
from onestop.services import confirming, stepping
from onestop.views.drafts import own_draft, while_draft
from onestop.views.mine import words_in
from onestop.wording import NOTICE_CHANNELS
from portal.core.errors import DomainError
from portal.core.formatting import phone_in_groups
from procedures.eforms import summary


def over_in_words(channel: NoticeChannel, to: str) -> str:
    """Return over what, and to where, a link is sent."""
    shown = phone_in_groups(to) if channel == NoticeChannel.SMS else to
    return f"{NOTICE_CHANNELS[channel]} {shown}".strip()


@citizen
@require_POST
@while_draft
def ask(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make the link, and send it if that is wished; it is shown this once."""
    case, now = own_draft(request, uuid), timezone.now()
    if drafting.unfinished(case, timezone.localdate()):
        return redirect("onestop:check", uuid=uuid)
    ways, wished = confirming.ways(case), request.POST.get("over", "")
    over = next((channel for channel in ways if channel == wished), None)
    try:
        token = confirming.ask(draft_id=case.pk, account=account_of(request), over=over, at=now)
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("onestop:check", uuid=uuid)
    link = request.build_absolute_uri(reverse("onestop:confirm", args=[token]))
    context = {"case": case, "link": link, "until": now + confirming.LASTS}
    if over:
        context["over"] = over_in_words(over, ways[over])
    return render(request, "onestop/link.html", context)


@citizen
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """What somebody typed for the reader, in plain words; filed once they confirm."""
    account, now = account_of(request), timezone.now()
    asked = confirming.asked_of(account, token, now)
    if asked is None:
        raise Http404
    if request.method == "POST":
        try:
            if "send_back" in request.POST:
                confirming.send_back(token=token, account=account, words=words_in(request, "words", 2000), at=now)
                messages.success(request, _("Sent back. Nothing was filed."))
                return redirect("onestop:my_cases")
            digest = request.POST.get("digest", "")
            filed = confirming.confirm(token=token, account=account, digest=digest, at=now)
            return redirect("onestop:filed", uuid=filed.uuid)
        except DomainError as error:
            messages.error(request, str(error.message))
    case = queries.case_to_confirm(asked)
    definition, today = stepping.definition_of(case), timezone.localdate()
    context = {
        "asked": asked,
        "definition": definition,
        "sections": summary(definition.form, case.answers, today) if definition.form else [],
        "token": token,
        "given": queries.papers(case),
        "total": sum(line.amount for line in stepping.filing_fees(case, now)),
        "digest": confirming.digest_of(case),
        "words": request.POST.get("words", ""),
    }
    return render(request, "onestop/confirm.html", context)
