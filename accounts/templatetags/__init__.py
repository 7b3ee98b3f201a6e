"""Template tags of the whole house; see docs/frontend.md."""
