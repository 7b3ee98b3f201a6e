"""Fixtures of the roster tests."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.accounts.rosters.scene import TODAY


@pytest.fixture(autouse=True)
def _one_day(monkeypatch):
    """The day the scene was written for goes on while these tests run, also over midnight."""
    real = timezone.now

    def now():
        moment = real()
        return moment - (timezone.localtime(moment).date() - TODAY)

    monkeypatch.setattr(timezone, "now", now)
