"""Reading what other systems know: tables with a mapper, OneRoster results, xAPI statements, Caliper grades. Pure.

    problems    what can be said about a row, by code
    mapping     which column is what; guessed, saved, checked
    values      scores and days as people write them; scores onto a scale
    tables      rows of a mapped table
    oneroster   results, line items and what they are about
    messages    xAPI statements and Caliper events

Files are read by `accounts.sheets`. Nothing here knows the database; `assessments.services.imports` carries rows there.
"""
