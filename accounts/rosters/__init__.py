"""Rosters into the database: one transaction, the difference only, nobody leaves unnoticed.

`accounts.oneroster` reads files; this package compares what they say with what is stored and writes the difference.
A dry run is the import itself, rolled back, so it cannot disagree with it.
"""
