"""Pages of administrators and operators, by what they are about."""
