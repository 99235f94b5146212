"""Form 07, the register of cases (sổ theo dõi hồ sơ): what an agency or a centre received in a period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from identity.models import Agency
from onestop.errors import RegisterTooLongError
from onestop.figures import Period
from onestop.kinds import Delivery
from onestop.models import Case, CaseQuerySet
from portal.core import tables
from portal.core.formatting import phone_in_groups, short_time

MOST_ON_PAPER: Final = 2_000  # lines; more is for a spreadsheet
_AT_ONCE: Final = 500
_DELIVERIES: Final = {Delivery.PICK_UP: "Tại quầy", Delivery.POST: "Bưu chính", Delivery.ELECTRONIC: "Trực tuyến"}
_LARGE: Final = ("answers", "facts", "procedure__search_text", "procedure__search_vector")
_HEAD: Final = (
    "STT",
    "Mã hồ sơ",
    "Tên thủ tục hành chính",
    "Tổ chức, cá nhân",
    "Số điện thoại",
    "Cơ quan giải quyết",
    "Nhận hồ sơ",
    "Hẹn trả kết quả",
    "Có kết quả",
    "Trả kết quả",
    "Nhận kết quả",
    "Ghi chú",
)


@dataclass(frozen=True)
class Line:
    """A line of the register, as paper and spreadsheet show it."""

    number: int
    code: str
    procedure: str
    applicant: str
    phone: str
    competent: str
    accepted: str
    due: str
    decided: str
    returned: str
    delivery: str
    note: str


def lines(agency: Agency, period: Period) -> Iterator[Line]:
    """Yield the lines, in the order of reception."""
    cases = _received(agency, period).select_related("procedure", "competent_agency").defer(*_LARGE)
    for number, case in enumerate(cases.order_by("accepted_at", "pk").iterator(chunk_size=_AT_ONCE), 1):
        yield _line(number, case)


def refuse_too_long(agency: Agency, period: Period) -> None:
    """Raise `RegisterTooLongError` when there are too many lines for paper."""
    if _received(agency, period)[: MOST_ON_PAPER + 1].count() > MOST_ON_PAPER:
        raise RegisterTooLongError


def sheet(agency: Agency, period: Period) -> tables.Sheet:
    """Return the register as a spreadsheet's sheet."""
    widths = [6, 26, 50, 28, 16, 34, 18, 18, 18, 18, 14, 20]
    rows = ([line.number, *list(vars(line).values())[1:]] for line in lines(agency, period))
    return tables.Sheet(_("Form 07"), _HEAD, widths, rows)


def _received(agency: Agency, period: Period) -> CaseQuerySet:
    within = {"accepted_at__gte": period.begins, "accepted_at__lt": period.ends}
    return Case.objects.at_agencies([agency.pk]).filter(**within)


def _line(number: int, case: Case) -> Line:
    moments = (case.accepted_at, case.due_at, case.decided_at, case.returned_at)
    accepted, due, decided, returned = (short_time(moment) if moment else "" for moment in moments)
    is_late = bool(case.decided_at and case.due_at and case.decided_at > case.due_at)
    return Line(
        number=number,
        code=case.code or "",
        procedure=case.procedure.name,
        applicant=str(case.applicant_name),
        phone=phone_in_groups(str(case.applicant_phone)),
        competent=case.competent_agency.name if case.competent_agency else "",
        accepted=accepted,
        due=due,
        decided=decided,
        returned=returned,
        delivery=_DELIVERIES[Delivery(case.delivery)],
        note="Trễ hạn" if is_late else str(case.word.text) if case.has_ended and not returned else "",
    )
