"""Frameworks that live in a spreadsheet: columns with a meaning a person gave them become a draft. Pure.

findings    what can be said about a row, in words
mapping     which column is what; guessed, saved, checked
rows        rows of a mapped table, cell by cell
trees       who belongs to whom: by code, depth, number, column or the code itself
drafting    rows and tree as a framework draft
opensalt    OpenSALT's workbook and table, recognised by their headings
"""
