"""Pages where the next version of a framework is written, read by others and brought up to date."""
