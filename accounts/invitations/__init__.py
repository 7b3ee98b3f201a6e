"""Guardians who are in the records are invited to an account: by letter or by e-mail, with a code that works once."""
