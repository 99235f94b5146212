"""The writes of the catalogue: proposing a change, approving it as the second person, publishing, going back."""

from procedures.services.proposing import (
    approve,
    bring_up_to_date,
    discard,
    propose,
    save_draft,
    send_back,
    start_draft,
    submit_draft,
    undo,
)
from procedures.services.publishing import bring_lists_up_to_date, publish, publish_new, retire, roll_back

__all__ = [
    "approve",
    "bring_lists_up_to_date",
    "bring_up_to_date",
    "discard",
    "propose",
    "publish",
    "publish_new",
    "retire",
    "roll_back",
    "save_draft",
    "send_back",
    "start_draft",
    "submit_draft",
    "undo",
]
