"""Every mastery code as a sentence: in full for adults at school, in plain words for families and students."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.choices import Context, MethodName
from assessments.estimates.words import SURE_EVENTS, Sureness
from assessments.mastery import Code
from assessments.mastery.rollup import RollupCode

Word = Callable[[Decimal | None], str]


def _level_words(params: dict[str, Any], word: Word) -> dict[str, Any]:
    """Parameters with level values said in words beside them (`level_word`, `target_word` ...)."""
    said = dict(params)
    for name in ("level", "target", "at_least", "cut", "value"):
        if name in params:
            try:
                said[f"{name}_word"] = word(Decimal(str(params[name]))) if str(params[name]) else ""
            except InvalidOperation:
                said[f"{name}_word"] = str(params[name])
    if "seen" in params:
        labels = dict(Context.choices)
        said["seen_words"] = ", ".join(str(labels.get(name, name)) for name in str(params["seen"]).split(","))
    return said


def teacher_sentence(code: str, params: dict[str, Any], *, word: Word) -> str:
    """The judgement in full. `word` says a level's value in the scale's words. ValueError for an unknown code."""
    p = _level_words(params, word)
    pieces = int(p.get("pieces", 0))
    match Code(code):
        case Code.NO_EVIDENCE:
            return _("Nothing counted yet. Missing is never zero.")
        case Code.CRITERION_HELD:
            return (
                _("%(level_word)s: %(shown)s of the last %(recent)s pieces are there, in %(contexts)s contexts so far.")
                % p
            )
        case Code.CRITERION_HELD_CONTEXTS_UNKNOWN:
            return (
                _(
                    "%(level_word)s: %(shown)s of the last %(recent)s pieces are there. "
                    "Nobody said in which context, so none was asked for."
                )
                % p
            )
        case Code.CRITERION_BUILDING:
            return _("No level is held yet: %(needed)s of the last %(window)s pieces have to agree on one.") % p
        case Code.BEST_N:
            return _("The mean of the best %(n)s pieces is %(value)s.") % p
        case Code.HIGHEST:
            return _("The highest piece is %(value_word)s.") % p
        case Code.LATEST:
            return _("The latest piece is %(value_word)s.") % p
        case Code.AVERAGE:
            return _("The mean of all %(pieces)s pieces is %(value)s.") % p
        case Code.WEIGHTED:
            return _("The latest piece counts %(w)s %%, all earlier ones the rest: %(value)s.") % p
        case Code.DECAYING:
            return _("Each new piece counts %(w)s %%, what was there before the rest: %(value)s.") % p
        case Code.N_MASTERY:
            return _("%(reached)s pieces reach %(cut_word)s; their mean is %(value)s.") % p
        case Code.N_MASTERY_NOT_ENOUGH:
            return _("%(reached)s of the %(n)s pieces needed reach %(cut_word)s.") % p
        case Code.MEDIAN_RECENT:
            return _("The middle one of the last %(k)s pieces is %(value)s.") % p
        case Code.JUDGED:
            return _("A person judged this: %(level_word)s. What was computed stands beside it.") % p
        case Code.POWER_LAW:
            return (
                ngettext(
                    "From one piece: %(value)s.",
                    "A learning curve through %(pieces)s pieces stands at %(value)s.",
                    pieces,
                )
                % p
            )
    return missing_sentence(code, params, word=word)


def family_sentence(shape: str, *, name: str, pieces: int) -> str:
    """The judgement in one plain sentence: words before numbers, no comparison."""
    said = {"name": name, "pieces": pieces}
    match shape:
        case "deeper":
            return (
                ngettext(
                    "%(name)s has shown this and goes beyond it; we saw it %(pieces)s time.",
                    "%(name)s has shown this and goes beyond it; we saw it %(pieces)s times.",
                    pieces,
                )
                % said
            )
        case "shown":
            return (
                ngettext(
                    "%(name)s has shown this; we saw it %(pieces)s time.",
                    "%(name)s has shown this more than once; we saw it %(pieces)s times.",
                    pieces,
                )
                % said
            )
        case "building":
            return (
                ngettext(
                    "%(name)s is building this. We saw it %(pieces)s time so far, and there is always another try.",
                    "%(name)s is building this. We saw it %(pieces)s times so far, and there is always another try.",
                    pieces,
                )
                % said
            )
    return _("We have not seen this yet. That says nothing about what %(name)s can do.") % said


def judged_family_sentence(shape: str, *, name: str) -> str:
    """A person's judgement in one plain sentence."""
    said = {"name": name}
    match shape:
        case "deeper":
            return _("%(name)s has shown this and goes beyond it. A teacher says so, with the reason below.") % said
        case "shown":
            return _("%(name)s has shown this. A teacher says so, with the reason below.") % said
    return _("%(name)s is building this. A teacher says so, with the reason below.") % said


def method_family_sentence(method: str, parameters: dict[str, Any]) -> str:
    """How pieces add up, for families: one sentence. ValueError for an unknown method."""
    p = dict(parameters)
    match MethodName(method):
        case MethodName.CRITERION:
            return (
                _(
                    "We call this shown when at least %(needed)s of the last %(window)s pieces of work show "
                    "it, in more than one kind of work, and the newest one is close to it."
                )
                % p
            )
        case MethodName.BEST_N:
            return _("We look at the best %(n)s pieces of work; earlier tries do not pull it down.") % p
        case MethodName.HIGHEST:
            return _("We look at the best piece of work so far.")
        case MethodName.LATEST:
            return _("We look at the newest piece of work.")
        case MethodName.AVERAGE:
            return _("We look at all pieces of work together, early ones too.")
        case MethodName.WEIGHTED:
            return _("The newest piece of work counts %(w)s %%, everything before it the rest.") % p
        case MethodName.DECAYING:
            return _("Newer work counts more than older work: each new piece counts %(w)s %%.") % p
        case MethodName.N_MASTERY:
            return _("We call this shown when %(n)s pieces of work show it.") % p
        case MethodName.MEDIAN_RECENT:
            return _("We look at the middle one of the last %(k)s pieces of work.") % p
        case MethodName.POWER_LAW:
            return _("We draw a line through all pieces of work and look at where it stands now.")
    raise ValueError(method)


def parameter_label(name: str) -> str:
    """What a parameter of a method asks, as the label of a field. ValueError for an unknown one."""
    match name:
        case "needed":
            return _("How many of the last pieces have to reach a level")
        case "window":
            return _("How many of the last pieces are looked at")
        case "contexts":
            return _("In how many different settings")
        case "n":
            return _("How many pieces")
        case "w":
            return _("What the newest piece counts, in per cent")
        case "k":
            return _("How many of the last pieces")
        case "cut":
            return _("From which level on a piece counts")
    raise ValueError(name)


def rollup_sentence(code: str, params: dict[str, Any]) -> str:
    """Why a parent is met or not yet. ValueError for an unknown code."""
    p = dict(params)
    match RollupCode(code):
        case RollupCode.NO_CHILDREN:
            return _("There is nothing below it yet.")
        case RollupCode.ALL_MET:
            return ngettext("Its only part is met.", "All %(of)s parts are met.", int(p["of"])) % p
        case RollupCode.SOME_OPEN:
            return _("%(met)s of %(of)s parts are met; all of them are asked for.") % p
        case RollupCode.POINTS_MET:
            return _("%(points)s points of the %(needed)s needed are there.") % p
        case RollupCode.POINTS_MISSING:
            return _("%(points)s points so far; %(needed)s are needed.") % p
        case RollupCode.REQUIRED_OPEN:
            return (
                ngettext(
                    "The points are there; one part that is required is still open.",
                    "The points are there; %(required)s parts that are required are still open.",
                    int(p["required"]),
                )
                % p
            )


def missing_sentence(code: str, params: dict[str, Any], *, word: Word) -> str:
    """What would make us surer. ValueError for a code that is not one of them."""
    p = _level_words(params, word)
    count = int(p.get("count", 0))
    match Code(code):
        case Code.NEEDS_FIRST_PIECE:
            return _("A first piece.")
        case Code.NEEDS_MORE_PIECES:
            return ngettext("%(count)s more piece of work.", "%(count)s more pieces of work.", count) % p
        case Code.NEEDS_ANOTHER_DAY:
            return ngettext("A look on %(count)s other day.", "Looks on %(count)s other days.", count) % p
        case Code.NEEDS_LEVEL_AGAIN:
            return ngettext("%(level_word)s once more.", "%(level_word)s in %(count)s more pieces.", count) % p
        case Code.NEEDS_ANOTHER_CONTEXT:
            return _("%(level_word)s in another setting; so far it was seen in: %(seen_words)s.") % p
        case Code.NEEDS_LATEST_NEAR:
            return _("A new piece that is at least %(at_least_word)s.") % p
        case Code.NEEDS_HIGHER_VALUE:
            return _("Pieces that bring it to %(target_word)s.") % p
    raise ValueError(f"{code} does not say what is missing.")


def method_sentence(method: str, parameters: dict[str, Any]) -> str:
    """How this method adds pieces up, with its parameters, in words."""
    p = dict(parameters)
    match MethodName(method):
        case MethodName.CRITERION:
            return (
                _(
                    "A level is held when %(needed)s of the last %(window)s independent pieces reach it, all pieces "
                    "that reach it span %(contexts)s contexts, and the newest is at most one level lower. "
                    "Early tries never pull it down."
                )
                % p
            )
        case MethodName.BEST_N:
            return _("The mean of the best %(n)s pieces.") % p
        case MethodName.HIGHEST:
            return _("The highest piece.")
        case MethodName.LATEST:
            return _("The latest piece.")
        case MethodName.AVERAGE:
            return _("The mean of all pieces. Early tries count as much as late ones.")
        case MethodName.WEIGHTED:
            return _("The latest piece counts %(w)s %%, the mean of all earlier ones the rest.") % p
        case MethodName.DECAYING:
            return _("v = %(w)s %% of the new piece + the rest of what was there before, piece by piece.") % p
        case MethodName.N_MASTERY:
            return _("The mean of the pieces at or above the cut, if there are at least %(n)s of them.") % p
        case MethodName.MEDIAN_RECENT:
            return _("The middle one of the last %(k)s pieces.") % p
        case MethodName.POWER_LAW:
            return _("A learning curve (straight in logarithms) through all pieces, read at the newest.")
    raise ValueError(method)


def sureness_words(sureness: str) -> str:
    """How sure we are of a summary, in two or three words. ValueError for an unknown code."""
    match Sureness(sureness):
        case Sureness.NOT_SURE_YET:
            return _("not sure yet")
        case Sureness.FAIRLY_SURE:
            return _("fairly sure")
        case Sureness.SURE:
            return _("sure")


def sureness_sentence(sureness: str, *, pieces: int = 0) -> str:
    """How sure we are after so many pieces, as a sentence anyone can read. ValueError for an unknown code."""
    match Sureness(sureness):
        case Sureness.NOT_SURE_YET if pieces >= SURE_EVENTS:
            return _("We are not sure yet: the pieces do not all say the same.")
        case Sureness.NOT_SURE_YET:
            return _("We are not sure yet: one or two more pieces would help.")
        case Sureness.FAIRLY_SURE:
            return _("We are fairly sure of this.")
        case Sureness.SURE:
            return _("We are sure of this: several pieces say the same.")
