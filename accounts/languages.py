"""The languages people write in. What the product itself is offered in is `settings.LANGUAGES`."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

# the page's own two first
WRITTEN = [
    *settings.LANGUAGES,
    ("ar", _("Arabic")),
    ("zh", _("Chinese")),
    ("fr", _("French")),
    ("ht", _("Haitian Creole")),
    ("ko", _("Korean")),
    ("pt", _("Portuguese")),
    ("ru", _("Russian")),
    ("so", _("Somali")),
    ("sw", _("Swahili")),
    ("tl", _("Tagalog")),
    ("uk", _("Ukrainian")),
    ("vi", _("Vietnamese")),
]


def language_name(code: str) -> str:
    """A language in the reader's own: one people write in, else one the framework knows, else the code as it came."""
    short = code.split("-")[0]
    said = dict(WRITTEN).get(short)
    if said is not None and short not in dict(settings.LANGUAGES):
        return str(said)
    try:
        return str(get_language_info(short)["name_translated"])
    except KeyError:
        return code
