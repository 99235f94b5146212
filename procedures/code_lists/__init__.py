"""Code lists (danh mục): what a question offers to choose from, as data with effective dates.

Lists come from the files under `data/`; their entries are kept up in the catalogue's office. An entry is ended by a
day, never deleted; new words are a new row from a day on: whoever answered before keeps the words of that day.
"""
