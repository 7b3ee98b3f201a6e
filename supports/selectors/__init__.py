"""What people read about focus, flags and supports, one module for each noun."""
