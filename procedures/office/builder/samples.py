"""Sample applicants from the preview: what came of the answers is shown, and kept when it is as it should be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from identity.access import serves_as
from identity.states import Role
from portal.core.errors import ConflictError, DomainError
from procedures import editing, sampling, wording
from procedures.definition import DefinitionError
from procedures.models import Proposal
from procedures.office.builder.forms import WordsForm
from procedures.office.builder.preview import answers_in
from procedures.office.builder.showing import definition_of, frame
from procedures.office.saving import draft_called, save, words

admin = serves_as(Role.CATALOGUE_ADMIN)


@admin
@require_POST
def record(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """From the preview: what comes of these answers, to be confirmed; confirming keeps the sample.

    With `sample`, an existing one is judged anew: of what it expects, that which comes out otherwise is replaced.
    """
    draft = draft_called(uuid)
    definition, error = definition_of(draft)
    if definition is None or definition.form is None:
        messages.error(request, error)
        return redirect("office:form", uuid=uuid)
    before = _sample(draft, request.POST.get("sample", ""))
    answers = dict(before["answers"]) if before else answers_in(request.POST.get("answers", ""), definition.form)
    filed_at = before.get("filed_at", "") if before else timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    if before and before.get("expects"):
        expects = sampling.expected_anew(definition, before)
    else:
        expects = sampling.outcome_of(definition, answers, filed_at)
    form = WordsForm(
        request.POST if "confirm" in request.POST else None, initial={"name": (before or {}).get("name")}
    )
    status = 200
    if form.is_bound and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            document = _with_sample(
                draft.document, before or {"answers": answers, "filed_at": filed_at}, name, expects
            )
            save(request, draft, document, _("sample applicant “%(name)s”") % {"name": name})
        except (DomainError, DefinitionError) as refused:
            form.add_error(None, words(refused))
            status = 409 if isinstance(refused, ConflictError) else 422
            draft.refresh_from_db()
        else:
            messages.success(request, _("Kept as the sample applicant “%(name)s”.") % {"name": name})
            return redirect(reverse("office:form", args=[draft.uuid]) + "#mau-thu")
    elif form.is_bound:
        status = 422
    context = frame(request, draft) | {
        "form": form,
        "answers": json.dumps(answers, ensure_ascii=False),
        "sample": before["code"] if before else "",
        "expects": wording.expectations(draft.document, expects),
        "before": wording.expectations(draft.document, before["expects"]) if before else [],
    }
    return render(request, "office/builder/sample.html", context, status=status)


@admin
@require_POST
def remove_sample(request: HttpRequest, uuid: UUID, place: str) -> HttpResponse:
    """Take a sample applicant out."""
    draft = draft_called(uuid)
    samples = list(draft.document.get("samples", []))
    sample = _sample(draft, place)
    if sample is None:
        raise Http404
    try:
        document = editing.with_members(draft.document, {"samples": [one for one in samples if one is not sample]})
        save(request, draft, document, _("removed: %(name)s") % {"name": sample["name"]})
    except (DomainError, DefinitionError) as error:
        messages.error(request, words(error))
    return redirect(reverse("office:form", args=[draft.uuid]) + "#mau-thu")


def _sample(draft: Proposal, code: str) -> dict[str, Any] | None:
    return next((sample for sample in draft.document.get("samples", []) if sample["code"] == code), None)


def _with_sample(
    document: Mapping[str, Any],
    sample: Mapping[str, Any],
    name: str,
    expects: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the document with a sample judged anew; one without a code is new."""
    samples = list(document.get("samples", []))
    codes = [one["code"] for one in samples]
    changed = {**sample, "name": name, "expects": dict(expects)}
    if "code" in sample:
        samples[codes.index(sample["code"])] = changed
    else:
        samples.append({"code": editing.free_code(name, codes)} | changed)
    return editing.with_members(document, {"samples": samples})
