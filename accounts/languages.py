"""The languages people write in. What the product itself is offered in is `settings.LANGUAGES`."""

from __future__ import annotations

from django.conf import settings
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
