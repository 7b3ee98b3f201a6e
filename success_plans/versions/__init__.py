"""What a plan is at one moment, and what changed between two. Pure: no Django, no clock, no I/O."""
