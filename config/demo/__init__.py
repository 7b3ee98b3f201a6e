"""The demonstration district: its words (`data/`, `content`), its planning (`district`, `growth`) and its loading."""
