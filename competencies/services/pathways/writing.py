"""The texts of a pathway: proposed, written anew by several people, told in further languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Partner, School
from accounts.permissions import Permission, Viewer, can
from competencies.models import Pathway, PathwayComment, PathwayDesigner, PathwayExperience, PathwayWay
from competencies.pathway_access import default_voice
from competencies.pathway_content import EXPERIENCE_TEXTS, PATHWAY_TEXTS, WAY_TEXTS, token_of
from competencies.services.pathways.errors import (
    PathwayChangedError,
    PathwayError,
    changed,
    clean,
    record,
    to_design,
)

LONGEST = {"title": 200, "promise": 500, "about": 8000, "after_school": 4000, "when_and_where": 2000}
MOST_INTERESTS = 12
FIELDS = (*PATHWAY_TEXTS, "interests", "languages", "capacity", "scene")


def propose_pathway(
    *,
    by: Viewer,
    title: str,
    promise: str,
    why: str,
    interests: Sequence[str],
    language: str,
    partner: Partner | None = None,
) -> Pathway:
    """A proposal with its reason as the first word of the thread; who proposes is its first designer.

    Raises PermissionError for who may not propose, PathwayError for a proposal without title or promise.
    """
    if not can(by, Permission.PROPOSE_PATHWAYS).allowed:
        raise PermissionError
    if not clean(title, 200) or not clean(promise, 500):
        raise PathwayError(_("A pathway has a name and a promise."))
    voice = default_voice(by, partner)
    with transaction.atomic():
        row = Pathway.objects.create(
            title=clean(title, 200),
            promise=clean(promise, 500),
            interests=tidy(interests),
            languages=[language],
            language=language,
            partner=partner,
            proposed_by_id=by.actor_id,
        )
        PathwayDesigner.objects.create(pathway=row, person_id=by.actor_id, voice=voice, starts_on=by.today)
        if clean(why, 4000):
            PathwayComment.objects.create(
                pathway=row, voice=voice, text=clean(why, 4000), language=language, author_id=by.actor_id
            )
        record(by, row, "pathway.propose")
    return row


def values_of(row: Any, fields: Sequence[str]) -> dict[str, Any]:
    """What a form of these fields shows of a row. `schools` are public ids."""
    return {
        name: sorted(str(one.public_id) for one in row.schools.all()) if name == "schools" else getattr(row, name)
        for name in fields
    }


def edit_pathway(*, by: Viewer, pathway: Pathway, token: str, values: Mapping[str, Any]) -> Pathway:
    """Write these fields of the draft (`FIELDS`, and `schools` as rows) anew.

    `token` marks what the form was opened with (`token_of(values_of(...))`): PathwayChangedError with both texts when
    that has changed since. PathwayError, PermissionError as `to_design`.
    """
    with transaction.atomic():
        row = to_design(by, pathway)
        names = list(values)
        before = values_of(row, names)
        after = dict(values)
        if "schools" in after:
            schools: Sequence[School] = after.pop("schools")
            after["schools"] = sorted(str(one.public_id) for one in schools)
        for name in PATHWAY_TEXTS:
            if name in after:
                after[name] = clean(str(after[name]), LONGEST[name])
        if "interests" in after:
            after["interests"] = tidy(after["interests"])
        if not after.get("title", "x") or not after.get("promise", "x"):
            raise PathwayError(_("A pathway has a name and a promise."))
        require_same(before, after, token)
        if before == after:
            return row
        for name, value in after.items():
            if name != "schools":
                setattr(row, name, value)
        if "schools" in after:
            row.schools.set(schools)
        changed(
            by=by, pathway=row, action="pathway.edit", fields=[name for name in names if before[name] != after[name]]
        )
    return row


def translate_pathway(
    *, by: Viewer, pathway: Pathway, language: str, token: str, texts: Mapping[str, str], interests: Sequence[str] = ()
) -> Pathway:
    """Every public text of the draft in a further language.

    `texts` by key: "title", "about" ... for the pathway, "<public id>:title" for an experience or a way. What is left
    empty is shown in the language it was written in. Raises as `edit_pathway`.
    """
    with transaction.atomic():
        row = to_design(by, pathway)
        if language == row.language:
            raise PathwayError(_("The pathway is written in this language already."))
        before = texts_in(row, language)
        after = {key: clean(text, 8000) for key, text in texts.items() if key in before}
        after["interests"] = ", ".join(tidy(interests))
        require_same(before, {**before, **after}, token)
        if before == {**before, **after}:
            return row
        _put(row, language, PATHWAY_TEXTS, {name: after.get(name, "") for name in PATHWAY_TEXTS})
        if tidy(interests):
            row.translations[language] = {**row.translations.get(language, {}), "interests": tidy(interests)}
        parts: list[tuple[Any, tuple[str, ...]]] = [(one, EXPERIENCE_TEXTS) for one in row.experiences.all()]
        parts += [(one, WAY_TEXTS) for one in row.ways.all()]
        for part, names in parts:
            _put(part, language, names, {name: after.get(f"{part.public_id}:{name}", "") for name in names})
            part.save(update_fields=["translations"])
        changed(by=by, pathway=row, action="pathway.translate", language=language)
    return row


def texts_in(row: Pathway, language: str) -> dict[str, str]:
    """What stands in this language, by the keys of `translate_pathway`; "" for what nobody has put into it."""
    told = row.translations.get(language, {})
    found = {name: str(told.get(name, "")) for name in PATHWAY_TEXTS}
    found["interests"] = ", ".join(told.get("interests", ()))
    parts: list[tuple[PathwayExperience | PathwayWay, tuple[str, ...]]] = [
        (one, EXPERIENCE_TEXTS) for one in row.experiences.all()
    ]
    parts += [(one, WAY_TEXTS) for one in row.ways.all()]
    for part, names in parts:
        said = part.translations.get(language, {})
        found |= {f"{part.public_id}:{name}": str(said.get(name, "")) for name in names}
    return found


def _put(row: Any, language: str, names: Sequence[str], texts: Mapping[str, str]) -> None:
    kept = {name: texts[name] for name in names if texts[name]}
    told = dict(row.translations)
    told.pop(language, None)
    if kept:
        told[language] = kept
    row.translations = told


def require_same(before: Mapping[str, Any], after: Mapping[str, Any], token: str) -> None:
    """Refuse to write over what somebody else wrote since the form was opened; both texts come along."""
    now = token_of(before)
    if token == now or before == after:
        return
    names = [name for name in after if str(before.get(name, "")) != str(after[name])]
    raise PathwayChangedError(
        theirs="\n\n".join(_shown(before.get(name, "")) for name in names),
        mine="\n\n".join(_shown(after[name]) for name in names),
        token=now,
    )


def _shown(value: Any) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value if value is not None else "")


def tidy(words: Sequence[str]) -> list[str]:
    """Interests as short words, each once."""
    found = (" ".join(word.replace("\x00", "").split())[:60] for word in words)
    return list(dict.fromkeys(word for word in found if word))[:MOST_INTERESTS]
