"""The national portal (Cổng Dịch vụ công quốc gia), generation 1: what we say, how we say it, what comes in.

`messages` takes snapshots of a case, `gen1` speaks the protocol, `push` delivers a snapshot, `pull` reads what was
filed there. docs/integration/national-portal.md lists messages, fields and what of the contract is ours.
"""
