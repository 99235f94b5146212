"""The life of a case, written a second time: by hand from the design, compared with the table in every triple."""

from __future__ import annotations

import pytest

from identity.states import Role
from onestop.errors import ActionNotAllowedError
from onestop.states import ENDED, NATIONAL_STATUS, TABLE, Action, State, is_allowed, next_state

# state: action > target by roles. A applicant, C clerk, H head of the centre, O officer, L leader, R records,
# S system.
LIST = """
DRAFT: SUBMIT > SUBMITTED by A C S
DRAFT: SUBMIT_UNPAID > AWAITING_PAYMENT by A C S
AWAITING_PAYMENT: SETTLE_FEE > SUBMITTED by S C
AWAITING_PAYMENT: CANCEL_FILING > WITHDRAWN by A S
SUBMITTED: ACCEPT > ACCEPTED by C H
SUBMITTED: REJECT > REJECTED by C H
SUBMITTED: REQUEST_SUPPLEMENT > SUPPLEMENT_BEFORE_ACCEPTANCE by C H
SUBMITTED: WITHDRAW > WITHDRAWN by A
SUPPLEMENT_BEFORE_ACCEPTANCE: ANSWER_SUPPLEMENT > SUBMITTED by A C S
SUPPLEMENT_BEFORE_ACCEPTANCE: LAPSE_SUPPLEMENT > REJECTED by S
SUPPLEMENT_BEFORE_ACCEPTANCE: WITHDRAW > WITHDRAWN by A
ACCEPTED: HAND_OVER > PROCESSING by C H S
ACCEPTED: REQUEST_WITHDRAWAL > WITHDRAWAL_REQUESTED by A
PROCESSING: FORWARD > PROCESSING by O L R
PROCESSING: SEND_BACK > PROCESSING by O L R
PROCESSING: ASK_CONSENT > PROCESSING by O
PROCESSING: ANSWER_CONSENT > PROCESSING by A S
PROCESSING: ASK_VERIFICATION > PROCESSING by O
PROCESSING: ANSWER_VERIFICATION > PROCESSING by O S
PROCESSING: ASK_OPINION > PROCESSING by O L
PROCESSING: ANSWER_OPINION > PROCESSING by O L S
PROCESSING: GO_ON > PROCESSING by O L
PROCESSING: RECORD_FACTS > PROCESSING by O S
PROCESSING: EXTEND > PROCESSING by O L
PROCESSING: RECOMPUTE_DUE > PROCESSING by S
PROCESSING: TAKE > PROCESSING by O L R
PROCESSING: REASSIGN > PROCESSING by O L R
PROCESSING: UNDO > PROCESSING by O L R
PROCESSING: DRAFT_RESULT > PROCESSING by O
PROCESSING: PROPOSE > PROCESSING by O
PROCESSING: SIGN > PROCESSING by L
PROCESSING: ISSUE > DECIDED by R
PROCESSING: REQUEST_SUPPLEMENT > SUPPLEMENT_REQUESTED by O S
PROCESSING: REQUIRE_PAYMENT > PAYMENT_REQUIRED by O S
PROCESSING: REQUEST_WITHDRAWAL > WITHDRAWAL_REQUESTED by A
PROCESSING: SUSPEND > SUSPENDED by O L
PROCESSING: STOP > STOPPED by O L
PROCESSING: REVOKE_RESULT > RESULT_REVOKED by L
SUPPLEMENT_REQUESTED: ANSWER_SUPPLEMENT > PROCESSING by A C S
SUPPLEMENT_REQUESTED: LAPSE_SUPPLEMENT > STOPPED by S
SUPPLEMENT_REQUESTED: ANSWER_OPINION > SUPPLEMENT_REQUESTED by O L S
SUPPLEMENT_REQUESTED: REQUEST_WITHDRAWAL > WITHDRAWAL_REQUESTED by A
SUPPLEMENT_REQUESTED: TAKE > SUPPLEMENT_REQUESTED by O L R
SUPPLEMENT_REQUESTED: REASSIGN > SUPPLEMENT_REQUESTED by O L
SUPPLEMENT_REQUESTED: REVOKE_RESULT > RESULT_REVOKED by L
PAYMENT_REQUIRED: SETTLE_DEMAND > PROCESSING by S C
PAYMENT_REQUIRED: RECOMPUTE_DUE > PAYMENT_REQUIRED by S
PAYMENT_REQUIRED: ANSWER_OPINION > PAYMENT_REQUIRED by O L S
PAYMENT_REQUIRED: REQUEST_WITHDRAWAL > WITHDRAWAL_REQUESTED by A
PAYMENT_REQUIRED: TAKE > PAYMENT_REQUIRED by O L R
PAYMENT_REQUIRED: REASSIGN > PAYMENT_REQUIRED by O L
PAYMENT_REQUIRED: STOP > STOPPED by O L
PAYMENT_REQUIRED: REVOKE_RESULT > RESULT_REVOKED by L
WITHDRAWAL_REQUESTED: ACCEPT_WITHDRAWAL > WITHDRAWN by C O H
WITHDRAWAL_REQUESTED: REFUSE_WITHDRAWAL > PROCESSING by C O H
WITHDRAWAL_REQUESTED: ANSWER_OPINION > WITHDRAWAL_REQUESTED by O L S
SUSPENDED: ANSWER_OPINION > SUSPENDED by O L S
SUSPENDED: RESUME > PROCESSING by O L S
SUSPENDED: STOP > STOPPED by O L
SUSPENDED: TAKE > SUSPENDED by O L R
SUSPENDED: REASSIGN > SUSPENDED by O L
SUSPENDED: REVOKE_RESULT > RESULT_REVOKED by L
DECIDED: ARRIVE > AT_COUNTER by C H S
DECIDED: RETURN_RESULT > RETURNED by S
DECIDED: CORRECT_RESULT > PROCESSING by L
DECIDED: REVOKE_RESULT > RESULT_REVOKED by L
AT_COUNTER: RECALL_ARRIVAL > DECIDED by C H
AT_COUNTER: RETURN_RESULT > RETURNED by C H
AT_COUNTER: CORRECT_RESULT > PROCESSING by L
AT_COUNTER: REVOKE_RESULT > RESULT_REVOKED by L
RETURNED: CORRECT_RESULT > PROCESSING by L
RETURNED: REVOKE_RESULT > RESULT_REVOKED by L
RETURNED: RECORD_UNDELIVERED > AT_COUNTER by C H
"""
# Whoever succeeds an agency takes these over as they are.
SUCCEEDED = """
SUBMITTED SUPPLEMENT_BEFORE_ACCEPTANCE ACCEPTED PROCESSING SUPPLEMENT_REQUESTED PAYMENT_REQUIRED
WITHDRAWAL_REQUESTED SUSPENDED DECIDED AT_COUNTER
"""
LIST += "".join(
    f"{state}: {action} > {state} by {roles}\n"
    for state in SUCCEEDED.split()
    for action, roles in (
        ("DIGITISE", "C O L R"),
        ("HAND_DOWN", "S"),
        ("TAKE_BACK", "S"),
        ("TAKE_OVER", "C H O L R"),
    )
)
LETTERS = {
    "A": Role.APPLICANT,
    "C": Role.CLERK,
    "H": Role.CENTRE_HEAD,
    "O": Role.OFFICER,
    "L": Role.LEADER,
    "R": Role.RECORDS_CLERK,
    "S": Role.SYSTEM,
}


def expected() -> dict[tuple[State, Action, Role], State]:
    triples = {}
    for line in LIST.strip().splitlines():
        state, rest = line.split(": ")
        action, rest = rest.split(" > ")
        target, letters = rest.split(" by ")
        for letter in letters.split():
            triples[State(state), Action(action), LETTERS[letter]] = State(target)
    for state in set(State) - {State.DRAFT, State.AWAITING_PAYMENT}:  # once filed, everybody may write about it
        triples |= {(state, Action.WRITE_MESSAGE, LETTERS[letter]): state for letter in "ACHOLR"}
        triples |= {(state, Action.WRITE_NOTE, LETTERS[letter]): state for letter in "CHOLR"}
    return triples


EXPECTED = expected()


@pytest.mark.parametrize("state", State)
def test_every_action_by_every_role_ends_where_the_list_says_or_is_refused(state: State) -> None:
    for action in Action:
        for role in Role:
            target = EXPECTED.get((state, action, role))
            assert is_allowed(state, action, role) == (target is not None), (state, action, role)
            if target is not None:
                assert next_state(state, action, role) == target
                continue
            with pytest.raises(ActionNotAllowedError):
                next_state(state, action, role)


def test_the_table_says_nothing_that_the_list_does_not() -> None:
    said = {(state, action, role) for (state, action), line in TABLE.items() for role in line.roles}
    assert said == set(EXPECTED)


def test_every_state_can_be_reached_from_a_draft() -> None:
    reached = {State.DRAFT}
    while more := {to for (state, _, _), to in EXPECTED.items() if state in reached} - reached:
        reached |= more
    assert reached == set(State)


def test_an_ended_case_moves_only_by_what_becomes_of_its_result() -> None:
    moves = {action for (state, action), line in TABLE.items() if state in ENDED and line.target != state}
    assert moves == {Action.CORRECT_RESULT, Action.REVOKE_RESULT, Action.RECORD_UNDELIVERED}


def test_every_action_is_possible_somewhere() -> None:
    assert {action for _, action in TABLE} == set(Action)


def test_every_state_that_the_national_portal_hears_of_has_its_code_there() -> None:
    assert set(State) - set(NATIONAL_STATUS) == {State.DRAFT, State.AWAITING_PAYMENT}
    assert set(NATIONAL_STATUS.values()) <= {str(code) for code in range(1, 11)}
