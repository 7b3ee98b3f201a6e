"""How much of a framework file is accepted. One place, so that reader, models and tests agree."""

MAX_BYTES = 64 * 1024 * 1024
"""A larger file is refused before it is parsed."""

MAX_IDENTIFIER = 255
"""Characters of an identifier; identifiers are compared without regard to case."""

MAX_STATEMENT = 100_000
"""Characters of a full statement. The longest seen in published packages has 3,151."""

MAX_SHORT = 500
"""Characters of a coding scheme, enumeration, item type, language or similar."""

MAX_URI = 2_000
"""Characters of an address."""

MAX_TEXT = 100_000
"""Characters of any other text: notes, descriptions, licence texts."""

MAX_LIST = 500
"""Members of a list inside one row: education levels, keywords, subjects."""

MAX_SEQUENCE = 2**31 - 1
"""CASE sequence numbers are 32-bit integers."""

MAX_ISSUES = 5_000
"""Issues listed one by one; the rest are counted by code."""

MAX_EXTENSION = 20_000
"""Characters of one vendor's extension of one row, as JSON."""

MAX_EXTENSION_DEPTH = 12
"""Lists and objects inside each other in an extension."""

OURS = frozenset({"throughline"})
"""Extensions that packages written here bring along; they are read field by field, each with its own limits."""
