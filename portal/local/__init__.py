"""The portal on one machine without anything installed: embedded Postgres and Valkey, every process supervised.

`python -m portal.local demo` is what `make demo` runs, `python -m portal.local test` what `make test` runs.
"""
