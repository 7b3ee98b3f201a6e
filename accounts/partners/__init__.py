"""Partners outside the schools and the people who speak for them."""
