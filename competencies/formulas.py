r"""The LaTeX that frameworks carry, as MathML that every browser draws. Pure.

Frameworks use little of it: fractions, powers, roots, a few signs. That little becomes MathML; anything else stays
as it was written, readable in a fixed-width face. Nothing of the input reaches the page unescaped.
"""

from __future__ import annotations

import html
import re

_PIECE = re.compile(r"\\[a-zA-Z]+|\\.|[0-9]+(?:[.,][0-9]+)*|[a-zA-Z]|\s+|.", re.DOTALL)
_MAX_LENGTH = 600
_MAX_DEPTH = 12

_SIGNS = {
    r"\times": "×",
    r"\div": "÷",
    r"\cdot": "·",
    r"\pm": "±",
    r"\le": "≤",
    r"\leq": "≤",
    r"\ge": "≥",
    r"\geq": "≥",
    r"\ne": "≠",
    r"\neq": "≠",
    r"\approx": "≈",
    r"\equiv": "≡",
    r"\circ": "°",
    r"\degree": "°",
    r"\rightarrow": "→",
    r"\to": "→",
    r"\infty": "∞",
    r"\angle": "∠",
    r"\triangle": "△",
    r"\parallel": "∥",
    r"\perp": "⊥",
    r"\cong": "≅",
    r"\sim": "∼",
    r"\ldots": "…",
    r"\dots": "…",
    r"\%": "%",
    r"\$": "$",
    r"\{": "{",
    r"\}": "}",
    r"\#": "#",
    r"\&": "&",
    r"\_": "_",
}
_LETTERS = {
    r"\pi": "π",
    r"\theta": "θ",
    r"\alpha": "α",
    r"\beta": "β",
    r"\gamma": "γ",
    r"\delta": "δ",
    r"\Delta": "Δ",
    r"\lambda": "λ",
    r"\mu": "μ",
    r"\sigma": "σ",
    r"\Sigma": "Σ",
    r"\omega": "ω",
}
_SPACES = {r"\,", r"\;", r"\:", r"\!", r"\ ", r"\quad", r"\qquad", "~"}
_IGNORED = {r"\left", r"\right", r"\displaystyle", r"\limits"}
_OPERATORS = set("+-−=<>()[]|/*,;:!'.?%&#@°")


class _Unknown(ValueError):
    """Something this small reader does not know."""


def math_html(source: str, *, block: bool = False) -> str:
    """MathML for a formula without its dollar signs; where it is not understood, the source in `<code>`."""
    text = source.strip()
    try:
        if len(text) > _MAX_LENGTH:
            raise _Unknown
        inner = _Reader(_PIECE.findall(text)).everything()
    except _Unknown:
        return f'<code class="math">{html.escape(text)}</code>'
    display = ' display="block"' if block else ""
    return f"<math{display}>{inner}</math>"


class _Reader:
    """Reads pieces left to right; depth is bounded, so nothing can exhaust the stack."""

    def __init__(self, pieces: list[str]) -> None:
        self.pieces = pieces
        self.place = 0

    def everything(self) -> str:
        """All of it as MathML; _Unknown if anything is left over."""
        found = self._row(until="", depth=0)
        if self.place != len(self.pieces) or not found:
            raise _Unknown
        return found

    def _peek(self) -> str:
        while self.place < len(self.pieces) and self.pieces[self.place].isspace():
            self.place += 1
        return self.pieces[self.place] if self.place < len(self.pieces) else ""

    def _next(self) -> str:
        piece = self._peek()
        self.place += 1
        return piece

    def _row(self, *, until: str, depth: int) -> str:
        parts: list[str] = []
        while (piece := self._peek()) and piece != until:
            if piece == r"\over":
                self._next()
                below = self._row(until=until, depth=depth + 1)
                return f"<mfrac><mrow>{''.join(parts)}</mrow><mrow>{below}</mrow></mfrac>"
            parts.append(self._with_scripts(depth))
        return "".join(parts)

    def _with_scripts(self, depth: int) -> str:
        base = self._atom(depth)
        below = above = ""
        while self._peek() in ("^", "_"):
            if self._next() == "^":
                above = above or self._atom(depth + 1)
            else:
                below = below or self._atom(depth + 1)
        if below and above:
            return f"<msubsup>{base}{below}{above}</msubsup>"
        if above:
            return f"<msup>{base}{above}</msup>"
        return f"<msub>{base}{below}</msub>" if below else base

    def _group(self, depth: int) -> str:
        """One argument: a group in braces, or a single atom."""
        if not self._peek():
            raise _Unknown
        if self._peek().isdigit() and len(self._peek()) > 1:
            # "\frac12" is one half: without braces an argument is one digit.
            piece = self._next()
            self.place -= 1
            self.pieces[self.place] = piece[1:]
            return self._single(piece[0])
        return self._atom(depth + 1)

    def _atom(self, depth: int) -> str:
        if depth > _MAX_DEPTH:
            raise _Unknown
        piece = self._next()
        if piece == "{":
            inner = self._row(until="}", depth=depth + 1)
            if self._next() != "}":
                raise _Unknown
            return f"<mrow>{inner}</mrow>"
        if piece in _IGNORED:
            return ""
        if piece in _SPACES:
            return '<mspace width="0.25em"/>'
        if piece in (r"\frac", r"\dfrac", r"\tfrac"):
            return f"<mfrac>{self._group(depth)}{self._group(depth)}</mfrac>"
        if piece == r"\sqrt":
            return f"<msqrt>{self._group(depth)}</msqrt>"
        if piece in (r"\text", r"\mathrm", r"\textbf", r"\textit"):
            return self._words()
        if piece in (r"\overline", r"\bar"):
            return f"<mover>{self._group(depth)}<mo>¯</mo></mover>"
        return self._single(piece)

    def _words(self) -> str:
        """The words of \\text{...}, spaces included."""
        if self._next() != "{":
            raise _Unknown
        words = []
        while (piece := self.pieces[self.place] if self.place < len(self.pieces) else "") != "}":
            if not piece or piece.startswith("\\") or piece == "{":
                raise _Unknown
            words.append(piece)
            self.place += 1
        self.place += 1
        return f"<mtext>{html.escape(''.join(words))}</mtext>"

    def _single(self, piece: str) -> str:
        if piece in _SIGNS:
            return f"<mo>{html.escape(_SIGNS[piece])}</mo>"
        if piece in _LETTERS:
            return f"<mi>{_LETTERS[piece]}</mi>"
        if piece[:1].isdigit():
            return f"<mn>{html.escape(piece)}</mn>"
        if piece in _OPERATORS:
            return f"<mo>{html.escape(piece)}</mo>"
        if len(piece) == 1 and (piece.isalpha() or not piece.isascii()) and piece not in ("\ufffd",):
            return f"<mi>{html.escape(piece)}</mi>"
        raise _Unknown
