"""Two records found to be one person: joined with a preview, and taken apart again exactly."""
