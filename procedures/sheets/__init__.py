"""The catalogue as a spreadsheet, and back: `columns` says what stands where, `writing` and `reading` follow it.

A cell that was not touched changes nothing, so what was exported and given back is no change at all. Titles and words
are Vietnamese whatever the page's language: the file is for those who publish.
"""
