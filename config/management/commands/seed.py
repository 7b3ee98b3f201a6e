"""The name the outside test harness knows: the same as `seed_demo`."""

from config.management.commands.seed_demo import Command

__all__ = ["Command"]
