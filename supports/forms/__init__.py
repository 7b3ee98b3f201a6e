"""Input shapes of the supports pages, one module for each noun."""
