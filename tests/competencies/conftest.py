"""Importing in a line."""

from __future__ import annotations

import pytest

from accounts.http import anonymous
from competencies import services
from tests.competencies.packages import as_bytes


@pytest.fixture
def bring_in(db):
    """`bring_in(package)` imports a package (a dict or bytes) as the system; keywords go to the service."""

    def bring(content, **options):
        data = content if isinstance(content, bytes) else as_bytes(content)
        return services.import_framework(by=options.pop("by", anonymous()), data=data, **options)

    return bring
