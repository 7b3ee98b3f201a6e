"""What a copy and its framework both changed, in the words of a page: fields by their labels, branches by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.permissions import Viewer
from competencies.models import Competency, WorkingCopy, WorkingItem
from competencies.selectors.competency import CHANGED_WORDS
from competencies.selectors.differences import HEAD_WORDS, LevelNames
from competencies.services.authoring.updating import Clash
from competencies.texts import main_language


@dataclass(frozen=True, slots=True)
class ClashText:
    """One thing both sides say differently. `language` is the one both texts are in, "" for the page's."""

    label: str
    mine: str
    theirs: str
    language: str


@dataclass(frozen=True, slots=True)
class ClashWords:
    """A clash to choose from; `name` with its `code`, "" where it is about the framework itself."""

    key: str
    name: str
    code: str
    texts: tuple[ClashText, ...]
    mine_is_out: bool
    theirs_is_out: bool
    chosen: str


def clashes_in_words(
    *, viewer: Viewer, copy: WorkingCopy, clashes: Iterable[Clash], language: str, chosen: Mapping[str, str]
) -> list[ClashWords]:
    """Clashes as a person reads them. `chosen` are the choices made so far, by key. Three queries; none for none."""
    found = list(clashes)
    if not found:
        return []
    levels = LevelNames(copy.framework, language)
    own = main_language(str(copy.head.get("language") or "en"))
    keys = {key for one in found for what, *sides in one.rows if what == "parent" for key in sides}
    branches = _branches(copy, {*keys, *(one.key for one in found)})

    def text(what: str | tuple[str, str, str], mine: str, theirs: str) -> ClashText:
        if not isinstance(what, str):
            return ClashText(levels.label(*what), mine, theirs, what[2])
        if what == "parent":
            return ClashText(_("branch"), _branch(branches, mine), _branch(branches, theirs), own)
        if what == "is_assessable":
            return ClashText(_("students can show it"), _told(mine), _told(theirs), "")
        if what == "language":
            return ClashText(str(CHANGED_WORDS[what]), _language(mine), _language(theirs), "")
        if what.startswith("head:"):
            return _of_head(what.removeprefix("head:"), mine, theirs, own)
        return ClashText(str(CHANGED_WORDS[what]), mine, theirs, own)

    return [
        ClashWords(
            key=one.key,
            name=one.name,
            code=branches.get(one.key, ("", ""))[0],
            texts=tuple(text(*row) for row in one.rows),
            mine_is_out=one.mine_is_out,
            theirs_is_out=one.theirs_is_out,
            chosen=chosen.get(one.key, ""),
        )
        for one in found
    ]


def _branches(copy: WorkingCopy, keys: set[str]) -> dict[str, tuple[str, str]]:
    """Code and name by key: as the framework has them, else as the copy does. Two queries."""
    items = WorkingItem.objects.filter(copy=copy, key__in=keys).values_list("key", "code", "name")
    stored = Competency.objects.filter(framework=copy.framework, source_id__in=keys)
    return {key: (code, name) for key, code, name in [*items, *stored.values_list("source_id", "code", "name")]}


def _branch(branches: Mapping[str, tuple[str, str]], key: str) -> str:
    if not key:
        return _("at the top")
    code, name = branches.get(key, ("", _("a branch that is no longer here")))
    return f"{code} · {name}" if code else name


def _of_head(what: str, mine: str, theirs: str, own: str) -> ClashText:
    """A text of the framework itself; `title_es` is the title in Spanish."""
    if what == "language":
        return ClashText(str(HEAD_WORDS[what]), _language(mine), _language(theirs), "")
    if what in HEAD_WORDS:
        return ClashText(str(HEAD_WORDS[what]), mine, theirs, own)
    name, _bar, code = what.rpartition("_")
    label = _("%(what)s, in %(language)s") % {"what": HEAD_WORDS.get(name, name), "language": _language(code)}
    return ClashText(label, mine, theirs, code)


def _language(code: str) -> str:
    """A language by its name in the page's language."""
    return str(dict(settings.LANGUAGES).get(main_language(code), code)) if code else ""


def _told(value: str) -> str:
    return _("yes") if value else _("no")
