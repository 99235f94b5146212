"""The counter: a person is found or made known, a procedure chosen, the form filled in for them, the fee taken.

The pages of the form are those of `onestop.views.filing`: whoever types, they are the same.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from identity.access import account_of, officer, serves_as
from identity.models import Account
from identity.queries import people_with
from identity.services import account_at_counter
from identity.states import Role
from onestop import prefilling, queries
from onestop.errors import FormChangedError, IncompleteAnswersError
from onestop.forms import CounterForm, PersonForm
from onestop.kinds import DocumentKind, RequestKind
from onestop.models import Case
from onestop.services import counter, filing, stepping
from onestop.supplements import SupplementForm
from onestop.views.filing import check_page
from onestop.views.lists import desk_context
from portal.core import qr
from portal.core.errors import DomainError
from portal.core.fields import digits
from procedures.finding import suggestions
from procedures.queries import versions_in_force

_KEY: Final = "onestop.counter"
_KEY_LASTS: Final = 3600  # seconds: as long as somebody sits at the counter
_ID_LENGTH: Final = 12


@serves_as(Role.CLERK)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Find the person by the exact number of their card or phone, or make them known; what was begun here.

    Anything that is no number, a scanned receipt or a name, means a case.
    """
    words = request.GET.get("q", "").replace("\0", "").strip()[:200]
    number = digits(words)
    if words and not _is_number(words):
        return redirect(reverse("onestop:desk_find", query={"q": words}))
    people = people_with(number)
    if len(people) == 1:
        return redirect("onestop:counter_person", key=_key(request, people[0]))
    return _home(request, words, people, PersonForm(initial={"national_id": number} if _is_id(number) else {}))


@serves_as(Role.CLERK)
@require_POST
def new_person(request: HttpRequest) -> HttpResponse:
    """Make somebody known, as their card says; whom the portal knows already is found."""
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _home(request, request.POST.get("national_id", "")[:30], [], form, status=422)
    person = account_at_counter(**form.cleaned_data)
    return redirect("onestop:counter_person", key=_key(request, person))


@serves_as(Role.CLERK)
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, key: str) -> HttpResponse:
    """Choose a procedure by search; posting its code opens the form for the person."""
    found = _person(request, key)
    if request.method == "POST":
        return _begin(request, found, key)
    asked, today = request.GET.get("q", "").replace("\0", "")[:200], timezone.localdate()
    procedures = suggestions(asked, today)
    versions = versions_in_force([one.code for one in procedures], today)
    fileable = {code: version.definition.is_fileable for code, version in versions.items()}
    context = desk_context(officer(request), "counter") | {
        "person": found,
        "asked": asked,
        "procedures": [(one, fileable.get(one.code, False)) for one in procedures],
    }
    return render(request, "desk/counter_person.html", context)


@serves_as(Role.CLERK)
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Check the answers with the person, say how each paper was brought; posting files, and takes the fee."""
    found = _case(request, uuid)
    if not found.is_draft:
        return redirect("onestop:counter_case", uuid=uuid)
    shown = check_page(found, "")
    form = CounterForm(
        stepping.definition_of(found).papers,
        request.POST or None,
        expected=queries.expected_papers(found, timezone.localdate()),
        has_fee=bool(shown["fees"]),
        receipt_on_request=stepping.process_of(found).receipt_on_request,
    )
    if request.method == "POST" and form.is_valid():
        return _file(request, found, form)
    scans = queries.scanned_papers(found)
    context = desk_context(officer(request), "counter") | shown | {"form": form, "scans": scans}
    return render(request, "desk/counter_check.html", context, status=422 if form.errors else 200)


@serves_as(Role.CLERK)
@require_GET
def case(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Where it stands at the counter: to be paid, or received, with what is to be printed for the person."""
    found = _case(request, uuid)
    if found.is_draft:
        return redirect("onestop:resume", uuid=uuid)
    fee = queries.filing_fee_of(found)
    documents = queries.documents(found)
    context = desk_context(officer(request), "counter") | {
        "case": found,
        "fee": fee,
        "receipts": [receipt for receipt in fee.receipts.all() if not receipt.is_void]
        if fee and fee.taken_in_cash
        else [],  # who paid by QR has theirs on their own page
        "qr": qr.svg(settings.PUBLIC_URL + reverse("payments:fee", args=[fee.uuid])) if fee and fee.is_due else "",
        "is_to_be_accepted": found.is_submitted and hasattr(found, "accept_on_payment"),
        "form_01": next((one for one in documents if one.kind == DocumentKind.FORM_01), None),
        "presented": queries.presented(found),
        "scans": queries.scanned_papers(found),
        "kept": queries.originals_for(found, officer(request), None),
        "ways": queries.ways_of(found),
    }
    return render(request, "desk/counter_case.html", context)


@serves_as(Role.CLERK)
@require_http_methods(["GET", "POST"])
def supplement(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a supplement that was brought, to any case of the centre: only what was asked for can change."""
    found = queries.counter_or_desk_case(officer(request), uuid)
    if found is None or found.receiving_centre_id not in officer(request).counters:
        raise Http404
    asked = found.requests.filter(kind=RequestKind.SUPPLEMENT, answered_at=None).first()
    if asked is None:
        return redirect("onestop:desk_case", code=found.code)
    form = SupplementForm(found, asked, timezone.localdate(), request)
    if request.method == "POST":
        try:
            form.send(queries.clerk_for(officer(request), found), timezone.now())
        except DomainError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("The supplement was taken; the case goes on."))
            return redirect("onestop:desk_case", code=found.code)
    context = desk_context(officer(request), "counter") | {
        "case": found,
        "asked": asked,
        "form": form.page,
        "papers": queries.papers_to_scan(found, since=asked.asked_at),
    }
    return render(request, "desk/supplement.html", context, status=422 if form.page.errors else 200)


def _home(
    request: HttpRequest, words: str, people: list[Account], form: PersonForm, *, status: int = 200
) -> HttpResponse:
    at_work = officer(request)
    context = desk_context(at_work, "counter") | {
        "number": words,
        "people": [(one, _key(request, one)) for one in people],
        "form": form,
        "begun": queries.begun_at_counters(at_work),
    }
    return render(request, "desk/counter.html", context, status=status)


def _begin(request: HttpRequest, person: Account, key: str) -> HttpResponse:
    at_work, now = officer(request), timezone.now()
    clerk = at_work.seat(lambda seat: seat.role == Role.CLERK)
    code = request.POST.get("code", "").replace("\0", "")[:60]
    try:
        answers = prefilling.first_answers(filing.fileable(code, now).definition.form, person)
        draft = counter.begin(account=person, code=code, prefill=answers, actor=clerk, at=now)
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("onestop:counter_person", key=key)
    return redirect("onestop:resume", uuid=draft.uuid)


def _file(request: HttpRequest, case: Case, form: CounterForm) -> HttpResponse:
    try:
        counter.file_for(
            draft_id=case.pk,
            actor=queries.clerk_for(officer(request), case),
            papers=form.presented,
            in_cash=form.takes_cash,
            accepts=form.cleaned_data["accepts"],
            at=timezone.now(),
        )
    except IncompleteAnswersError as error:
        messages.error(request, str(error.message))
        return redirect("onestop:step", uuid=case.uuid, step=error.step)
    except FormChangedError:
        filing.bring_up_to_date(draft_id=case.pk, at=timezone.now())  # the page says what is new
        return redirect("onestop:counter_check", uuid=case.uuid)
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("onestop:counter_check", uuid=case.uuid)
    return redirect("onestop:counter_case", uuid=case.uuid)


def _case(request: HttpRequest, uuid: UUID) -> Case:
    found = queries.counter_case(officer(request), uuid)
    if found is None:
        raise Http404
    return found


def _key(request: HttpRequest, person: Account) -> str:
    """Return the word for a person whom this clerk found by an exact number; it opens nobody else, not for long."""
    return signing.dumps([account_of(request).pk, person.pk], salt=_KEY)


def _person(request: HttpRequest, key: str) -> Account:
    try:
        clerk, found = signing.loads(key, salt=_KEY, max_age=_KEY_LASTS)
    except signing.BadSignature:
        raise Http404 from None
    if clerk != account_of(request).pk:
        raise Http404
    return Account.objects.get(pk=found)


def _is_number(words: str) -> bool:
    return bool(digits(words)) and not any(letter.isalpha() for letter in words)


def _is_id(number: str) -> bool:
    return len(number) == _ID_LENGTH
