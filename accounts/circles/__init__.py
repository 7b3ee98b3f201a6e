"""Who belongs to one student's circle, and what a document or a grant changes about it."""
