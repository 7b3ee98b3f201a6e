"""Another way to say it: suggestions where a text labels a child instead of saying what was seen and what may help.

Pure: text in, suggestions out. Nothing is ever refused because of them, nothing is stored about them. A suggestion is
in the language of the text, because that is the language its author writes in. The words listed here are the ones a
person might type; what the product itself says is checked by a list of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

MOST = 5
"""More than this at once is a lecture."""


class Phrase(Protocol):
    """A phrase the district would rather not read, and what it proposes instead."""

    @property
    def language(self) -> str:
        """The language it is in, as a tag."""

    @property
    def phrase(self) -> str:
        """The words, matched whole and whatever their case."""

    @property
    def instead(self) -> str:
        """What to say instead."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`found` as its author wrote it, `instead` in the same `language`."""

    found: str
    instead: str
    language: str


_KID = r"(?:kid|child|children|student|pupil|learner|reader|boy|girl|one)s?"
_ENGLISH: tuple[tuple[str, str], ...] = (
    (r"at[- ]risk(?: " + _KID + r")?", "say what would help: “a support may help with ...”"),
    (
        r"(?:low|high|middle|bottom|top)[- ](?:group|set|kid|kids|student|students|achiev\w+|performer|performers|"
        r"flyer|flyers|ability)",
        "name the competency and what you saw: “adds with equal parts, next: unequal parts”",
    ),
    (r"bubble[- ]" + _KID, "name the competency and the next step"),
    (r"slow(?:er|est)?[- ](?:group|class|worker|" + _KID + r")", "“takes time with ...”, or the minutes that help"),
    (r"(?:is|was|are|seems|too|very|so|really) slow", "“takes time with ...”, or the minutes that help"),
    (
        r"(?:is|was|are|falls?|fell|falling|gets?|getting|far|way|years?|months?) behind",
        "what the student can do now, and what comes next",
    ),
    (r"remedial|remediation", "“a support”, “more time with the same idea”"),
    (r"(?:not )?gifted(?: " + _KID + r")?", "“ready for more in ...”, and what you saw"),
    (r"deficien(?:t|cy|cies)|deficits?", "what is there already, and the next step"),
    (
        r"(?:is|was|are|keeps) failing|failing (?:student|kid|grade)s?|(?:a )?failures?",
        "“not shown yet”, “at the edge of ...”",
    ),
    (r"struggling " + _KID, "“is working on ...”"),
    (r"tier[- ]?(?:[0-9]|one|two|three|i{1,3})(?: " + _KID + r")?", "the support and its minutes"),
    (
        r"(?:honors|low|lower|high|higher|fast|slow|regular|college) track",
        "the next step, or the pathway the student chose",
    ),
    (r"(?:low |high )?ability (?:group|level|band)\w*", "what the student can do now, in this idea, today"),
    (
        r"(?:low|poor|weak)(?:est)?[- ](?:reader|writer|speller|student|level|skills)s?",
        "what you saw, and the next step",
    ),
    (r"(?:below|above|under) (?:grade[- ])?(?:level|average)", "the idea, and where the student is on it"),
    (r"\d+(?:st|nd|rd|th)? percentile|percentiles?|grade[- ]equivalents?", "what the student can do now"),
    (
        r"lazy|unmotivated|doesn[’']t care|does not care|doesn[’']t try|won[’']t try",
        "what you saw, and when it went differently",
    ),
    (
        r"(?:bad|broken|difficult|dysfunctional|problem) (?:home|family|families|parents?|kid|child|student)",
        "what happened, and what the family says would help",
    ),
    (
        r"low[- ]income " + _KID + r"|disadvantaged|underprivileged",
        "what is missing, if the family names it, and who can help",
    ),
    (r"(?:always|never) (?:listens|tries|works|behaves|pays attention)", "one time you saw it, and what was around it"),
    (r"stupid|dumb|hopeless|troublemaker|defiant", "what happened, in words the student could read"),
)

_NINO = r"(?:niñ[oa]s?|alumn[oa]s?|estudiantes?|lector(?:es|as?)?|chic[oa]s?)"
_SPANISH: tuple[tuple[str, str], ...] = (
    (r"(?:" + _NINO + r" )?(?:en|de) riesgo", "diga qué ayudaría: «un apoyo puede ayudar con ...»"),
    (r"grupo (?:bajo|alto|medio)|(?:los|las) (?:bajos|bajas|altos|altas)", "nombre la competencia y lo que vio"),
    (r"(?:muy |más )?lent[oa]s?", "«necesita tiempo con ...», o los minutos que ayudan"),
    (r"(?:va |está |muy )?(?:atrasad|retrasad)[oa]s?|rezag\w+", "lo que ya sabe hacer y lo que sigue"),
    (r"nivel(?:es)? (?:muy )?baj[oa]s?|baj[oa]s? nivel(?:es)?|bajo rendimiento", "lo que vio y el próximo paso"),
    (r"(?:super|sobre)dotad[oa]s?", "«puede ir más allá en ...», y lo que vio"),
    (r"remedial(?:es)?", "«un apoyo», «más tiempo con la misma idea»"),
    (r"deficien\w+|carencias?", "lo que ya está y el próximo paso"),
    (r"fracas\w+|reprob\w+", "«todavía no lo ha mostrado», «está al borde de ...»"),
    (r"por (?:debajo|encima) del (?:nivel|promedio)", "la idea, y dónde está el estudiante en ella"),
    (r"percentil(?:es)?", "lo que el estudiante ya sabe hacer"),
    (r"floj[oa]s?|perezos[oa]s?|vag[oa]s?|desmotivad[oa]s?|no le importa", "lo que vio, y cuándo fue distinto"),
    (
        r"niñ[oa]s? problema|problemátic[oa]s?|familias? (?:difícil(?:es)?|desestructuradas?)",
        "lo que pasó, y lo que la familia dice que ayudaría",
    ),
    (r"tont[oa]s?|burr[oa]s?|incapaz|incapaces", "lo que pasó, con palabras que el estudiante pueda leer"),
    (r"(?:nunca|siempre) (?:escucha|trabaja|se esfuerza|pone atención)", "una vez que lo vio, y qué había alrededor"),
)


def _rules(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE), instead) for pattern, instead in pairs)


_BY_LANGUAGE = {"en": _rules(_ENGLISH), "es": _rules(_SPANISH)}


def suggestions(text: str, language: str, phrases: Iterable[Phrase] = ()) -> list[Suggestion]:
    """What could be said another way, in the order of the text, each wording once, at most `MOST`.

    `language` is that of the text ("en", "es-MX"). `phrases` is the district's own list; it goes before ours where
    both would say something about the same words. A language we have no list for gets the district's only.
    """
    code = language.split("-")[0].lower()
    own = [
        (re.compile(rf"(?<!\w){re.escape(p.phrase.strip())}(?!\w)", re.IGNORECASE), p.instead)
        for p in phrases
        if p.language.split("-")[0].lower() == code and p.phrase.strip()
    ]
    taken: list[tuple[int, int]] = []
    found: list[tuple[int, Suggestion]] = []
    said: set[str] = set()
    for pattern, instead in (*own, *_BY_LANGUAGE.get(code, ())):
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < there_end and there_start < end for there_start, there_end in taken):
                continue
            taken.append((start, end))
            words = " ".join(match.group(0).split())
            if words.casefold() not in said:
                said.add(words.casefold())
                found.append((start, Suggestion(words, instead, language)))
    return [one for _start, one in sorted(found, key=lambda pair: pair[0])[:MOST]]
