"""Pathways: proposing, designing, reviewing, publishing."""

from __future__ import annotations

import pytest

from competencies.models import PathwayVersion
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_the_world_of_the_tests_has_a_published_pathway() -> None:
    pathway = make.PathwayFactory(title="Bridges")

    assert pathway.experiences.count() == 2
    assert pathway.ways.count() == 4
    assert PathwayVersion.objects.get(pathway=pathway).content["title"] == "Bridges"
    assert make.PathwayFactory(bare=True).published_number == 0
