"""What people read about evidence and what it adds up to, one module for each noun."""
