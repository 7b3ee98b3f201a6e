"""What a pathway is made of: experiences, ways in and on, competencies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.permissions import Viewer
from competencies.choices import WayKind
from competencies.models import Competency, Pathway, PathwayCompetency, PathwayExperience, PathwayWay
from competencies.services.pathways.errors import PathwayError, changed, clean, to_design
from competencies.services.pathways.writing import require_same, values_of

EXPERIENCE_FIELDS = ("kind", "title", "about", "place", "hours", "credit", "partner")
WAY_FIELDS = ("title", "about", "at")
LONGEST = {"title": 200, "about": 2000, "place": 200, "credit": 200}
LONGEST_OF_WAY = {"title": 120, "about": 300}
_TAKEN_OUT = gettext_lazy("Somebody took it out of the draft meanwhile.")
MOST_EXPERIENCES = 12
MOST_WAYS = 8
MOST_COMPETENCIES = 30


def add_experience(*, by: Viewer, pathway: Pathway, values: Mapping[str, Any]) -> PathwayExperience:
    """One more experience, after the others. `values` has `EXPERIENCE_FIELDS`."""
    with transaction.atomic():
        row = to_design(by, pathway)
        if row.experiences.count() >= MOST_EXPERIENCES:
            raise PathwayError(_("A pathway has at most %(count)d experiences.") % {"count": MOST_EXPERIENCES})
        one = PathwayExperience.objects.create(
            pathway=row, position=_next(row.experiences), **_texts(values, EXPERIENCE_FIELDS)
        )
        changed(by=by, pathway=row, action="pathway.experience_add", experience=str(one.public_id))
    return one


def edit_experience(*, by: Viewer, experience: PathwayExperience, token: str, values: Mapping[str, Any]) -> None:
    """Write it anew; PathwayChangedError with both texts when somebody else did since `token`."""
    with transaction.atomic():
        row = to_design(by, experience.pathway)
        one = PathwayExperience.objects.select_related("partner").filter(pk=experience.pk).first()
        if one is None:
            raise PathwayError(_TAKEN_OUT)
        _edit(one, EXPERIENCE_FIELDS, values, token)
        changed(by=by, pathway=row, action="pathway.experience_edit", experience=str(one.public_id))


def remove_experience(*, by: Viewer, experience: PathwayExperience) -> None:
    """It is in the next version no longer. Ways and competencies that hung on it stay with the pathway.

    Until that version opens nothing changes for anybody who takes part: one that may be somebody's next is kept.
    """
    with transaction.atomic():
        row = to_design(by, experience.pathway)
        if _take_out(row, PathwayExperience.objects.filter(pk=experience.pk)):
            changed(by=by, pathway=row, action="pathway.experience_remove", experience=str(experience.public_id))


def add_way(*, by: Viewer, pathway: Pathway, kind: WayKind, values: Mapping[str, Any]) -> PathwayWay:
    """One more way in or on. `values` has `WAY_FIELDS`."""
    with transaction.atomic():
        row = to_design(by, pathway)
        ways = row.ways.filter(kind=kind)
        if ways.count() >= MOST_WAYS:
            raise PathwayError(_("A pathway has at most %(count)d ways of one kind.") % {"count": MOST_WAYS})
        _require_own(row, values.get("at"))
        one = PathwayWay.objects.create(pathway=row, kind=kind, position=_next(ways), **_texts(values, WAY_FIELDS))
        changed(by=by, pathway=row, action="pathway.way_add", way=str(one.public_id))
    return one


def edit_way(*, by: Viewer, way: PathwayWay, token: str, values: Mapping[str, Any]) -> None:
    """Write it anew; PathwayChangedError with both texts when somebody else did since `token`."""
    with transaction.atomic():
        row = to_design(by, way.pathway)
        _require_own(row, values.get("at"))
        one = PathwayWay.objects.select_related("at").filter(pk=way.pk).first()
        if one is None:
            raise PathwayError(_TAKEN_OUT)
        _edit(one, WAY_FIELDS, values, token)
        changed(by=by, pathway=row, action="pathway.way_edit", way=str(one.public_id))


def remove_way(*, by: Viewer, way: PathwayWay) -> None:
    """It is in the next version no longer; who came in by it keeps it."""
    with transaction.atomic():
        row = to_design(by, way.pathway)
        if _take_out(row, PathwayWay.objects.filter(pk=way.pk)):
            changed(by=by, pathway=row, action="pathway.way_remove", way=str(way.public_id))


def move_part(*, by: Viewer, part: PathwayExperience | PathwayWay, earlier: bool) -> None:
    """One place earlier or later among its like; at the end of the list nothing changes."""
    with transaction.atomic():
        row = to_design(by, part.pathway)
        likes: list[Any] = (
            list(row.experiences.order_by("position", "pk"))
            if isinstance(part, PathwayExperience)
            else list(row.ways.filter(kind=part.kind).order_by("position", "pk"))
        )
        here = next((number for number, one in enumerate(likes) if one.pk == part.pk), None)
        there = None if here is None else here + (-1 if earlier else 1)
        if here is None or there is None or not 0 <= there < len(likes):
            return
        likes[here], likes[there] = likes[there], likes[here]
        for number, one in enumerate(likes):
            one.position = number
        type(part).objects.bulk_update(likes, ["position"])
        changed(by=by, pathway=row, action="pathway.move", part=str(part.public_id))


def add_competency(
    *, by: Viewer, pathway: Pathway, competency: Competency, experience: PathwayExperience | None = None
) -> None:
    """The pathway leads to this competency, perhaps within one experience. Named twice, it moves there.

    Raises PathwayError for one that is retired, cannot be judged, or stands in a framework that is not public.
    """
    if competency.retired_at is not None or not competency.is_assessable or not competency.framework.is_published:
        raise PathwayError(_("Choose a competency of a public framework that can be shown."))
    with transaction.atomic():
        row = to_design(by, pathway)
        _require_own(row, experience)
        held = row.expects.filter(competency=competency).first()
        if held is not None:
            if held.experience_id == (experience.pk if experience else None):
                return
            held.experience = experience
            held.save(update_fields=["experience"])
        else:
            if row.expects.count() >= MOST_COMPETENCIES:
                raise PathwayError(_("A pathway names at most %(count)d competencies.") % {"count": MOST_COMPETENCIES})
            PathwayCompetency.objects.create(
                pathway=row, competency=competency, experience=experience, position=_next(row.expects)
            )
        changed(by=by, pathway=row, action="pathway.competency_add", competency=str(competency.public_id))


def remove_competency(*, by: Viewer, pathway: Pathway, competency: Competency) -> None:
    """The next version does not name it."""
    with transaction.atomic():
        row = to_design(by, pathway)
        if row.expects.filter(competency=competency).delete()[0]:
            changed(by=by, pathway=row, action="pathway.competency_remove", competency=str(competency.public_id))


def put_back(*, by: Viewer, part: PathwayExperience | PathwayWay) -> None:
    """What was taken out of the draft is in it again, at the end of its like, with what hung on it. Raises PathwayError
    where it is full."""
    with transaction.atomic():
        row = to_design(by, part.pathway)
        likes = row.experiences if isinstance(part, PathwayExperience) else row.ways.filter(kind=part.kind)
        most = MOST_EXPERIENCES if isinstance(part, PathwayExperience) else MOST_WAYS
        if likes.filter(pk=part.pk).exists():
            return
        if likes.count() >= most:
            raise PathwayError(_("It is full: take something else out first."))
        type(part).everything.filter(pk=part.pk).update(removed_at=None, position=_next(likes))
        changed(by=by, pathway=row, action="pathway.put_back", part=str(part.public_id))


def _take_out(row: Pathway, part: Any) -> bool:
    """Whether it was there. What no version ever said goes for good; the rest stays for those it belongs to."""
    if row.published_number:
        return bool(part.update(removed_at=timezone.now()))
    return bool(part.delete()[0])


def _edit(one: Any, fields: tuple[str, ...], values: Mapping[str, Any], token: str) -> None:
    after = _texts(values, fields)
    require_same(_plain(values_of(one, fields)), _plain(after), token)
    for name, value in after.items():
        setattr(one, name, value)
    one.save()


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Rows as what is read of them."""
    return {
        name: getattr(value, "title", None) or getattr(value, "name", "") if hasattr(value, "pk") else value
        for name, value in values.items()
    }


def plain_values(one: PathwayExperience | PathwayWay) -> dict[str, Any]:
    """What the form of a part was opened with: what its token is made of."""
    fields = EXPERIENCE_FIELDS if isinstance(one, PathwayExperience) else WAY_FIELDS
    return _plain(values_of(one, fields))


def _texts(values: Mapping[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    found = {name: values.get(name) for name in fields}
    for name, longest in (LONGEST_OF_WAY if fields is WAY_FIELDS else LONGEST).items():
        if name in found:
            found[name] = clean(str(found[name] or ""), longest)
    if not found["title"]:
        raise PathwayError(_("Give it a name."))
    return found


def _require_own(row: Pathway, experience: PathwayExperience | None) -> None:
    if experience is not None and experience.pathway_id != row.pk:
        raise PathwayError(_("Choose an experience of this pathway."))


def _next(rows: Any) -> int:
    last = rows.aggregate(last=Max("position"))["last"]
    return 0 if last is None else int(last) + 1
