"""The life of a case, whole: (state, action, role) → state.

DESIGN: the legal forms are those of TT 03/2025/TT-VPCP, Phụ lục I; the national code is TrangThaiHoSo of the
national portal's messages. What is not in the table is refused.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from identity.states import Role
from onestop.errors import ActionNotAllowedError


class State(StrEnum):
    DRAFT = "DRAFT"
    AWAITING_PAYMENT = "AWAITING_PAYMENT"
    SUBMITTED = "SUBMITTED"
    SUPPLEMENT_BEFORE_ACCEPTANCE = "SUPPLEMENT_BEFORE_ACCEPTANCE"
    REJECTED = "REJECTED"
    ACCEPTED = "ACCEPTED"
    PROCESSING = "PROCESSING"
    SUPPLEMENT_REQUESTED = "SUPPLEMENT_REQUESTED"
    PAYMENT_REQUIRED = "PAYMENT_REQUIRED"
    WITHDRAWAL_REQUESTED = "WITHDRAWAL_REQUESTED"
    WITHDRAWN = "WITHDRAWN"
    SUSPENDED = "SUSPENDED"
    STOPPED = "STOPPED"
    DECIDED = "DECIDED"
    AT_COUNTER = "AT_COUNTER"
    RETURNED = "RETURNED"
    RESULT_REVOKED = "RESULT_REVOKED"


class Action(StrEnum):
    # filing
    SUBMIT = "SUBMIT"
    SUBMIT_UNPAID = "SUBMIT_UNPAID"
    SETTLE_FEE = "SETTLE_FEE"
    CANCEL_FILING = "CANCEL_FILING"
    # reception
    ACCEPT = "ACCEPT"
    REJECT = "REJECT"
    HAND_OVER = "HAND_OVER"
    REQUEST_SUPPLEMENT = "REQUEST_SUPPLEMENT"
    ANSWER_SUPPLEMENT = "ANSWER_SUPPLEMENT"
    LAPSE_SUPPLEMENT = "LAPSE_SUPPLEMENT"
    # handling: the steps of the process move inside PROCESSING
    FORWARD = "FORWARD"
    SEND_BACK = "SEND_BACK"
    ASK_CONSENT = "ASK_CONSENT"
    ANSWER_CONSENT = "ANSWER_CONSENT"
    ASK_VERIFICATION = "ASK_VERIFICATION"
    ANSWER_VERIFICATION = "ANSWER_VERIFICATION"
    ASK_OPINION = "ASK_OPINION"
    ANSWER_OPINION = "ANSWER_OPINION"
    GO_ON = "GO_ON"  # without the opinions that are still awaited
    RECORD_FACTS = "RECORD_FACTS"
    EXTEND = "EXTEND"
    RECOMPUTE_DUE = "RECOMPUTE_DUE"  # the working calendar was changed
    REQUIRE_PAYMENT = "REQUIRE_PAYMENT"
    SETTLE_DEMAND = "SETTLE_DEMAND"  # what was asked for during handling has been paid
    SUSPEND = "SUSPEND"
    RESUME = "RESUME"
    STOP = "STOP"
    TAKE = "TAKE"  # somebody keeps the open step for themselves
    REASSIGN = "REASSIGN"
    UNDO = "UNDO"  # what its doer did a moment ago, and nobody has built upon
    DIGITISE = "DIGITISE"  # a paper was scanned, certified or taken out
    # words that change nothing, and leave no line in the history
    WRITE_MESSAGE = "WRITE_MESSAGE"
    WRITE_NOTE = "WRITE_NOTE"
    # the applicant changes their mind
    WITHDRAW = "WITHDRAW"
    REQUEST_WITHDRAWAL = "REQUEST_WITHDRAWAL"
    ACCEPT_WITHDRAWAL = "ACCEPT_WITHDRAWAL"
    REFUSE_WITHDRAWAL = "REFUSE_WITHDRAWAL"
    # the result
    DRAFT_RESULT = "DRAFT_RESULT"
    PROPOSE = "PROPOSE"
    SIGN = "SIGN"
    ISSUE = "ISSUE"
    ARRIVE = "ARRIVE"
    RECALL_ARRIVAL = "RECALL_ARRIVAL"  # it had not arrived
    RETURN_RESULT = "RETURN_RESULT"
    RECORD_UNDELIVERED = "RECORD_UNDELIVERED"  # the post brought it back
    CORRECT_RESULT = "CORRECT_RESULT"
    REVOKE_RESULT = "REVOKE_RESULT"
    # the agency that had the case has ended: another goes on with its work
    HAND_DOWN = "HAND_DOWN"
    TAKE_OVER = "TAKE_OVER"
    TAKE_BACK = "TAKE_BACK"


class _Transition(NamedTuple):
    target: State
    roles: frozenset[Role]


def _to(target: State, *roles: Role) -> _Transition:
    return _Transition(target, frozenset(roles))


S, A = State, Action
_APPLICANT, _CLERK, _HEAD, _OFFICER = Role.APPLICANT, Role.CLERK, Role.CENTRE_HEAD, Role.OFFICER
_LEADER, _RECORDS, _SYSTEM = Role.LEADER, Role.RECORDS_CLERK, Role.SYSTEM
_OFFICE = (_CLERK, _HEAD, _OFFICER, _LEADER, _RECORDS)
_HANDLED = (S.PROCESSING, S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUIRED, S.SUSPENDED)
_FILED = [state for state in State if state not in {S.DRAFT, S.AWAITING_PAYMENT}]

ENDED: Final = frozenset({S.REJECTED, S.WITHDRAWN, S.STOPPED, S.RETURNED, S.RESULT_REVOKED})
WITHOUT_RESULT: Final = frozenset({S.REJECTED, S.WITHDRAWN, S.STOPPED})
AT_OFFICE: Final = frozenset(S) - ENDED - {S.DRAFT, S.AWAITING_PAYMENT}  # filed, and not ended

TABLE: Final[dict[tuple[State, Action], _Transition]] = {
    # A clerk files at the counter for a person; SYSTEM files what comes from the national portal.
    (S.DRAFT, A.SUBMIT): _to(S.SUBMITTED, _APPLICANT, _CLERK, _SYSTEM),
    (S.DRAFT, A.SUBMIT_UNPAID): _to(S.AWAITING_PAYMENT, _APPLICANT, _CLERK, _SYSTEM),
    (S.AWAITING_PAYMENT, A.SETTLE_FEE): _to(S.SUBMITTED, _SYSTEM, _CLERK),
    (S.AWAITING_PAYMENT, A.CANCEL_FILING): _to(S.WITHDRAWN, _APPLICANT, _SYSTEM),
    (S.SUBMITTED, A.ACCEPT): _to(S.ACCEPTED, _CLERK, _HEAD),
    (S.SUBMITTED, A.REJECT): _to(S.REJECTED, _CLERK, _HEAD),
    (S.SUBMITTED, A.REQUEST_SUPPLEMENT): _to(S.SUPPLEMENT_BEFORE_ACCEPTANCE, _CLERK, _HEAD),
    (S.SUBMITTED, A.WITHDRAW): _to(S.WITHDRAWN, _APPLICANT),
    (S.SUPPLEMENT_BEFORE_ACCEPTANCE, A.ANSWER_SUPPLEMENT): _to(S.SUBMITTED, _APPLICANT, _CLERK, _SYSTEM),
    (S.SUPPLEMENT_BEFORE_ACCEPTANCE, A.LAPSE_SUPPLEMENT): _to(S.REJECTED, _SYSTEM),
    (S.SUPPLEMENT_BEFORE_ACCEPTANCE, A.WITHDRAW): _to(S.WITHDRAWN, _APPLICANT),
    (S.ACCEPTED, A.HAND_OVER): _to(S.PROCESSING, _CLERK, _HEAD, _SYSTEM),
    (S.ACCEPTED, A.REQUEST_WITHDRAWAL): _to(S.WITHDRAWAL_REQUESTED, _APPLICANT),
    (S.PROCESSING, A.FORWARD): _to(S.PROCESSING, _OFFICER, _LEADER, _RECORDS),
    (S.PROCESSING, A.SEND_BACK): _to(S.PROCESSING, _OFFICER, _LEADER, _RECORDS),
    (S.PROCESSING, A.ASK_CONSENT): _to(S.PROCESSING, _OFFICER),
    (S.PROCESSING, A.ANSWER_CONSENT): _to(S.PROCESSING, _APPLICANT, _SYSTEM),
    (S.PROCESSING, A.ASK_VERIFICATION): _to(S.PROCESSING, _OFFICER),
    (S.PROCESSING, A.ANSWER_VERIFICATION): _to(S.PROCESSING, _OFFICER, _SYSTEM),
    (S.PROCESSING, A.ASK_OPINION): _to(S.PROCESSING, _OFFICER, _LEADER),
    (S.PROCESSING, A.ANSWER_OPINION): _to(S.PROCESSING, _OFFICER, _LEADER, _SYSTEM),
    (S.PROCESSING, A.GO_ON): _to(S.PROCESSING, _OFFICER, _LEADER),
    (S.PROCESSING, A.RECORD_FACTS): _to(S.PROCESSING, _OFFICER, _SYSTEM),
    (S.PROCESSING, A.EXTEND): _to(S.PROCESSING, _OFFICER, _LEADER),
    (S.PROCESSING, A.RECOMPUTE_DUE): _to(S.PROCESSING, _SYSTEM),
    # By SYSTEM what was awaited before a wish to withdraw that was refused is awaited again.
    (S.PROCESSING, A.REQUEST_SUPPLEMENT): _to(S.SUPPLEMENT_REQUESTED, _OFFICER, _SYSTEM),
    (S.PROCESSING, A.REQUIRE_PAYMENT): _to(S.PAYMENT_REQUIRED, _OFFICER, _SYSTEM),
    (S.PROCESSING, A.REQUEST_WITHDRAWAL): _to(S.WITHDRAWAL_REQUESTED, _APPLICANT),
    (S.PROCESSING, A.SUSPEND): _to(S.SUSPENDED, _OFFICER, _LEADER),
    (S.PROCESSING, A.STOP): _to(S.STOPPED, _OFFICER, _LEADER),
    (S.PROCESSING, A.REASSIGN): _to(S.PROCESSING, _OFFICER, _LEADER, _RECORDS),
    (S.PROCESSING, A.UNDO): _to(S.PROCESSING, _OFFICER, _LEADER, _RECORDS),
    (S.PROCESSING, A.DRAFT_RESULT): _to(S.PROCESSING, _OFFICER),
    (S.PROCESSING, A.PROPOSE): _to(S.PROCESSING, _OFFICER),
    (S.PROCESSING, A.SIGN): _to(S.PROCESSING, _LEADER),
    (S.PROCESSING, A.ISSUE): _to(S.DECIDED, _RECORDS),
    (S.SUPPLEMENT_REQUESTED, A.ANSWER_SUPPLEMENT): _to(S.PROCESSING, _APPLICANT, _CLERK, _SYSTEM),
    (S.SUPPLEMENT_REQUESTED, A.LAPSE_SUPPLEMENT): _to(S.STOPPED, _SYSTEM),
    (S.SUPPLEMENT_REQUESTED, A.ANSWER_OPINION): _to(S.SUPPLEMENT_REQUESTED, _OFFICER, _LEADER, _SYSTEM),
    (S.SUPPLEMENT_REQUESTED, A.REQUEST_WITHDRAWAL): _to(S.WITHDRAWAL_REQUESTED, _APPLICANT),
    (S.SUPPLEMENT_REQUESTED, A.REASSIGN): _to(S.SUPPLEMENT_REQUESTED, _OFFICER, _LEADER),
    (S.PAYMENT_REQUIRED, A.SETTLE_DEMAND): _to(S.PROCESSING, _SYSTEM, _CLERK),
    (S.PAYMENT_REQUIRED, A.RECOMPUTE_DUE): _to(S.PAYMENT_REQUIRED, _SYSTEM),
    (S.PAYMENT_REQUIRED, A.ANSWER_OPINION): _to(S.PAYMENT_REQUIRED, _OFFICER, _LEADER, _SYSTEM),
    (S.PAYMENT_REQUIRED, A.REQUEST_WITHDRAWAL): _to(S.WITHDRAWAL_REQUESTED, _APPLICANT),
    (S.PAYMENT_REQUIRED, A.REASSIGN): _to(S.PAYMENT_REQUIRED, _OFFICER, _LEADER),
    (S.PAYMENT_REQUIRED, A.STOP): _to(S.STOPPED, _OFFICER, _LEADER),
    (S.WITHDRAWAL_REQUESTED, A.ACCEPT_WITHDRAWAL): _to(S.WITHDRAWN, _CLERK, _OFFICER, _HEAD),
    (S.WITHDRAWAL_REQUESTED, A.REFUSE_WITHDRAWAL): _to(S.PROCESSING, _CLERK, _OFFICER, _HEAD),
    (S.WITHDRAWAL_REQUESTED, A.ANSWER_OPINION): _to(S.WITHDRAWAL_REQUESTED, _OFFICER, _LEADER, _SYSTEM),
    (S.SUSPENDED, A.RESUME): _to(S.PROCESSING, _OFFICER, _LEADER, _SYSTEM),
    (S.SUSPENDED, A.STOP): _to(S.STOPPED, _OFFICER, _LEADER),
    (S.SUSPENDED, A.ANSWER_OPINION): _to(S.SUSPENDED, _OFFICER, _LEADER, _SYSTEM),
    (S.SUSPENDED, A.REASSIGN): _to(S.SUSPENDED, _OFFICER, _LEADER),
    # By hand where the step of returning offers it: the result comes from the agency on paper. Else the system does.
    (S.DECIDED, A.ARRIVE): _to(S.AT_COUNTER, _CLERK, _HEAD, _SYSTEM),
    # A result asked for online needs no counter: the system hands it over when it is published.
    (S.DECIDED, A.RETURN_RESULT): _to(S.RETURNED, _SYSTEM),
    (S.AT_COUNTER, A.RECALL_ARRIVAL): _to(S.DECIDED, _CLERK, _HEAD),
    (S.AT_COUNTER, A.RETURN_RESULT): _to(S.RETURNED, _CLERK, _HEAD),
    (S.DECIDED, A.CORRECT_RESULT): _to(S.PROCESSING, _LEADER),
    (S.AT_COUNTER, A.CORRECT_RESULT): _to(S.PROCESSING, _LEADER),
    (S.RETURNED, A.CORRECT_RESULT): _to(S.PROCESSING, _LEADER),
    (S.DECIDED, A.REVOKE_RESULT): _to(S.RESULT_REVOKED, _LEADER),
    (S.AT_COUNTER, A.REVOKE_RESULT): _to(S.RESULT_REVOKED, _LEADER),
    (S.RETURNED, A.REVOKE_RESULT): _to(S.RESULT_REVOKED, _LEADER),
    # While it is being corrected, and does harm.
    **{(state, A.REVOKE_RESULT): _to(S.RESULT_REVOKED, _LEADER) for state in _HANDLED},
    (S.RETURNED, A.RECORD_UNDELIVERED): _to(S.AT_COUNTER, _CLERK, _HEAD),
    **{(state, A.TAKE): _to(state, _OFFICER, _LEADER, _RECORDS) for state in _HANDLED},
    **{(state, A.WRITE_MESSAGE): _to(state, _APPLICANT, *_OFFICE) for state in _FILED},
    **{(state, A.WRITE_NOTE): _to(state, *_OFFICE) for state in _FILED},
    **{(state, A.DIGITISE): _to(state, _CLERK, _OFFICER, _LEADER, _RECORDS) for state in AT_OFFICE},
    **{(state, A.HAND_DOWN): _to(state, _SYSTEM) for state in AT_OFFICE},
    **{(state, A.TAKE_OVER): _to(state, *_OFFICE) for state in AT_OFFICE},
    **{(state, A.TAKE_BACK): _to(state, _SYSTEM) for state in AT_OFFICE},
}

CLOCK_STOPS: Final = frozenset({S.SUPPLEMENT_REQUESTED, S.SUSPENDED, S.WITHDRAWAL_REQUESTED})
# The office works, or could: these count as due and overdue.
CLOCK_RUNS: Final = frozenset({S.ACCEPTED, S.PROCESSING, S.PAYMENT_REQUIRED})
HAS_RESULT: Final = frozenset({S.DECIDED, S.AT_COUNTER, S.RETURNED})
# The originals that were kept for the handling are due back to the applicant: it is over, or not even begun, and a
# wrong paper goes back with form 02.
OWES_ORIGINALS: Final = ENDED | {S.AT_COUNTER, S.SUPPLEMENT_BEFORE_ACCEPTANCE}

# What the law gives the holder of any step, whatever the process of the version says of it.
STANDING: Final = frozenset({A.EXTEND, A.SUSPEND, A.RESUME, A.STOP, A.REQUIRE_PAYMENT})
# Who does one of these has held the step that it ends.
ENDS_STEP: Final = frozenset({A.HAND_OVER, A.FORWARD, A.SEND_BACK, A.PROPOSE, A.SIGN, A.ISSUE})
# Nobody outside the office hears of these.
INTERNAL: Final = frozenset({A.TAKE, A.REASSIGN, A.DRAFT_RESULT, A.UNDO})

# TrangThaiHoSo of the national portal (QĐ and messages: docs/integration/national-portal.md).
NATIONAL_STATUS: Final[dict[State, str]] = {
    S.SUBMITTED: "1",
    S.ACCEPTED: "2",
    S.REJECTED: "3",
    S.PROCESSING: "4",
    S.SUPPLEMENT_BEFORE_ACCEPTANCE: "5",
    S.SUPPLEMENT_REQUESTED: "5",
    S.PAYMENT_REQUIRED: "6",
    S.WITHDRAWAL_REQUESTED: "7",
    S.WITHDRAWN: "7",
    S.SUSPENDED: "8",
    S.STOPPED: "8",
    S.DECIDED: "9",
    S.AT_COUNTER: "9",
    S.RETURNED: "10",
    S.RESULT_REVOKED: "9",
}


def next_state(state: State, action: Action, role: Role) -> State:
    """Return the state after `role` does `action`; raises `ActionNotAllowedError` when it may not."""
    transition = TABLE.get((state, action))
    if transition is None or role not in transition.roles:
        raise ActionNotAllowedError
    return transition.target


def is_allowed(state: State, action: Action, role: Role) -> bool:
    """Return whether the table lets `role` do `action` in `state`."""
    transition = TABLE.get((state, action))
    return transition is not None and role in transition.roles
