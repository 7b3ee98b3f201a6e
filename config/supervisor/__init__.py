"""Starts, watches and stops everything one machine needs: PostgreSQL, Valkey, web, workers, beat.

`python -m config.supervisor demo` runs the demonstration, `python -m config.supervisor test` the suite.
Only the standard library is used, and importing these modules does nothing: the package must work
before Django is configured, as root and as an ordinary user.
"""
