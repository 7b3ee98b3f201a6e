"""Measurements: each figure is a ratio against a yardstick that ran in the same minutes on the same machine.

`make bench` starts throw-away servers that write to disk as real ones do, and prints the goals table with today's
figures. Nothing here is a test: machines are noisy. What does not depend on the machine (query counts) is asserted in
`tests/performance/`.
"""
