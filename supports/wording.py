"""Every reason a rule can give, as one sentence for adults at school. Families read wording a person reviewed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from supports.rules import ReasonCode


def flag_sentence(reason: dict[str, Any], *, competency: str, earlier: str = "", next_step: str = "") -> str:
    """The sentence of a stored reason ({"code", "params"}). Names are already in the reader's language.

    Raises ValueError for a code this page does not know; a test keeps the two lists equal.
    """
    code = ReasonCode(reason["code"])
    params = reason.get("params", {})
    words = {**params, "competency": competency, "earlier": earlier, "next": next_step}
    pieces = int(params.get("pieces", 0))
    match code:
        case ReasonCode.READY_NEXT if next_step:
            return _("%(competency)s is shown, in %(pieces)s pieces. %(next)s can come next.") % words
        case ReasonCode.READY_NEXT:
            return _("%(competency)s is shown, in %(pieces)s pieces. A next step can be chosen.") % words
        case ReasonCode.READY_DEEPER:
            return _("%(competency)s was seen at the top level %(pieces)s times. There is room to go deeper.") % words
        case ReasonCode.STALLED:
            words["since"] = _day(params.get("since"))
            return (
                ngettext(
                    "%(competency)s has stayed at one level in %(pieces)s piece since %(since)s. "
                    "A different way in may help.",
                    "%(competency)s has stayed at one level over %(pieces)s pieces since %(since)s. "
                    "A different way in may help.",
                    pieces,
                )
                % words
            )
        case ReasonCode.PREREQ_GAP:
            return (
                _("%(pieces)s tries at %(competency)s, which rests on %(earlier)s. A support there may help.") % words
            )
        case ReasonCode.NOT_SEEN_YET:
            return _("%(pieces)s tries at %(competency)s, and no look yet at %(earlier)s, which it rests on.") % words
        case ReasonCode.NO_EVIDENCE:
            words["since"] = _day(params.get("since"))
            if int(params.get("seen", 0)):
                return _("Nobody has written down %(competency)s since %(since)s. That one is ours.") % words
            return _("%(competency)s is in focus since %(since)s and nobody has looked yet. That one is ours.") % words
        case ReasonCode.RATERS_DIFFER:
            words["on"] = _day(params.get("on"))
            return (
                _("Two adults saw the same work of %(on)s on %(competency)s differently. A talk about it settles it.")
                % words
            )


def _day(text: str | None) -> str:
    return date_format(date.fromisoformat(text), "MONTH_DAY_FORMAT") if text else ""
