"""Pages of evidence and of what it adds up to, one module for each noun."""
