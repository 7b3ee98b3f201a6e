"""User names, addresses and phone numbers of invented people. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from config.demo.chance import stream


def plain(text: str) -> str:
    """`text` as part of an address: ASCII letters and digits only, lower case."""
    decomposed = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D")).encode("ascii", "ignore")
    return "".join(c for c in decomposed.decode().lower() if c.isalnum())


def phone(seed: int, key: str) -> str:
    """A number of the block kept for fiction."""
    return f"615-555-01{stream(seed, 'phone', key).randrange(100):02}"


@dataclass(slots=True)
class Usernames:
    """Hands out user names, each once."""

    taken: set[str] = field(default_factory=set)

    def claim(self, wanted: str) -> str:
        """`wanted`, with a number where it is taken."""
        name, number = wanted, 1
        while name in self.taken:
            number += 1
            name = f"{wanted}{number}"
        self.taken.add(name)
        return name
