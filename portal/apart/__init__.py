"""What opens strangers' files: a process of its own that knows no setting, no secret, no database and no app.

`portal.core.files.examining` starts it; `main` is its door. It dies when it takes more memory or time than a good
file needs, and nothing else dies with it.
"""
