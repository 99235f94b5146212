"""The writes of the catalogue: proposing a change, approving it as the second person, publishing, going back."""

from procedures.services.proposing import (
    approve,
    bring_up_to_date,
    discard,
    propose,
    save_draft,
    send_back,
    start_draft,
    start_new,
    submit_draft,
    undo,
)
from procedures.services.publishing import bring_lists_up_to_date, publish, publish_new, retire, roll_back
from procedures.services.sharing import forget_block, share_block

__all__ = [
    "approve",
    "bring_lists_up_to_date",
    "bring_up_to_date",
    "discard",
    "forget_block",
    "propose",
    "publish",
    "publish_new",
    "retire",
    "roll_back",
    "save_draft",
    "send_back",
    "share_block",
    "start_draft",
    "start_new",
    "submit_draft",
    "undo",
]
