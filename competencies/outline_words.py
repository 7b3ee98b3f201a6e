"""What is wrong with a line of an outline, in words that say what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from competencies.outlines import LONGEST_CODE, LONGEST_NAME, MOST_LINES, Fault


def fault_sentence(fault: Fault) -> str:
    """A fault as a sentence."""
    sentences = {
        Fault.TOO_MANY: _("At most %(n)s lines at once. Paste the rest afterwards.") % {"n": MOST_LINES},
        Fault.STEPS: _(
            "It stands further in than one branch and less than another. Give it the same space as its peers."
        ),
        Fault.NO_NAME: _("There is a code and no name after it."),
        Fault.LONG_NAME: _("The name is longer than %(n)s characters. Keep it short; the statement can be long.")
        % {"n": LONGEST_NAME},
        Fault.LONG_CODE: _("The code is longer than %(n)s characters.") % {"n": LONGEST_CODE},
        Fault.CODE_TWICE: _("Another line has the same code. Give one of them another code, or none."),
        Fault.CODE_TAKEN: _("This code is used in the framework already."),
    }
    return sentences[fault]
