"""The national portal (Cổng Dịch vụ công quốc gia), generation 1: what we say, how we say it, what comes in.

`messages` takes snapshots of a case, `push` delivers a snapshot, `pull` reads what was filed there; all of it through
`portal.core.national_portal`, which speaks the protocol. docs/integration/national-portal.md lists messages, fields
and what of the contract is ours.
"""
