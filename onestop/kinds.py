"""Closed lists of the one-stop desk, codes of the national messages beside them where they exist."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from procedures.states import FilingChannel


class Channel(StrEnum):
    """How a case came in. KenhThucHien: 1 at the counter, 2 online, 3 by post."""

    COUNTER = "COUNTER"
    ONLINE = "ONLINE"
    POST = "POST"
    API = "API"  # online, by a program with a key
    NATIONAL = "NATIONAL"  # online, at the national portal; it keeps the code given there


# The way of filing (cách thức thực hiện) whose terms hold for a case that came in so.
FILED_AS: Final = {
    Channel.COUNTER: FilingChannel.DIRECT,
    Channel.ONLINE: FilingChannel.ONLINE,
    Channel.POST: FilingChannel.POST,
    Channel.API: FilingChannel.ONLINE,
    Channel.NATIONAL: FilingChannel.ONLINE,
}


class Delivery(StrEnum):
    """How the result reaches the applicant."""

    PICK_UP = "PICK_UP"
    POST = "POST"
    ELECTRONIC = "ELECTRONIC"


class PaperMode(StrEnum):
    """A paper is to submit, to show (copied and handed back), or to look up in a register."""

    SUBMIT = "SUBMIT"
    SHOW = "SHOW"
    LOOK_UP = "LOOK_UP"


class Presented(StrEnum):
    """What became of a published paper at the counter."""

    ORIGINAL = "ORIGINAL"
    CERTIFIED = "CERTIFIED"
    COPY = "COPY"
    SHOWN = "SHOWN"
    LOOKED_UP = "LOOKED_UP"
    ELECTRONIC = "ELECTRONIC"  # filled in, or uploaded, on the portal
    NOT_NEEDED = "NOT_NEEDED"  # in this case


class Weakness(StrEnum):
    """What may be wrong with a scan."""

    LOW_RESOLUTION = "LOW_RESOLUTION"
    GREY = "GREY"
    BLURRED = "BLURRED"
    DARK = "DARK"


class Scanned(StrEnum):
    """What was done to the scan of a paper."""

    ADDED = "ADDED"
    KEPT = "KEPT"  # although it is weak
    COMPARED = "COMPARED"  # with the original, by whoever signs it
    REUSED = "REUSED"  # from an earlier case
    REMOVED = "REMOVED"


class DueWith(StrEnum):
    """What a fee is due with (HinhThucThu 1, 2 and 4, and on demand), as its reference says it."""

    FILING = "filing"
    SUPPLEMENT = "supplement"
    ON_DEMAND = "demand"
    RETURN = "return"


class Move(StrEnum):
    """How an original came to where it is."""

    TAKEN_IN = "TAKEN_IN"  # of the applicant
    HANDED_OVER = "HANDED_OVER"  # by a record that both sides signed
    TAKEN_CHARGE = "TAKEN_CHARGE"  # by the leader: who held it serves there no longer
    INHERITED = "INHERITED"  # with the case, by succession
    HANDED_BACK = "HANDED_BACK"  # to the applicant
    POSTED = "POSTED"  # to the applicant


class Side(StrEnum):
    """Of a record of handing over."""

    GIVER = "GIVER"
    RECEIVER = "RECEIVER"


class RequestKind(StrEnum):
    SUPPLEMENT = "SUPPLEMENT"
    CONSENT = "CONSENT"
    VERIFICATION = "VERIFICATION"
    CONSULTATION = "CONSULTATION"  # lấy ý kiến; several may be open at once
    SUSPENSION = "SUSPENSION"  # of the office itself: until when it goes on


class RequestOutcome(StrEnum):
    ANSWERED = "ANSWERED"
    AGREED = "AGREED"
    OBJECTED = "OBJECTED"
    SILENT = "SILENT"  # the time ran out; what that means the request's kind says
    CONFIRMED = "CONFIRMED"
    NOT_FOUND = "NOT_FOUND"
    CONDITIONS = "CONDITIONS"  # agreed, with conditions
    PASSED = "PASSED"  # not awaited any longer
    ENDED = "ENDED"  # what was waited for is over: a suspension, or the case itself


class DocumentKind(StrEnum):
    """Forms of TT 03/2025/TT-VPCP, Phụ lục I, and the result itself."""

    FORM_01 = "FORM_01"  # giấy tiếp nhận hồ sơ và hẹn trả kết quả
    FORM_02 = "FORM_02"  # phiếu yêu cầu bổ sung, hoàn thiện hồ sơ
    FORM_03 = "FORM_03"  # phiếu từ chối tiếp nhận giải quyết hồ sơ
    FORM_04 = "FORM_04"  # văn bản xin lỗi và đề nghị gia hạn
    FORM_05 = "FORM_05"  # thông báo dừng giải quyết hồ sơ
    RESULT = "RESULT"
    SEALED = "SEALED"  # a paper of the applicant, sealed beside the result: the drawings of a building permit


class DocumentState(StrEnum):
    DRAFT = "DRAFT"  # shown to its readers, not yet signed
    SIGNING = "SIGNING"  # the leader has decided; a worker signs
    SIGNED = "SIGNED"  # by the leader
    SEALING = "SEALING"
    ISSUED = "ISSUED"
    REVOKED = "REVOKED"


class ReadingForm(StrEnum):
    """How a whole case was taken away."""

    ARCHIVE = "ARCHIVE"
    PRINT = "PRINT"


class NoticeChannel(StrEnum):
    """How applicants are told, beside their pages."""

    EMAIL = "EMAIL"
    SMS = "SMS"
    VNEID = "VNEID"


class NoticeKind(StrEnum):
    """Why a civil servant is told something."""

    TIME_USED = "TIME_USED"  # half, or four fifths, of a step's time is over
    TIME_OVER = "TIME_OVER"  # all of it
    ESCALATED = "ESCALATED"  # nobody acted after that: the leader above is told
    DIGEST = "DIGEST"  # what the day holds
    MESSAGE = "MESSAGE"  # the applicant has written
    COVERED = "COVERED"  # a colleague acts for them while they are away
    COVER_ENDED = "COVER_ENDED"
    LENT = "LENT"  # they act for a colleague
    LENT_ENDED = "LENT_ENDED"
    GIVEN = "GIVEN"  # a colleague, or the leader, gave them the step
    OPINION_ASKED = "OPINION_ASKED"
    OPINION_DUE = "OPINION_DUE"
    ORIGINALS_SENT = "ORIGINALS_SENT"  # a record of handing over waits for their signature
    ORIGINALS_SHORT = "ORIGINALS_SHORT"  # not all of what they gave was there
