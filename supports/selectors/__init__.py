"""What people read about focus, flags and supports."""
