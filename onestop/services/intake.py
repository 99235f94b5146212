"""A case that was filed at the national portal becomes one of ours, with the code given there."""

from __future__ import annotations

import io
from collections import defaultdict
from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone

from identity.queries import citizen
from onestop.errors import IncompleteAnswersError, ProcedureUnavailableError
from onestop.models import Case
from onestop.national_portal import pull
from onestop.national_portal.pull import FiledCase
from onestop.services.filing import receive_from_national_portal
from portal.core import files
from portal.core.models import StoredFile
from procedures.eforms.uploads import UploadRefusedError, demands_of
from procedures.queries import version_in_force

log = structlog.get_logger(__name__)


def take_in(filed: FiledCase, *, at: datetime) -> Case | None:
    """Take one case in, then tell the national portal that we have it. Safe to repeat at any point.

    Returns None for a case that we cannot take (its answers or files do not satisfy our form): it stays unconfirmed
    there, is tried again, and the reason is in the log for the operator.
    """
    try:
        case = _take(filed, at)
    except (IncompleteAnswersError, ProcedureUnavailableError, UploadRefusedError) as error:
        log.warning("national_case_refused", code=filed.code, reason=type(error).__name__)
        return None
    pull.confirm(filed.code)
    return case


@transaction.atomic
def _take(filed: FiledCase, at: datetime) -> Case:
    existing = Case.objects.filter(code=filed.code).first()
    if existing is not None:
        return existing
    version = version_in_force(filed.procedure, timezone.localtime(at).date())
    form = version.definition.form if version else None
    questions = form.fields if form else {}
    stored: dict[str, list[StoredFile]] = defaultdict(list)
    for file in filed.files:
        content = io.BytesIO(file.content)
        kept = files.receive(content, name=file.name, demands=demands_of(questions.get(file.paper)), at=at)
        stored[file.paper].append(kept)
    return receive_from_national_portal(
        code=filed.code,
        procedure_code=filed.procedure,
        account=citizen(filed.tech_id),
        applicant_facts={
            "name": filed.name,
            "id_number": filed.id_number,
            "phone": filed.phone,
            "email": filed.email,
        },
        answers=filed.answers,
        files=stored,
        submitted_at=filed.submitted_at,
        at=at,
    )
