"""Settings, addresses and workers: the composition root.

Nothing is imported here: the supervisor (config/supervisor) runs before any requirement is installed.
"""
