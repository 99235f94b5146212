"""The writes of the catalogue: proposing a change, approving it as the second person, publishing, going back."""

from procedures.services.curating import (
    add_synonym,
    change_synonym,
    dismiss_fruitless,
    forget_searches,
    note_fruitless,
    seed_synonyms,
)
from procedures.services.newcomers import offer_newcomer_again, set_newcomer_aside, take_newcomer_over
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
    "add_synonym",
    "approve",
    "bring_lists_up_to_date",
    "bring_up_to_date",
    "change_synonym",
    "discard",
    "dismiss_fruitless",
    "forget_block",
    "forget_searches",
    "note_fruitless",
    "offer_newcomer_again",
    "propose",
    "publish",
    "publish_new",
    "retire",
    "roll_back",
    "save_draft",
    "seed_synonyms",
    "send_back",
    "set_newcomer_aside",
    "share_block",
    "start_draft",
    "start_new",
    "submit_draft",
    "take_newcomer_over",
    "undo",
]
