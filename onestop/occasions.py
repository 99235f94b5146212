"""What people are told of, one table: the words that each occasion begins with, and what these may fill in.

The words in force can be changed at /quan-tri/loi-bao/ (`services.wordings`). No personal data in subjects and text
messages: whoever holds the phone reads them, so not even the name of a procedure stands there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from onestop.kinds import NoticeKind
from onestop.states import Action
from onestop.wording import ACTIONS

REMINDER: Final = "REMINDER"  # of a supplement
DRAFT_REMINDER: Final = "DRAFT_REMINDER"
DRAFT_WARNING: Final = "DRAFT_WARNING"
LINK: Final = "LINK"  # to what somebody filled in for another

_NEWS: Final = gettext_noop("News of your case %(code)s")
_CASE: Final = gettext_noop("Case %(code)s")
_TIME: Final = ("code", "step", "percent", "due", "agency")
_ABSENCE: Final = gettext_noop("Acting for an absent colleague")
_LENT: Final = ("title", "agency", "first", "last")


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Of what somebody is told: `names` may be filled into the letter, `short_names` into the text message.

    What `must` be named is the first thing that its reader needs: which case it is, until when, or where to look.
    """

    code: str
    title: str | Promise
    sentence: str
    subject: str = _NEWS
    short: str = ""  # empty: the letter's
    names: tuple[str, ...] = ("code", "procedure", "agency", "due")
    short_names: tuple[str, ...] = ("code", "due")  # empty: it never goes out as a text message
    must: str = "code"
    page: str = "onestop:case"  # where a letter leads; of the case, but for the office
    is_for_office: bool = False
    is_optional: bool = False  # nothing is asked in it, no time runs, and their page shows it


def _act(action: Action, sentence: str, *, short: str = "", is_optional: bool = False) -> Occasion:
    return Occasion(code=action, title=ACTIONS[action], sentence=sentence, short=short, is_optional=is_optional)


def _office(
    kind: NoticeKind,
    title: Promise,
    sentence: str,
    names: tuple[str, ...],
    *,
    must: str = "",
    subject: str = _CASE,
    page: str = "onestop:desk_notices",
) -> Occasion:
    """Civil servants find everything at their desk, so that they choose what comes by e-mail besides."""
    return Occasion(
        code=kind,
        title=title,
        sentence=sentence,
        subject=subject,
        names=names,
        short_names=(),
        must=must,
        page=page,
        is_for_office=True,
        is_optional=True,
    )


def _table(*occasions: Occasion) -> dict[str, Occasion]:
    return {str(one.code): one for one in occasions}


OCCASIONS: Final = _table(
    _act(
        Action.SUBMIT,
        gettext_noop("Your application %(code)s (%(procedure)s) has been filed."),
        short=gettext_noop("Your application %(code)s has been filed."),
        is_optional=True,
    ),
    _act(
        Action.SETTLE_FEE,
        gettext_noop("The fee has been received. Your application %(code)s has been filed."),
        is_optional=True,
    ),
    _act(
        Action.ACCEPT,
        gettext_noop("Case %(code)s was accepted. The receipt with the due date is on your case's page."),
    ),
    _act(Action.REJECT, gettext_noop("Case %(code)s was not accepted. The reason is on your case's page.")),
    _act(Action.REQUEST_SUPPLEMENT, gettext_noop("Case %(code)s needs a supplement from you.")),
    _act(
        Action.ASK_CONSENT,
        gettext_noop("Please check the draft of your result in case %(code)s within one day."),
    ),
    _act(
        Action.EXTEND,
        gettext_noop(
            "Case %(code)s needs more time than was promised. We apologise; our letter is on your case's page."
        ),
    ),
    _act(
        Action.RECOMPUTE_DUE,
        gettext_noop(
            "Case %(code)s has another due date: the working calendar was changed. "
            "The new date is on your case's page."
        ),
    ),
    _act(
        Action.REQUIRE_PAYMENT,
        gettext_noop(
            "In case %(code)s there is something to pay before handling goes on. "
            "What, and how, is on your case's page."
        ),
    ),
    _act(
        Action.SETTLE_DEMAND,
        gettext_noop("The payment in case %(code)s has been received. Handling goes on."),
        is_optional=True,
    ),
    _act(
        Action.SUSPEND,
        gettext_noop(
            "Handling of case %(code)s stands still for a while. The reason, and until when, are on your case's page."
        ),
    ),
    _act(
        Action.RESUME,
        gettext_noop("Handling of case %(code)s goes on. The date is on your case's page."),
        is_optional=True,
    ),
    _act(Action.STOP, gettext_noop("Handling of case %(code)s has been stopped. The reason is on your case's page.")),
    _act(Action.ARRIVE, gettext_noop("The result of case %(code)s is ready at the counter.")),
    _act(
        Action.RECALL_ARRIVAL,
        gettext_noop(
            "The result of case %(code)s is not at the counter yet: we told you too early. "
            "We will tell you when it is."
        ),
    ),
    _act(Action.RETURN_RESULT, gettext_noop("The result of case %(code)s has been handed over."), is_optional=True),
    _act(
        Action.RECORD_UNDELIVERED,
        gettext_noop(
            "The post could not deliver the result of case %(code)s. It lies at the counter; see your case's page."
        ),
    ),
    _act(
        Action.CORRECT_RESULT,
        gettext_noop(
            "The result of case %(code)s is being corrected; you will get a new one. "
            "The reason is on your case's page."
        ),
    ),
    _act(
        Action.REVOKE_RESULT,
        gettext_noop(
            "The result of case %(code)s was revoked and is not valid any more. The reason is on your case's page."
        ),
    ),
    Occasion(
        code=Action.WRITE_MESSAGE,
        title=_("The office writes"),
        sentence=gettext_noop("There is a message for you about case %(code)s."),
    ),
    Occasion(
        code=REMINDER,
        title=_("Reminder of the supplement"),
        sentence=gettext_noop(
            "We still wait for your supplement in case %(code)s. "
            "Until when, and what is missing, is on your case's page."
        ),
    ),
    Occasion(
        code=DRAFT_REMINDER,
        title=_("Reminder of a draft"),
        subject=gettext_noop("An application that you began is waiting for you"),
        sentence=gettext_noop(
            "You began the application “%(procedure)s” and have not filed it yet. "
            "If you do not need it any more, nothing is to be done: it will be deleted on %(day)s."
        ),
        short=gettext_noop("An application that you began is not filed yet. It will be deleted on %(day)s."),
        names=("procedure", "day"),
        short_names=("day",),
        must="day",
        page="onestop:resume",
    ),
    Occasion(
        code=DRAFT_WARNING,
        title=_("A draft is about to be deleted"),
        subject=gettext_noop("An application that you began will be deleted soon"),
        sentence=gettext_noop(
            "You began the application “%(procedure)s” and have not filed it yet. It will be deleted on %(day)s; "
            "if you do not need it any more, nothing is to be done."
        ),
        short=gettext_noop("An application that you began will be deleted on %(day)s, unless you go on with it."),
        names=("procedure", "day"),
        short_names=("day",),
        must="day",
        page="onestop:resume",
    ),
    Occasion(
        code=LINK,
        title=_("Filled in by another: the link to confirm"),
        subject=gettext_noop("An application was filled in for you"),
        sentence=gettext_noop(
            "An application was filled in for you: %(procedure)s. Please read it, and confirm it or send it back. "
            "Nothing is filed before you confirm: %(link)s"
        ),
        short=gettext_noop("An application was filled in for you. Please read and confirm it: %(link)s"),
        names=("procedure", "link"),
        short_names=("link",),
        must="link",
        page="",
    ),
    _office(
        NoticeKind.TIME_USED,
        _("A part of a step's time is used up"),
        gettext_noop("%(percent)s%% of the time for “%(step)s” is used up; it ends %(due)s."),
        _TIME,
        must="due",
    ),
    _office(
        NoticeKind.TIME_OVER,
        _("The time of a step is over"),
        gettext_noop("The time for “%(step)s” is over since %(due)s."),
        _TIME,
        must="due",
    ),
    _office(
        NoticeKind.ESCALATED,
        _("A step is late and nobody has acted"),
        gettext_noop("“%(step)s” at %(agency)s is late since %(due)s, and nobody has acted."),
        _TIME,
        must="agency",
    ),
    _office(NoticeKind.MESSAGE, _("The applicant writes"), gettext_noop("The applicant has written."), ("code",)),
    _office(NoticeKind.GIVEN, _("A step is given"), gettext_noop("“%(step)s” was given to you."), ("code", "step")),
    _office(
        NoticeKind.OPINION_ASKED,
        _("An opinion is asked"),
        gettext_noop("Case %(code)s awaits the opinion of %(agency)s."),
        ("code", "agency", "due"),
        must="code",
        subject=gettext_noop("An opinion is asked of you"),
        page="onestop:desk_opinions",
    ),
    _office(
        NoticeKind.OPINION_DUE,
        _("An opinion is due"),
        gettext_noop("Case %(code)s still awaits the opinion of %(agency)s; it is due %(due)s."),
        ("code", "agency", "due"),
        must="code",
        subject=gettext_noop("An opinion is due soon"),
        page="onestop:desk_opinions",
    ),
    _office(
        NoticeKind.ORIGINALS_SENT,
        _("Originals are on their way"),
        gettext_noop(
            "Originals (%(count)s) are on their way to you from %(agency)s, record %(record)s. "
            "Please count and sign for them."
        ),
        ("record", "agency", "count"),
        must="record",
        subject=gettext_noop("Originals are on their way to you"),
        page="onestop:handovers_awaited",
    ),
    _office(
        NoticeKind.ORIGINALS_SHORT,
        _("Not all originals were there"),
        gettext_noop(
            "%(agency)s has signed record %(record)s; %(missing)s of its %(count)s originals were not there "
            "and count as with you."
        ),
        ("record", "agency", "missing", "count"),
        must="record",
        subject=gettext_noop("Originals that you handed over were missing"),
        page="onestop:handovers_made",
    ),
    _office(
        NoticeKind.COVERED,
        _("A colleague acts for them"),
        gettext_noop("From %(first)s to %(last)s a colleague acts for you as %(title)s, %(agency)s."),
        _LENT,
        must="last",
        subject=_ABSENCE,
    ),
    _office(
        NoticeKind.COVER_ENDED,
        _("No colleague acts for them any more"),
        gettext_noop("No colleague acts for you any more as %(title)s, %(agency)s."),
        _LENT,
        must="title",
        subject=_ABSENCE,
    ),
    _office(
        NoticeKind.LENT,
        _("They act for a colleague"),
        gettext_noop("From %(first)s to %(last)s you act for: %(title)s, %(agency)s."),
        _LENT,
        must="last",
        subject=_ABSENCE,
    ),
    _office(
        NoticeKind.LENT_ENDED,
        _("They act for a colleague no more"),
        gettext_noop("You no longer act for: %(title)s, %(agency)s."),
        _LENT,
        must="title",
        subject=_ABSENCE,
    ),
    _office(
        NoticeKind.DIGEST,
        _("The morning's digest"),
        gettext_noop("Today: %(overdue)s overdue, %(today)s due today, %(open)s open in all."),
        ("overdue", "today", "open"),
        subject=gettext_noop("Your work today"),
    ),
)


def optional(*, for_office: bool) -> list[Occasion]:
    """Return what its readers may do without."""
    return [one for one in OCCASIONS.values() if one.is_optional and one.is_for_office == for_office]
