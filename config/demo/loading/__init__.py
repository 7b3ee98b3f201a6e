"""Writes the planned demonstration district into an empty database: bulk where the roster would, services elsewhere."""
