"""Pages of the plan and of the day."""
