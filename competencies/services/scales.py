"""The scale a framework is read on."""

from __future__ import annotations

from decimal import Decimal

from accounts.permissions import Viewer
from competencies.drafts import ScaleDraft
from competencies.models import Framework, Level, Scale

# A district without a scale of its own starts with this one; target is the third level.
DEFAULT_SCALE_NAME = "How learning grows"
DEFAULT_TARGET = Decimal(3)
DEFAULT_LEVELS: tuple[tuple[int, dict[str, str], dict[str, str]], ...] = (
    (
        1,
        {"en": "Starting", "es": "Empieza"},
        {
            "en": "First steps, with something to hold or someone beside.",
            "es": "Primeros pasos, con materiales o con alguien a su lado.",
        },
    ),
    (
        2,
        {"en": "Building", "es": "En camino"},
        {
            "en": "Some of it is there. This is the edge, where learning happens.",
            "es": "Una parte ya está. Este es el borde, donde se aprende.",
        },
    ),
    (
        3,
        {"en": "Showing", "es": "Lo demuestra"},
        {
            "en": "Does it alone and can say why. This is what we hope everyone reaches.",
            "es": "Lo hace sin ayuda y sabe decir por qué. Es lo que esperamos para todos.",
        },
    ),
    (
        4,
        {"en": "Going deeper", "es": "Va más allá"},
        {
            "en": "Uses it somewhere new, or helps someone else see it.",
            "es": "Lo usa en algo nuevo o ayuda a otra persona a verlo.",
        },
    ),
)


def scale_for(*, by: Viewer, draft: ScaleDraft | None) -> tuple[Scale, Decimal]:
    """The scale the draft brings, else the district's own, else the one we start with."""
    if draft is not None:
        scale, created = Scale.objects.get_or_create(public_id=draft.public_id, defaults={"name": draft.name})
        if created:
            Level.objects.bulk_create(
                Level(scale=scale, value=level.value, names=dict(level.names), meanings=dict(level.meanings))
                for level in draft.levels
            )
        return scale, draft.target
    leading = (
        Framework.objects.filter(retired_at__isnull=True).select_related("scale").order_by("-is_in_use", "pk").first()
    )
    if leading is not None:
        return leading.scale, leading.target
    scale = Scale.objects.create(name=DEFAULT_SCALE_NAME)
    Level.objects.bulk_create(
        Level(scale=scale, value=Decimal(value), names=names, meanings=meanings)
        for value, names, meanings in DEFAULT_LEVELS
    )
    return scale, DEFAULT_TARGET
