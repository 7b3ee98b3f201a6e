"""Static files under names that say what is in them."""

from __future__ import annotations

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage

_OF_MODULES = HashedFilesMixin._js_module_import_aggregation_patterns[1]  # type: ignore[attr-defined]


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Our scripts import each other under those names too: under two names a browser runs one script twice.

    Django can do it for every script (`support_js_module_import_aggregation`); packages bring some that name files they
    do not have, so it is asked for ours only.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", _OF_MODULES))
