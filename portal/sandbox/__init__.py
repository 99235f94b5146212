"""The outside world on a laptop: VNeID, PayGov, the national portal and the population database over real HTTP.

A Django project of its own with its own SQLite. It imports no app of the portal and is imported by none.
"""
