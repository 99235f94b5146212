"""A believable province at work, for trying and measuring at size: invented people, real rules.

`roads` says which procedures are walked and where, `lives` lets one case live until today by the table of states,
`records` keeps what its acts leave behind, `writing` brings stretches of days into the database with COPY.

Seeded cases have answers, steps, history and requests; they have no uploaded files, and of documents only the drafts
that wait to be signed, some of which `signing` has signed.
"""

from onestop.seeding.originals import seed_originals
from onestop.seeding.signing import order_signatures
from onestop.seeding.writing import Progress, seed_cases

__all__ = ["Progress", "order_signatures", "seed_cases", "seed_originals"]
