"""Pages of the people side, one module for each noun."""
