"""The criteria of rigor in words: what each asks, where it comes from, and what a check found."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from competencies.choices import RigorCriterion

ASKS: dict[str, Any] = {
    RigorCriterion.AUTHENTIC: _("Students do real work that somebody outside the classroom uses, sees or answers."),
    RigorCriterion.EXPECTED: _(
        "It leads to competencies of the framework, at the level the framework hopes everyone reaches. Nobody gets an "
        "easier version."
    ),
    RigorCriterion.DEPTH: _("Whoever has shown it can go deeper here, and does not only do more of the same."),
    RigorCriterion.OPEN_DOOR: _(
        "Every student of its schools may join: no test, no marks, no recommendation and no fee decide who gets in."
    ),
    RigorCriterion.SUPPORTS: _(
        "Tools, time, language and help are fitted to each student, and the expectation stays the same."
    ),
    RigorCriterion.JUDGED: _(
        "What is shown is judged by what the work shows, with a rubric everyone can read, and by more than one person."
    ),
    RigorCriterion.AFTER: _(
        "It is worth something after school: credit, a certificate, work, or a next place to learn."
    ),
    RigorCriterion.REACH: _(
        "Its times, places, ways to get there and languages are such that every family can say yes."
    ),
}
SOURCES: dict[str, Any] = {
    RigorCriterion.AUTHENTIC: _(
        "KnowledgeWorks 2022: rigorous pathways, designed with employers and community members"
    ),
    RigorCriterion.EXPECTED: _("KnowledgeWorks 2022: the pace and the support vary, the expectation does not"),
    RigorCriterion.DEPTH: _("KnowledgeWorks 2022: enrichment and acceleration for everyone"),
    RigorCriterion.OPEN_DOOR: _("KnowledgeWorks 2022: open pathways instead of sorting students"),
    RigorCriterion.SUPPORTS: _("KnowledgeWorks 2022: extra scaffolds toward the same goal for all"),
    RigorCriterion.JUDGED: _("KnowledgeWorks 2022: performance-based assessment that judges depth of mastery"),
    RigorCriterion.AFTER: _("KnowledgeWorks 2022: pathways that are valued after school"),
    RigorCriterion.REACH: _("S. Paul Reville, Education Week 2020: causes outside school are part of the plan"),
}
FOUND: dict[str, Any] = {
    "an_experience_outside_a_course": _("At least one experience is a project, an internship or a service."),
    "the_target_of_each": _("It names competencies, each with the level everyone is hoped to reach."),
    "a_level_beyond_each_target": _("Each named competency has a level beyond that one."),
    "a_way_in": _("At least one way in is described."),
    "no_condition_anywhere": _(
        "At least one way in is described, and nothing in the data can hold a condition on who may join."
    ),
    "words_that_sound_like_a_gate": _("Some words sound like a condition. Look whether they are one:"),
    "a_way_on_and_what_it_opens": _("At least one way on is described, and what it opens after school."),
    "when_where_and_languages": _("It says when and where, and which languages are spoken."),
    "read": _("Only people can tell. Read it together."),
}
STILL: dict[str, Any] = {
    "missing": _("not there yet: %(what)s"),
    "unread": _("nobody has read this draft for: %(what)s"),
    "unmet": _("the last reader says not yet: %(what)s"),
    "one_reader": _("two different people read it, and not only whoever proposed it"),
}


def in_the_way(codes: tuple[str, ...]) -> list[str]:
    """What stands in the way of opening, as sentences."""
    lines = []
    for code in codes:
        kind, _sep, criterion = code.partition(":")
        what = str(RigorCriterion(criterion).label) if criterion else ""
        lines.append(str(STILL[kind]) % {"what": what} if criterion else str(STILL[kind]))
    return lines
