"""The templates a district starts with: light for everyone, full where needs or supports exist. Pure data."""

from __future__ import annotations

from typing import Any

PROMPTS: dict[str, dict[str, str]] = {
    "strength": {"en": "What goes well? What do others thank you for?", "es": "¿Qué te sale bien? ¿Qué te agradecen?"},
    "interest": {"en": "What could you do for hours?", "es": "¿Qué podrías hacer durante horas?"},
    "learning": {"en": "What helps you learn something new?", "es": "¿Qué te ayuda a aprender algo nuevo?"},
    "trust": {"en": "Who do you go to when you need someone?", "es": "¿A quién acudes cuando necesitas a alguien?"},
    "hope": {"en": "What do you hope for this year?", "es": "¿Qué esperas de este año?"},
    "know": {"en": "What should adults know about you?", "es": "¿Qué deben saber de ti los adultos?"},
    "home": {"en": "What works well at home?", "es": "¿Qué funciona bien en casa?"},
    "concern": {"en": "What do you wonder about?", "es": "¿Qué le inquieta?"},
    "culture": {"en": "Which languages and customs matter to you?", "es": "¿Qué lenguas y costumbres son importantes?"},
    "after": {"en": "What would you like to do after school?", "es": "¿Qué te gustaría hacer después de la escuela?"},
    "finding": {"en": "What can the student do already, and what is next?", "es": "¿Qué puede hacer ya y qué sigue?"},
    "pointer": {"en": "Which accommodations do teachers need?", "es": "¿Qué adaptaciones necesitan los docentes?"},
    "need": {"en": "What may help?", "es": "¿Qué puede ayudar?"},
    "goal": {"en": "What comes next, and why does it matter?", "es": "¿Qué sigue y por qué es importante?"},
    "support": {"en": "Who does what, how often, until when?", "es": "¿Quién hace qué, cuándo y hasta qué fecha?"},
    "pathway": {"en": "Which interest would you like to follow?", "es": "¿Qué interés te gustaría seguir?"},
}
"""By block: how it is asked, in the two languages of the product."""

LIGHT = frozenset({"strength", "interest", "learning", "hope", "home", "concern", "goal", "support", "after"})
"""What the light template asks: a conversation of twenty minutes. Everything else can still be written."""


def default_content(kind: str) -> dict[str, Any]:
    """What a template of this kind ("light", "full") says before a district edits it."""
    is_light = kind == "light"
    return {
        "blocks": [
            {"key": key, "prompt": dict(prompt), "is_asked": not is_light or key in LIGHT}
            for key, prompt in PROMPTS.items()
        ],
        "review_weeks": 20 if is_light else 8,
        "reviews_a_year": 2 if is_light else 5,
    }
