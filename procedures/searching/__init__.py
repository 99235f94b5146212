"""Search that understands people: how words are folded, what they mean, which procedures they find, in what order.

`folding` undoes habits of typing, `indexing` says what of a procedure is searched, `vocabulary` remembers the words
of the catalogue and the curated synonyms, `understanding` reads a query with them, `ranking` turns it into SQL.
"""
