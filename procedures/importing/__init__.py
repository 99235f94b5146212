"""Procedures from a file of the national catalogue (JSON Lines): read, tidied, doubted, mapped, merged.

Nothing here writes: `procedures.services.importing` does. `rows` reads, `tidying` puts right what is certain,
`mapping` makes a document, `reasons` says what is doubtful, `merging` lays a document over one of our own.
"""
