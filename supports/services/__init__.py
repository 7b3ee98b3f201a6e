"""What people do: choose a focus, answer a flag, start and end a support."""
