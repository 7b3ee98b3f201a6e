"""From pieces to a judgement, and to what would make us surer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter

from assessments.mastery.methods import Method
from assessments.mastery.terms import (
    DEMONSTRATED_DAYS,
    DEMONSTRATED_PIECES,
    UNKNOWN_CONTEXT,
    Code,
    Explanation,
    Judgement,
    Piece,
    Scale,
    Shape,
    plain,
    shown_value,
)

_in_order = itemgetter(Piece._fields.index("observed_on"), Piece._fields.index("key"))
_by_recording = itemgetter(Piece._fields.index("recorded_at"), slice(None))

_NOTHING_YET = Judgement(
    shape=Shape.OPEN,
    held=None,
    value=None,
    demonstrated=False,
    counted=(),
    pieces=0,
    days=0,
    contexts=(),
    context_demand_dropped=(),
    explanation=Explanation(Code.NO_EVIDENCE, {}),
)


def independent(pieces: Iterable[Piece]) -> list[Piece]:
    """The independent pieces in order (observed_on, key).

    Pieces of one task_key are one piece: of each rater the newest rating stays, the value is the lower median
    over raters, and everything else is that of the newest rating. A piece without task_key is work of its own.
    The same evidence key twice is one piece, as recorded last.
    """
    return _collapse(pieces)[0]


def _collapse(pieces: Iterable[Piece]) -> tuple[list[Piece], tuple[str, ...]]:
    """The independent pieces in order, and the keys of all ratings that entered them, in order."""
    ordered = sorted(pieces, key=_in_order)
    keys = tuple([piece.key for piece in ordered])
    if len({piece.task_key for piece in ordered}) == len(ordered) == len(set(keys)):
        return ordered, keys

    by_key: dict[str, Piece] = {}
    for piece in ordered:
        known = by_key.get(piece.key)
        if known is None or _by_recording(piece) > _by_recording(known):
            by_key[piece.key] = piece
    tasks: dict[tuple[str, str], dict[int, Piece]] = {}
    for piece in sorted(by_key.values(), key=_in_order):
        task = (piece.task_key, "" if piece.task_key else piece.key)
        tasks.setdefault(task, {})[piece.rater] = piece

    collapsed: list[Piece] = []
    entered: list[Piece] = []
    for ratings in tasks.values():
        kept = sorted(ratings.values(), key=_in_order)
        entered += kept
        newest = kept[-1]
        if len(kept) > 1:
            middle = sorted(rating.value for rating in kept)[(len(kept) - 1) // 2]
            newest = newest._replace(value=middle)
        collapsed.append(newest)
    collapsed.sort(key=_in_order)
    entered.sort(key=_in_order)
    return collapsed, tuple([piece.key for piece in entered])


def assess(pieces: Iterable[Piece], *, scale: Scale, method: Method) -> tuple[list[Piece], Judgement]:
    """The independent pieces in order, and the judgement over them."""
    ordered, counted = _collapse(pieces)
    return ordered, _judge(ordered, counted, scale, method)


def summarise(pieces: Iterable[Piece], *, scale: Scale, method: Method) -> Judgement:
    """What all counted pieces of one student on one competency add up to.

    The same set of pieces gives the same judgement in whatever order it comes; a piece that comes twice counts
    once. Raises MasteryError where the method cannot be used on a score (power_law: not above 0).
    """
    ordered, counted = _collapse(pieces)
    return _judge(ordered, counted, scale, method)


def _judge(ordered: Sequence[Piece], counted: tuple[str, ...], scale: Scale, method: Method) -> Judgement:
    count = len(ordered)
    if not count:
        return _NOTHING_YET
    found = method.find(ordered, scale)
    value = found.value
    days = len({piece.observed_on for piece in ordered})
    demonstrated = (
        value is not None and value >= scale.target and count >= DEMONSTRATED_PIECES and days >= DEMONSTRATED_DAYS
    )
    shape = Shape.BUILDING
    if demonstrated:
        shape = Shape.DEEPER if found.above_target else Shape.SHOWN
    return Judgement(
        shape,
        None if value is None else scale.level_of(value),
        value,
        demonstrated,
        counted,
        count,
        days,
        tuple(sorted({piece.context for piece in ordered})),
        found.dropped,
        Explanation(found.code, found.params),
    )


def why_not_yet(pieces: Iterable[Piece], *, scale: Scale, method: Method) -> tuple[Explanation, ...]:
    """What would make us surer, most telling first; empty where the competency is demonstrated.

    Never a wish for a number on its own: pieces, days, contexts, or the level once more. For `criterion` the
    list is enough: new pieces that meet every entry, each at the target or above, make it demonstrated.
    """
    ordered, judgement = assess(pieces, scale=scale, method=method)
    return still_needed(ordered, judgement, scale=scale, method=method)


def still_needed(
    ordered: Sequence[Piece], judgement: Judgement, *, scale: Scale, method: Method
) -> tuple[Explanation, ...]:
    """`why_not_yet` for what `assess` already answered, without judging again."""
    if judgement.demonstrated:
        return ()
    if not ordered:
        return (Explanation(Code.NEEDS_FIRST_PIECE, {}),)
    needs: list[Explanation] = []
    if judgement.value is None or judgement.value < scale.target:
        if method.name == "criterion":
            needs += _criterion_needs(ordered, judgement, scale, method)
        else:
            needs.append(_value_need(judgement, scale, method))
    if judgement.pieces < DEMONSTRATED_PIECES:
        more = DEMONSTRATED_PIECES - judgement.pieces
        needs.append(Explanation(Code.NEEDS_MORE_PIECES, {"count": more}))
    if judgement.days < DEMONSTRATED_DAYS:
        more = DEMONSTRATED_DAYS - judgement.days
        needs.append(Explanation(Code.NEEDS_ANOTHER_DAY, {"count": more}))
    return tuple(needs)


def _criterion_needs(ordered: Sequence[Piece], judgement: Judgement, scale: Scale, method: Method) -> list[Explanation]:
    needed, window, demanded = method.numbers
    target = scale.target
    recent = [piece.value >= target for piece in ordered[-window:]]
    again = 0
    while sum(recent[-window:]) < needed:
        recent.append(True)
        again += 1
    needs: list[Explanation] = []
    if again:
        needs.append(Explanation(Code.NEEDS_LEVEL_AGAIN, {"level": plain(target), "count": again}))
    contexts = sorted({piece.context for piece in ordered if piece.value >= target})
    if contexts != [UNKNOWN_CONTEXT] and len(contexts) < demanded:
        params: dict[str, int | str] = {
            "level": plain(target),
            "count": demanded - len(contexts),
            "seen": ",".join(contexts),
        }
        needs.append(Explanation(Code.NEEDS_ANOTHER_CONTEXT, params))
    near = scale.below(target)
    if not again and near is not None and ordered[-1].value < near:
        params = {"level": plain(target), "at_least": plain(near)}
        needs.append(Explanation(Code.NEEDS_LATEST_NEAR, params))
    return needs


def _value_need(judgement: Judgement, scale: Scale, method: Method) -> Explanation:
    params = judgement.explanation.params
    if judgement.explanation.code is Code.N_MASTERY_NOT_ENOUGH:
        missing = method.numbers[0] - int(params["reached"])
        return Explanation(Code.NEEDS_LEVEL_AGAIN, {"level": params["cut"], "count": missing})
    value = "" if judgement.value is None else plain(shown_value(judgement.value))
    return Explanation(Code.NEEDS_HIGHER_VALUE, {"target": plain(scale.target), "value": value})
