"""Words we do not use for or near a child, in English and Spanish, each with its reason and what to say instead.

Each rule carries a sentence it must catch and one it must leave alone, so that a rule that catches nothing, or too
much, fails its own test. Patterns match whole words, whatever their case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Avoid:
    """A pattern, why it does not belong here, what to say instead, and one sentence of each side."""

    pattern: str
    reason: str
    instead: str
    caught: str
    fine: str

    def found_in(self, text: str) -> list[str]:
        """What the rule finds in `text`, as written there."""
        return [m.group(0) for m in re.finditer(rf"\b(?:{self.pattern})\b", text, re.IGNORECASE)]


ENGLISH: tuple[Avoid, ...] = (
    Avoid(
        r"at[- ]risk",
        "It predicts a person instead of describing what would help.",
        "a support may help with ...",
        "These students are at-risk.",
        "There is no risk in trying.",
    ),
    Avoid(
        r"(?:low|high)[- ](?:group|level|performer|performing|achiev\w+|abilit\w+|flyer|kid|student|child|scor\w+)s?",
        "It sorts people. A level belongs to one idea on one day, never to a child.",
        "name the competency and what was seen",
        "Seat the low group here.",
        "The highest level of the scale is going deeper.",
    ),
    Avoid(
        r"bubble[- ](?:kid|student|child|group|children)s?",
        "It treats a child as a number near a cut.",
        "name the competency and the next step",
        "Focus on the bubble kids.",
        "Blow a bubble and measure it.",
    ),
    Avoid(
        r"slow(?:er|ly|est)?",
        "Pace is not worth. Time is the variable here.",
        "more time with the same idea",
        "A slow learner.",
        "Take your time.",
    ),
    Avoid(
        r"behind",
        "It makes learning a race with one road.",
        "what comes next, not enough evidence yet",
        "Maya is behind in math.",
        "Maya is on her way.",
    ),
    Avoid(
        r"remedial|remediat\w+",
        "It names a repair shop. Help is ordinary and open to everyone.",
        "support, more time, tutoring",
        "A remedial group.",
        "A fraction studio.",
    ),
    Avoid(
        r"gifted|talented students?",
        "It splits children into two kinds. Enrichment is for everyone.",
        "ready for more, enrichment, going deeper",
        "The gifted program.",
        "A gift for the class.",
    ),
    Avoid(
        r"deficien\w+|deficits?",
        "It describes what is missing in a child.",
        "what was there, and the next step",
        "A reading deficit.",
        "A definite answer.",
    ),
    Avoid(
        r"failing|failures?|(?:has|have|had) failed",
        "There is always another attempt; nothing here fails a child.",
        "not shown yet, at my edge; for machines: stopped with an error",
        "He is failing math.",
        "The bridge fell and we built it again.",
    ),
    Avoid(
        r"struggling(?: (?:students?|learners?|readers?))?|strugglers?",
        "Struggle is where learning happens, not a kind of student.",
        "at the edge, working on",
        "For struggling students.",
        "A struggle worth having.",
    ),
    Avoid(
        r"tier[- ]?(?:[0-9]|one|two|three|i{1,3})(?:[- ](?:students?|kids?|child\w*))?",
        "Intensity belongs to a support, never to a child.",
        "say the support and its minutes",
        "A Tier 2 student.",
        "A frontier town, a tierra map.",
    ),
    Avoid(
        r"track(?:s|ed|ing)?",
        "Tracking is what this product ends; even in passing the word confuses.",
        "follow, keep an eye on, pathway",
        "The honors track.",
        "The soundtrack of the play.",
    ),
    Avoid(
        r"abilit(?:y|ies)[- ](?:group\w*|level\w*|band\w*)|ability",
        "There is no such number for a child here.",
        "what the student can do now",
        "Ability groups for reading.",
        "The agility of a cat.",
    ),
    Avoid(
        r"rank(?:s|ed|ing|ings)?|leaderboards?|top students?|bottom students?|best students?|worst students?",
        "Nobody is put in an order by level, ever.",
        "in order of name",
        "Rank the class.",
        "A frank talk.",
    ),
    Avoid(
        r"percentiles?|grade[- ]equivalents?",
        "It compares a child with others instead of with the expectation.",
        "what the student can do now",
        "In the 30th percentile.",
        "Ten percent off.",
    ),
    Avoid(
        r"(?:below|above) (?:grade[- ])?(?:level|average)",
        "It is a verdict against a line of other children.",
        "the level of the piece, or the next step",
        "Reads below level.",
        "The level of the scale is a word.",
    ),
    Avoid(
        r"lazy|unmotivated|low[- ]income kids?|disadvantaged|underachiev\w+|underperform\w+|learning loss",
        "A judgement of a person or a home.",
        "what you saw, and what may help",
        "Lazy work.",
        "A lake in Hazyview.",
    ),
)

SPANISH: tuple[Avoid, ...] = (
    Avoid(
        r"atrasad[oa]s?|retrasad[oa]s?|rezag\w+",
        "Convierte el aprendizaje en una carrera.",
        "lo que sigue, nos falta ver más",
        "Va atrasada en matemáticas.",
        "El autobús se retrasa.",
    ),
    Avoid(
        r"lent[oa]s?|lentitud|lentamente",
        "El ritmo no es un valor. El tiempo es lo que puede cambiar.",
        "más tiempo con la misma idea",
        "Un aprendizaje lento.",
        "Un lente y una lentilla.",
    ),
    Avoid(
        r"nivel(?:es)? (?:muy )?baj[oa]s?|baj[oa]s? nivel(?:es)?|bajo rendimiento|alto rendimiento|grupo (?:bajo|alto)",
        "Clasifica personas.",
        "nombrar la competencia y lo que se vio",
        "Está en un nivel bajo.",
        "Números debajo de cero.",
    ),
    Avoid(
        r"en riesgo|de riesgo",
        "Predice a una persona en lugar de decir qué ayudaría.",
        "un apoyo puede ayudar con ...",
        "Estudiantes en riesgo.",
        "Sin arriesgar nada.",
    ),
    Avoid(
        r"(?:super|sobre)?dotad[oa]s?",
        "Separa a los niños en dos clases.",
        "puede ir más allá, enriquecimiento",
        "Programa para superdotados.",
        "Una anécdota de la dote.",
    ),
    Avoid(
        r"remedial(?:es)?|deficien\w+|deficitari\w+|fracas\w+|reprob\w+",
        "Nombra lo que falta o un veredicto.",
        "apoyo, lo que ya estaba y el próximo paso",
        "Un curso remedial.",
        "Una prueba definitiva.",
    ),
    Avoid(
        r"percentil(?:es)?|ranking|por debajo del (?:nivel|promedio)|por encima del (?:nivel|promedio)",
        "Compara a un niño con otros.",
        "lo que ya sabe hacer",
        "En el percentil 30.",
        "Diez por ciento de descuento.",
    ),
    Avoid(
        r"floj[oa]s?|perezos[oa]s?|desmotivad[oa]s?|niñ[oa]s? problema",
        "Juzga a la persona.",
        "lo que se vio y lo que puede ayudar",
        "Es muy flojo.",
        "Aflojar el tornillo.",
    ),
)

BY_LANGUAGE: dict[str, tuple[Avoid, ...]] = {"en": ENGLISH, "es": SPANISH}

DELIBERATE: dict[tuple[str, str], str] = {}
"""(file below the repository root, word as found in lower case) to the reason it may stay there."""
