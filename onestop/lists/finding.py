"""Finding a case from whatever is at hand: its code or the end of it, a scanned receipt, a name, a number."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from identity.models import Agency
from identity.officers import Officer
from identity.queries import centre_of, with_predecessors
from identity.states import AgencyKind
from onestop.lists.paging import PAGE, with_standing
from onestop.models import Case
from onestop.queries import cases_of
from portal.core.fields import digits

LONGEST: Final = 200
_END_OF_CODE: Final = re.compile(r"(?:(\d{6})-)?(\d{1,4})")
_CODE_IN_ADDRESS: Final = re.compile(r"https?://[^\s?]*\?(?:[^\s]*&)?code=([^\s&#]+)\S*")
_RECORD_IN_ADDRESS: Final = re.compile(r"https?://[^\s?]*/mot-cua/ban-giao/([0-9a-f-]{36})/?", re.IGNORECASE)
_DAYS_BACK: Final = 120  # for the end of a code without its day
_PHONE: Final = range(9, 12)


def find(officer: Officer, words: str, today: date) -> list[Case]:
    """Return the cases that the officer may read and that `words` mean, the newest first, at most a page.

    A code, or the address in the QR code of a receipt, means one case; four digits are the end of a code of the last
    months; longer numbers an identity number or a phone; anything else a whole name, whatever its capitals.
    """
    text = _scanned(words.replace("\0", "")[:LONGEST].strip())
    if not text:
        return []
    cases = cases_of(officer)
    # No code is without a digit: a name is looked up once.
    exact = cases.coded(text.upper()) if re.search(r"\d", text) else Case.objects.none()
    wanted = exact if exact.exists() else cases.filter(_meant(officer, text, today))
    return list(with_standing(wanted).order_by("-submitted_at", "-pk")[:PAGE])


def scanned_record(words: str) -> UUID | None:
    """Return which record of handing over is meant, when `words` are the address in its QR code."""
    scanned = _RECORD_IN_ADDRESS.fullmatch(words[:LONGEST].strip())
    try:
        return UUID(scanned[1]) if scanned else None
    except ValueError:
        return None


def _scanned(text: str) -> str:
    """Return the code in the address that a receipt's QR code holds; anything else as it is."""
    code = _CODE_IN_ADDRESS.fullmatch(text)
    return code[1] if code else text


def _meant(officer: Officer, text: str, today: date) -> Q:
    end = _END_OF_CODE.fullmatch(text)
    if end:
        return Q(code__in=_codes(officer, end[1], end[2], today))
    number = digits(text)
    if len(number) >= _PHONE.start and not re.search(r"[^\W\d_]", text):
        return Q(applicant_id_number_index=number) | Q(applicant_phone_index=number)
    return Q(applicant_name_index=" ".join(text.split()))


def _codes(officer: Officer, day: str | None, number: str, today: date) -> list[str]:
    """Return the codes that end so: those that the officer's centres, or those before them, gave on the day, or on
    each of the last days.
    """
    days = [day] if day else [f"{today - timedelta(days=back):%y%m%d}" for back in range(_DAYS_BACK)]
    return [f"{code}-{one}-{int(number):04}" for code in _centre_codes(officer, today) for one in days]


def _centre_codes(officer: Officer, today: date) -> set[str]:
    served = officer.agencies
    centres = {agency.pk if agency.kind == AgencyKind.CENTRE else centre_of(agency, today).pk for agency in served}
    kept = Agency.objects.filter(pk__in=with_predecessors(centres)).values_list("code", "aliases__code")
    return {code for pair in kept for code in pair if code}
