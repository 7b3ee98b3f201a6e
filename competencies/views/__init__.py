"""Pages of the learning side."""
