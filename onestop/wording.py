"""The few fixed words for where a case stands, for citizens and for the desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onestop.kinds import Move, NoticeChannel, Presented, Scanned, Weakness
from onestop.states import Action, State
from portal.core.formatting import dong, short_time


@dataclass(frozen=True)
class Word:
    """A status word and its tone: waiting, moving, done or trouble."""

    text: str | Promise
    tone: str


WORDS: Final[dict[State, Word]] = {
    State.DRAFT: Word(_("Not filed yet"), "waiting"),
    State.AWAITING_PAYMENT: Word(_("Waiting for payment"), "waiting"),
    State.SUBMITTED: Word(_("Waiting for reception"), "waiting"),
    State.SUPPLEMENT_BEFORE_ACCEPTANCE: Word(_("Supplement needed"), "trouble"),
    State.REJECTED: Word(_("Not accepted"), "trouble"),
    State.ACCEPTED: Word(_("Accepted"), "moving"),
    State.PROCESSING: Word(_("Being handled"), "moving"),
    State.SUPPLEMENT_REQUESTED: Word(_("Supplement needed"), "trouble"),
    State.PAYMENT_REQUIRED: Word(_("Payment needed"), "trouble"),
    State.WITHDRAWAL_REQUESTED: Word(_("Withdrawal requested"), "waiting"),
    State.WITHDRAWN: Word(_("Withdrawn"), "done"),
    State.SUSPENDED: Word(_("Suspended"), "waiting"),
    State.STOPPED: Word(_("Handling stopped"), "trouble"),
    State.DECIDED: Word(_("Result ready"), "done"),
    State.AT_COUNTER: Word(_("Result ready, please collect it"), "done"),
    State.RETURNED: Word(_("Result handed over"), "done"),
    State.RESULT_REVOKED: Word(_("Result revoked"), "trouble"),
}

SCANS: Final[dict[str, Word]] = {
    "WEAK": Word(_("weak scan"), "trouble"),
    "DIGITISED": Word(_("digitised"), "moving"),
    "BEING_SIGNED": Word(_("being signed"), "waiting"),
    "CERTIFIED": Word(_("digitised and certified"), "done"),
}

WEAKNESSES: Final[dict[str, Promise]] = {
    Weakness.LOW_RESOLUTION: _(
        "About %(dpi)d dots per inch, at least 200 are needed: scan at 200 or 300 dpi, or photograph from nearer."
    ),
    Weakness.GREY: _("Without colours: set the scanner to colour, so that seals and signatures can be told apart."),
    Weakness.BLURRED: _("Blurred: lay the paper flat, hold still, and scan once more."),
    Weakness.DARK: _("Too dark: scan with the lid closed, or photograph by daylight."),
}

SCANNED: Final[dict[str, Promise]] = {
    Scanned.ADDED: _("scanned"),
    Scanned.KEPT: _("kept although the scan is weak"),
    Scanned.COMPARED: _("compared with the original, to be signed"),
    Scanned.REUSED: _("certified copy of an earlier case used again"),
    Scanned.REMOVED: _("scan taken out"),
}

ACTIONS: Final[dict[Action, Promise]] = {
    Action.SUBMIT: _("Application filed"),
    Action.SUBMIT_UNPAID: _("Application completed, waiting for the fee"),
    Action.SETTLE_FEE: _("Fee received, application filed"),
    Action.CANCEL_FILING: _("Filing cancelled"),
    Action.ACCEPT: _("Case accepted"),
    Action.REJECT: _("Case not accepted"),
    Action.HAND_OVER: _("Handed over for handling"),
    Action.REQUEST_SUPPLEMENT: _("Supplement requested"),
    Action.ANSWER_SUPPLEMENT: _("Supplement received"),
    Action.LAPSE_SUPPLEMENT: _("No supplement came in time"),
    Action.FORWARD: _("Forwarded"),
    Action.SEND_BACK: _("Sent back"),
    Action.ASK_CONSENT: _("Draft sent to the applicant"),
    Action.ANSWER_CONSENT: _("Answer to the draft"),
    Action.ASK_VERIFICATION: _("Verification requested"),
    Action.ANSWER_VERIFICATION: _("Verification answered"),
    Action.ASK_OPINION: _("Opinions asked for"),
    Action.ANSWER_OPINION: _("Opinion given"),
    Action.GO_ON: _("Gone on without the opinions still awaited"),
    Action.RECORD_FACTS: _("Facts recorded"),
    Action.EXTEND: _("Time extended, with an apology"),
    Action.RECOMPUTE_DUE: _("Due date computed anew: the working calendar was changed"),
    Action.REQUIRE_PAYMENT: _("Payment required"),
    Action.SETTLE_DEMAND: _("Payment received, handling goes on"),
    Action.SUSPEND: _("Suspended"),
    Action.RESUME: _("Resumed"),
    Action.STOP: _("Handling stopped"),
    Action.TAKE: _("Taken in hand"),
    Action.REASSIGN: _("Given to a colleague"),
    Action.UNDO: _("Taken back by who did it"),
    Action.DIGITISE: _("Paper digitised"),
    Action.WRITE_MESSAGE: _("Message"),
    Action.WRITE_NOTE: _("Note"),
    Action.WITHDRAW: _("Withdrawn"),
    Action.REQUEST_WITHDRAWAL: _("Withdrawal requested"),
    Action.ACCEPT_WITHDRAWAL: _("Withdrawal accepted"),
    Action.REFUSE_WITHDRAWAL: _("Withdrawal refused"),
    Action.DRAFT_RESULT: _("Draft of the result written"),
    Action.PROPOSE: _("Result proposed for signature"),
    Action.SIGN: _("Signed by the leader"),
    Action.ISSUE: _("Numbered, sealed and issued"),
    Action.ARRIVE: _("Result at the counter"),
    Action.RECALL_ARRIVAL: _("Result not at the counter yet after all"),
    Action.RETURN_RESULT: _("Result handed over"),
    Action.RECORD_UNDELIVERED: _("Result brought back by the post"),
    Action.CORRECT_RESULT: _("Result being corrected"),
    Action.REVOKE_RESULT: _("Result revoked"),
    Action.HAND_DOWN: _("Passed on to the agency that goes on with the work"),
    Action.TAKE_OVER: _("Taken over from the agency that ended"),
    Action.TAKE_BACK: _("Taken back: the reorganisation was undone"),
}

# Notes of these acts are written for the applicant; those of the others are among colleagues.
NOTES_FOR_APPLICANT: Final = frozenset(
    {
        Action.REJECT,
        Action.REQUEST_SUPPLEMENT,
        Action.EXTEND,
        Action.RECOMPUTE_DUE,
        Action.REQUIRE_PAYMENT,
        Action.SUSPEND,
        Action.STOP,
        Action.REFUSE_WITHDRAWAL,
        Action.RETURN_RESULT,
        Action.RECORD_UNDELIVERED,
        Action.CORRECT_RESULT,
        Action.REVOKE_RESULT,
    }
)

# What of an event's data is told, and how its value is read.
DETAILS: Final[dict[str, tuple[Promise, Callable[[Any], str]]]] = {
    "due_after": (_("New due time: %(value)s"), lambda iso: short_time(datetime.fromisoformat(iso))),
    "until": (_("Until %(value)s"), lambda iso: short_time(datetime.fromisoformat(iso))),
    "waybill": (_("Waybill %(value)s"), str),
    "postage": (_("Postage %(value)s"), dong),
    "id_checked": (_("Identity card checked"), str),
    "scan": (_("Scan: %(value)s"), lambda what: str(SCANNED[what])),
    "originals": (_("Originals compared: %(value)s"), lambda codes: str(len(codes))),
}

DOCUMENTS: Final[dict[str, Promise]] = {
    "FORM_01": _("Receipt of the case with the appointment (form 01)"),
    "FORM_02": _("Request for a supplement (form 02)"),
    "FORM_03": _("Refusal to accept the case (form 03)"),
    "FORM_04": _("Apology and extension (form 04)"),
    "FORM_05": _("Notice that handling has stopped (form 05)"),
    "SUSPENSION": _("Notice that handling is suspended (form 05)"),
    "RESULT": _("Result"),
    "SEALED": _("Sealed with the result"),
    "REFUSAL": _("Refusal to grant the request"),
}

REQUESTS: Final[dict[str, Promise]] = {
    "SUPPLEMENT": _("Supplement"),
    "CONSENT": _("Consent to the draft"),
    "VERIFICATION": _("Verification"),
    "CONSULTATION": _("Opinion"),
    "SUSPENSION": _("Suspension"),
}

OUTCOMES: Final[dict[str, Promise]] = {
    "ANSWERED": _("answered"),
    "AGREED": _("agreed"),
    "OBJECTED": _("objected"),
    "SILENT": _("no answer in time"),
    "CONFIRMED": _("confirmed"),
    "NOT_FOUND": _("nothing found"),
    "CONDITIONS": _("agreed, with conditions"),
    "PASSED": _("not awaited any longer"),
    "ENDED": _("ended"),
}

CHANNELS: Final[dict[str, Promise]] = {
    "COUNTER": _("At the counter"),
    "ONLINE": _("Online"),
    "POST": _("By post"),
    "API": _("By a program"),
    "NATIONAL": _("At the national portal"),
}

PRESENTED: Final[dict[Presented, Promise]] = {
    Presented.ORIGINAL: _("Original, kept"),
    Presented.CERTIFIED: _("Certified copy, kept"),
    Presented.COPY: _("Copy, kept; compared with the original"),
    Presented.SHOWN: _("Shown, and handed back"),
    Presented.LOOKED_UP: _("Looked up by us"),
    Presented.ELECTRONIC: _("Electronic: filled in or scanned here"),
    Presented.NOT_NEEDED: _("Not needed in this case"),
}

MOVES: Final[dict[Move, Promise]] = {
    Move.TAKEN_IN: _("Taken in"),
    Move.HANDED_OVER: _("Handed over to"),
    Move.TAKEN_CHARGE: _("Taken charge of, from who serves there no longer"),
    Move.INHERITED: _("Taken over with the case, by succession"),
    Move.HANDED_BACK: _("Handed back to the applicant"),
    Move.POSTED: _("Sent to the applicant by post"),
}


NOTICE_CHANNELS: Final[dict[NoticeChannel, Promise]] = {
    NoticeChannel.EMAIL: _("E-mail"),
    NoticeChannel.SMS: _("SMS"),
    NoticeChannel.VNEID: _("Notice in VNeID"),
}


# What the stars of a rating mean, the best first.
STARS: Final[dict[int, Promise]] = {
    5: _("very satisfied"),
    4: _("satisfied"),
    3: _("neither nor"),
    2: _("dissatisfied"),
    1: _("very dissatisfied"),
}
