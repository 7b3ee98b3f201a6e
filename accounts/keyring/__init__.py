"""Accounts closed and opened by hand, roles given and ended: by the district, each with a reason."""
