"""Loops of "comes before", in a sentence that names them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from django.utils.translation import gettext as _

from competencies.graphs import Cycle

N = TypeVar("N")

NAMED = 8
"""A longer loop names this many of its members; the rest is counted."""


def loop_sentence(names: Sequence[str], *, length: int = 0) -> str:
    """ "A" comes before "B", "B" before "C", and "C" before "A" again. `names` are the members, each once, in order.

    Where only some of a long loop are known, `length` is how many it has in all; the last of `names` is its last.
    """
    quoted = [_("“%(name)s”") % {"name": name} for name in names]
    if len(quoted) == 1:
        return _("%(one)s would come before itself.") % {"one": quoted[0]}
    shown = quoted[:NAMED]
    left_out = max(length, len(quoted)) - len(shown)
    first = _("%(one)s comes before %(two)s") % {"one": shown[0], "two": shown[1]}
    steps = [_("%(one)s before %(two)s") % {"one": a, "two": b} for a, b in zip(shown[1:], shown[2:], strict=False)]
    if left_out:
        steps.append(_("and so on through %(n)s more") % {"n": left_out})
    steps.append(_("and %(one)s before %(two)s again.") % {"one": quoted[-1], "two": quoted[0]})
    return ", ".join([first, *steps])


def cycle_sentence(cycle: Cycle[N], names: Mapping[N, str]) -> str:
    """A loop found by `competencies.graphs` in the same sentence; `names` holds every member."""
    members = [*cycle.path]
    if cycle.length > len(members):  # a long one is cut; what leads back to its beginning is known all the same
        members.append(cycle.removed[0])
    return loop_sentence([names[node] for node in members], length=cycle.length)
