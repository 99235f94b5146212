"""Closed lists of the catalogue."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from identity.states import Role


class OnlineLevel(StrEnum):
    """How much can be done online (NĐ 42/2022/NĐ-CP)."""

    FULL = "FULL"  # toàn trình
    PARTIAL = "PARTIAL"  # một phần
    INFORMATION = "INFORMATION"  # information only


class Level(StrEnum):
    """Which tier is competent."""

    MINISTRY = "MINISTRY"
    PROVINCE = "PROVINCE"
    COMMUNE = "COMMUNE"
    OTHER = "OTHER"


class Audience(StrEnum):
    """For whom."""

    CITIZEN = "CITIZEN"
    BUSINESS = "BUSINESS"  # enterprises, cooperatives, household businesses
    ORGANISATION = "ORGANISATION"
    FOREIGNER = "FOREIGNER"  # foreigners, and Vietnamese who live abroad
    OFFICIAL = "OFFICIAL"  # cán bộ, công chức, viên chức


class FilingChannel(StrEnum):
    """How a case may be filed (cách thức thực hiện)."""

    DIRECT = "DIRECT"
    ONLINE = "ONLINE"
    POST = "POST"


class Availability(StrEnum):
    """Whether cases are taken in."""

    OPEN = "OPEN"
    PAUSED = "PAUSED"
    SEASONAL = "SEASONAL"
    RETIRED = "RETIRED"


class AgencyRule(StrEnum):
    """Which agency has a step of the process."""

    RECEIVING = "RECEIVING"  # the centre that received the case
    COMPETENT = "COMPETENT"
    PARENT = "PARENT"  # the agency above the competent one
    NAMED = "NAMED"  # one agency, by its code
    ROUTED = "ROUTED"  # the first of the step's routes whose rule holds


class Relation(StrEnum):
    """What another procedure is to this one."""

    BEFORE = "BEFORE"
    AFTER = "AFTER"
    INSTEAD = "INSTEAD"
    TOGETHER = "TOGETHER"


class Origin(StrEnum):
    """Where a change came from."""

    ADMIN = "ADMIN"  # written in the catalogue admin
    FILES = "FILES"  # `manage.py catalogue`
    SHEET = "SHEET"  # a spreadsheet
    IMPORT = "IMPORT"  # `manage.py import_procedures`
    NATIONAL = "NATIONAL"  # read from the national portal
    ROLLBACK = "ROLLBACK"


class RowOutcome(StrEnum):
    """What became of a row of a file."""

    WRONG = "WRONG"  # it cannot be read as a procedure: nothing was made of it
    DOUBTFUL = "DOUBTFUL"  # a proposal that a person must look at
    DIFFERS = "DIFFERS"  # a proposal, because the procedure has decisions of our own


class SynonymKind(StrEnum):
    """How a phrase that people use is understood."""

    SHORT = "SHORT"  # written out, and then read like the rest: dk, GPLX
    MEANING = "MEANING"  # what the law calls it: báo tử
    FILLER = "FILLER"  # says nothing: cho em hỏi


class PagePart(StrEnum):
    """A part of a procedure's page that can be told apart from the rest; named as its entry in the document."""

    COMPETENT = "competent"
    RESULTS = "results"
    PAPERS = "papers"
    FEES = "fees"
    TIME = "time"
    CHANNELS = "channels"
    STEPS = "steps"
    LEGAL_BASIS = "legal_basis"


class ProposalState(StrEnum):
    """A change on its way to being published."""

    DRAFT = "DRAFT"
    PROPOSED = "PROPOSED"
    PUBLISHED = "PUBLISHED"
    DISCARDED = "DISCARDED"


class ProposalAct(StrEnum):
    """What is done to a proposal."""

    SAVE = "SAVE"
    PROPOSE = "PROPOSE"
    SEND_BACK = "SEND_BACK"
    APPROVE = "APPROVE"
    DISCARD = "DISCARD"


# (state, act) → state; what does not stand here is refused.
PROPOSAL_TABLE: Final = {
    (ProposalState.DRAFT, ProposalAct.SAVE): ProposalState.DRAFT,
    (ProposalState.DRAFT, ProposalAct.PROPOSE): ProposalState.PROPOSED,
    (ProposalState.DRAFT, ProposalAct.DISCARD): ProposalState.DISCARDED,
    (ProposalState.PROPOSED, ProposalAct.SEND_BACK): ProposalState.DRAFT,
    (ProposalState.PROPOSED, ProposalAct.APPROVE): ProposalState.PUBLISHED,
    (ProposalState.PROPOSED, ProposalAct.DISCARD): ProposalState.DISCARDED,
}


# What the holder of a step may be given to do, by role; the desk knows these acts.
STEP_ACTIONS: Final = {
    Role.CLERK: ("ACCEPT", "REJECT", "REQUEST_SUPPLEMENT", "HAND_OVER", "ARRIVE", "RETURN_RESULT"),
    Role.OFFICER: (
        "RECORD_FACTS",
        "REQUEST_SUPPLEMENT",
        "ASK_CONSENT",
        "ASK_VERIFICATION",
        "ANSWER_VERIFICATION",
        "ASK_OPINION",
        "GO_ON",
        "FORWARD",
        "SEND_BACK",
        "PROPOSE",
    ),
    Role.LEADER: ("SIGN", "ASK_OPINION", "GO_ON", "FORWARD", "SEND_BACK"),
    Role.RECORDS_CLERK: ("ISSUE", "SEND_BACK"),
    Role.CENTRE_HEAD: ("ACCEPT", "REJECT", "REQUEST_SUPPLEMENT", "HAND_OVER", "ARRIVE", "RETURN_RESULT"),
}
