"""What somebody looks at of a continuum (`competencies.zoom`), drawn with every card a link one step nearer.

Pure: words come translated, and nothing is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.svg import Card, Editing, layered
from competencies.zoom import View


@dataclass(frozen=True, slots=True)
class Face:
    """How one competency or branch shows: `key` is what its address says, `note` stands small below its name."""

    key: str
    name: str
    note: str
    is_branch: bool
    is_here: bool


def picture_of(
    name: str, view: View, faces: Mapping[int, Face], *, title: str, desc: str, editing: Editing | None = None
) -> str:
    """The picture of a view; `faces` has each of its nodes. What leads both ways is drawn once, and dotted where it
    leads back only."""
    cards = []
    for pk in view.nodes:
        face = faces[pk]
        before, after = view.outside.get(pk, (False, False))
        cards.append(
            Card(
                key=face.key,
                label=face.name,
                note=face.note,
                href=f"?{'branch' if face.is_branch else 'around'}={face.key}",
                here=face.is_here,
                is_branch=face.is_branch,
                more_before=before,
                more_after=after,
            )
        )
    keys = {pk: face.key for pk, face in faces.items()}
    drawn = [
        (keys[tie.destination], keys[tie.origin]) if tie.is_back else (keys[tie.origin], keys[tie.destination])
        for tie in view.ties
    ]
    back = [pair for pair, tie in zip(drawn, view.ties, strict=True) if tie.is_back]
    both = {pair for pair in back if drawn.count(pair) > 1}  # the same two, drawn once already
    return layered(
        name,
        title=title,
        desc=desc,
        cards=cards,
        layer={keys[pk]: place for pk, place in view.layer.items()},
        threads=drawn,
        dotted=[pair for pair in back if pair not in both],
        editing=editing,
    )
