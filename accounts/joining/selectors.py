"""Who may be one person, and what joining two records would do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.choices import STAFF_ROLES, RelationshipKind, Role
from accounts.dormancy import LEADING
from accounts.models import (
    Enrolment,
    JoinRequest,
    Person,
    PersonMerge,
    Relationship,
    RoleAssignment,
    Student,
    TeachingAssignment,
    User,
)
from accounts.names import sort_name
from accounts.permissions import Permission, Viewer, can, current

SHOWN = 20
SHORTEST_WORDS = 3


@dataclass(frozen=True, slots=True)
class PersonCard:
    """One record, with what tells it from another of the same name."""

    public_id: UUID
    person_id: int
    student_id: int | None
    name: str
    what: str
    school: str
    grade: str
    ids: tuple[str, ...]
    classes: int
    family: int
    children: int
    has_account: bool
    is_active: bool


@dataclass(frozen=True, slots=True)
class JoinLine:
    """A join in a list."""

    public_id: UUID
    kept: str
    absorbed: str
    by: str
    at: datetime
    is_undone: bool


@dataclass(frozen=True, slots=True)
class JoinPage:
    """A join: the two records, who joined them and why, and whether it was undone."""

    line: JoinLine
    reason: str
    kept: PersonCard
    absorbed: PersonCard
    undone_by: str
    undone_at: datetime | None
    may_undo: bool


@dataclass(frozen=True, slots=True)
class JoinPreview:
    """Two records side by side and what joining them would do, in sentences."""

    first: PersonCard
    second: PersonCard
    consequences: tuple[str, ...]
    needs_second_yes: bool = False


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A join that waits for a second yes. `is_mine`: the viewer asked, so somebody else has to agree."""

    public_id: UUID
    kept: str
    absorbed: str
    by: str
    at: datetime
    is_mine: bool


@dataclass(frozen=True, slots=True)
class RequestPage:
    """The same with both records, the reason and what joining them would do."""

    line: RequestLine
    reason: str
    kept: PersonCard
    absorbed: PersonCard
    consequences: tuple[str, ...]


def needs_second_yes(one: Person, other: Person) -> bool:
    """Whether one person alone may not join these two: both can sign in, or one is a student and the other not."""
    accounts = User.objects.filter(person__in=[one, other], is_active=True).count()
    students = Student.objects.filter(person__in=[one, other]).count()
    return accounts == 2 or students == 1


def join_requests(*, viewer: Viewer) -> list[RequestLine]:
    """Joins that wait for a second yes and are about people this viewer may join, oldest first."""
    rows = list(JoinRequest.objects.filter(agreed__isnull=True).select_related("asked_by").order_by("asked_at", "pk"))
    ids = {key for row in rows for key in (row.kept, row.absorbed)}
    people = {p.public_id: p for p in people_to_join(viewer=viewer).filter(public_id__in=ids)} if ids else {}
    return [
        _request(row, people[row.kept], people[row.absorbed], viewer)
        for row in rows
        if row.kept in people and row.absorbed in people
    ]


def request_page(*, viewer: Viewer, public_id: UUID) -> RequestPage | None:
    """One of them; None where it was answered or is about somebody this viewer may not join."""
    found = request_to_answer(viewer=viewer, public_id=public_id)
    if found is None:
        return None
    row, kept, absorbed = found
    one, other = _cards([kept, absorbed])
    return RequestPage(_request(row, kept, absorbed, viewer), row.reason, one, other, tuple(_consequences(one, other)))


def request_to_answer(*, viewer: Viewer, public_id: UUID) -> tuple[JoinRequest, Person, Person] | None:
    """A request that waits, with the record that would stay and the one that would go."""
    row = JoinRequest.objects.filter(public_id=public_id, agreed__isnull=True).select_related("asked_by").first()
    if row is None:
        return None
    kept = person_to_join(viewer=viewer, public_id=row.kept)
    absorbed = person_to_join(viewer=viewer, public_id=row.absorbed)
    return (row, kept, absorbed) if kept is not None and absorbed is not None else None


def _request(row: JoinRequest, kept: Person, absorbed: Person, viewer: Viewer) -> RequestLine:
    return RequestLine(
        row.public_id,
        kept.display_name,
        absorbed.display_name,
        row.asked_by.display_name,
        row.asked_at,
        row.asked_by_id == viewer.person_id,
    )


def people_to_join(*, viewer: Viewer) -> QuerySet[Person]:
    """Everyone this viewer may join: the whole district, or the people of the schools they lead. Records that are
    joined to another already are not among them, nor is one's own: a join hands over roles and relationships.

    People who lead, here or elsewhere, and people who work at other schools by now are the district's to join."""
    if not can(viewer, Permission.LINK_PEOPLE).allowed:
        return Person.objects.none()
    joined = PersonMerge.objects.filter(absorbed=OuterRef("pk"), undone_at__isnull=True)
    everyone = Person.objects.filter(~Exists(joined)).exclude(pk=viewer.actor_id)
    if (Role.DISTRICT_ADMIN.value, None) in viewer.roles:
        return everyone
    schools = viewer.school_ids()
    student_here = Student.objects.filter(person=OuterRef("pk"), school_id__in=schools)
    works_here = RoleAssignment.objects.filter(person=OuterRef("pk"), school_id__in=schools)
    teaches_here = TeachingAssignment.objects.filter(person=OuterRef("pk"), section__school_id__in=schools)
    family_here = Relationship.objects.filter(
        person=OuterRef("pk"), kind=RelationshipKind.GUARDIAN, student__school_id__in=schools
    )
    roles = RoleAssignment.objects.filter(current(viewer.today), person=OuterRef("pk"), role__in=STAFF_ROLES)
    leads = roles.filter(role__in=LEADING | {Role.PRIVACY_OFFICER})
    teaches = TeachingAssignment.objects.filter(current(viewer.today), person=OuterRef("pk"), is_active=True)
    works_elsewhere_only = (
        Exists(roles.exclude(school__in=schools)) | Exists(teaches.exclude(section__school__in=schools))
    ) & ~(Exists(roles.filter(school__in=schools)) | Exists(teaches.filter(section__school__in=schools)))
    return everyone.filter(
        Exists(student_here) | Exists(works_here) | Exists(teaches_here) | Exists(family_here),
        ~Exists(leads),
        ~works_elsewhere_only,
    )


def people_named(*, viewer: Viewer, words: str) -> list[PersonCard]:
    """People whose name begins with these words (family name first or given name first), or who have this id in a
    roster. Fewer than three letters find nobody."""
    words = " ".join(words.split())
    plain = sort_name(words, "").rstrip(", ")
    if len(plain) < SHORTEST_WORDS:
        return []
    given, _space, family = words.partition(" ")
    turned = sort_name(family, given).strip(", ") if family else ""
    named = Q(sort_name__startswith=plain) | Q(identifiers__source_id=words)
    if turned:
        named |= Q(sort_name__startswith=turned)
    people = people_to_join(viewer=viewer).filter(named).distinct().order_by("sort_name", "pk")[:SHOWN]
    return _cards(people)


def likely_pairs(*, viewer: Viewer) -> list[tuple[PersonCard, PersonCard]]:
    """Pairs of active records with one name, that share a school and grade, an address, or are staff and family."""
    people = people_to_join(viewer=viewer).filter(is_active=True)
    names = people.values("sort_name").annotate(number=Count("pk")).filter(number__gt=1).order_by("sort_name")
    several = list(names.values_list("sort_name", flat=True)[: 5 * SHOWN])
    by_name: dict[str, list[Person]] = defaultdict(list)
    for person in people.filter(sort_name__in=several).order_by("sort_name", "pk")[: 20 * SHOWN]:
        by_name[person.sort_name].append(person)
    cards = {card.person_id: card for card in _cards([person for group in by_name.values() for person in group])}
    emails = {person.pk: person.email.lower() for group in by_name.values() for person in group}
    pairs = []
    for group in by_name.values():
        for index, one in enumerate(group):
            for other in group[index + 1 :]:
                first, second = cards[one.pk], cards[other.pk]
                same_address = bool(emails[one.pk]) and emails[one.pk] == emails[other.pk]
                if same_address or _alike(first, second):
                    pairs.append((first, second))
    return pairs[:SHOWN]


def _alike(first: PersonCard, second: PersonCard) -> bool:
    if (first.student_id is None) != (second.student_id is None):
        return False
    if first.student_id is not None:
        return first.school == second.school or first.grade == second.grade
    return True


def person_to_join(*, viewer: Viewer, public_id: UUID) -> Person | None:
    """One person this viewer may join; None otherwise."""
    return people_to_join(viewer=viewer).filter(public_id=public_id).first()


def join_preview(*, viewer: Viewer, first: UUID, second: UUID) -> JoinPreview | None:
    """Two records side by side; None where either may not be joined by this viewer, or both are one."""
    people = {
        person.public_id: person for person in people_to_join(viewer=viewer).filter(public_id__in=[first, second])
    }
    if len(people) != 2:
        return None
    one, other = _cards([people[first], people[second]])
    waits = needs_second_yes(people[first], people[second])
    return JoinPreview(one, other, tuple(_consequences(one, other)), waits)


def _consequences(one: PersonCard, other: PersonCard) -> Iterable[str]:
    yield _("All their ids lead to the record that stays, so the next import brings one person.")
    if one.student_id is not None and other.student_id is not None:
        yield _("Evidence of both is read together. None of it is rewritten, and taking them apart parts it again.")
        yield _("The plan of the record that stays is the plan; the other one’s is kept and not shown.")
        if one.family and other.family:
            yield _("The family of each will see the pages of both. Be sure that this is one child.")
        if one.school != other.school:
            yield _("The school and grade of the record that stays hold, until the next import says otherwise.")
    elif (one.student_id is None) != (other.student_id is None):
        yield _("One of them is a student and the other an adult. Be sure that this is one person.")
    if one.children or other.children:
        yield _("The person will see, as family, the children of both records.")
    if one.classes or other.classes:
        yield _("Classes of both come together; a class both are in counts once.")
    if one.has_account and other.has_account:
        yield _("The account of the record that goes is closed at once.")
    yield _("You can take them apart again at any time.")


def joins(*, viewer: Viewer) -> list[JoinLine]:
    """The latest joins of people this viewer may join, newest first."""
    return [_line(merge) for merge in _joins(viewer).order_by("-merged_at", "-pk")[:SHOWN]]


def _joins(viewer: Viewer) -> QuerySet[PersonMerge]:
    """Joins whose kept record the viewer may reach; a record joined further is reached through its last one."""
    if not can(viewer, Permission.LINK_PEOPLE).allowed:
        return PersonMerge.objects.none()
    rows = PersonMerge.objects.select_related("kept", "absorbed", "merged_by", "undone_by")
    if (Role.DISTRICT_ADMIN.value, None) in viewer.roles:
        return rows
    return rows.filter(kept__in=people_to_join(viewer=viewer))


def join_to_show(*, viewer: Viewer, public_id: UUID) -> PersonMerge | None:
    """One join this viewer may see; None otherwise."""
    return _joins(viewer).filter(public_id=public_id).first()


def join_page(*, viewer: Viewer, public_id: UUID) -> JoinPage | None:
    """One join with both its records; None where it may not be seen."""
    merge = join_to_show(viewer=viewer, public_id=public_id)
    if merge is None:
        return None
    kept, absorbed = _cards([merge.kept, merge.absorbed])
    later = PersonMerge.objects.filter(absorbed=merge.kept, undone_at__isnull=True).exists()
    return JoinPage(
        line=_line(merge),
        reason=merge.reason,
        kept=kept,
        absorbed=absorbed,
        undone_by=merge.undone_by.display_name if merge.undone_by else "",
        undone_at=merge.undone_at,
        may_undo=merge.undone_at is None and not later,
    )


def _line(merge: PersonMerge) -> JoinLine:
    return JoinLine(
        public_id=merge.public_id,
        kept=merge.kept.display_name,
        absorbed=merge.absorbed.display_name,
        by=merge.merged_by.display_name,
        at=merge.merged_at,
        is_undone=merge.undone_at is not None,
    )


# ------------------------------------------------------------------ cards


def _cards(people: Iterable[Person]) -> list[PersonCard]:
    """Cards of these people, in their order. Seven queries, however many."""
    found = list(people)
    keys = [person.pk for person in found]
    students = {row.person_id: row for row in Student.objects.filter(person_id__in=keys).select_related("school")}
    ids: dict[int, list[str]] = defaultdict(list)
    for person in Person.objects.filter(pk__in=keys).prefetch_related("identifiers"):
        ids[person.pk] = [identifier.source_id for identifier in person.identifiers.all()]
    accounts = set(Person.objects.filter(pk__in=keys, user__isnull=False).values_list("pk", flat=True))
    teaches = _counts(TeachingAssignment.objects.filter(person_id__in=keys, is_active=True), "person_id")
    sits = _counts(Enrolment.objects.filter(student__person_id__in=keys, is_active=True), "student__person_id")
    guardian = Relationship.objects.filter(kind=RelationshipKind.GUARDIAN)
    family = _counts(guardian.filter(student__person_id__in=keys), "student__person_id")
    children = _counts(guardian.filter(person_id__in=keys), "person_id")
    roles: dict[int, list[str]] = defaultdict(list)
    for row in RoleAssignment.objects.filter(person_id__in=keys).select_related("school").order_by("pk"):
        place = f" · {row.school.name}" if row.school else ""
        roles[row.person_id].append(f"{row.get_role_display()}{place}")
    return [
        PersonCard(
            public_id=person.public_id,
            person_id=person.pk,
            student_id=student.pk if (student := students.get(person.pk)) else None,
            name=person.display_name,
            what=_what(student, roles[person.pk], teaches.get(person.pk, 0), children.get(person.pk, 0)),
            school=student.school.name if student and student.school else "",
            grade=student.grade if student else "",
            ids=tuple(ids[person.pk]),
            classes=teaches.get(person.pk, 0) + sits.get(person.pk, 0),
            family=family.get(person.pk, 0),
            children=children.get(person.pk, 0),
            has_account=person.pk in accounts,
            is_active=person.is_active,
        )
        for person in found
    ]


def _counts(
    rows: QuerySet[Enrolment] | QuerySet[TeachingAssignment] | QuerySet[Relationship], by: str
) -> Mapping[int, int]:
    return dict(rows.values_list(by).annotate(number=Count("pk")).order_by())


def _what(student: Student | None, roles: list[str], teaches: int, children: int) -> str:
    words = []
    if student is not None:
        words.append(_("student"))
    words.extend(dict.fromkeys(roles))
    if teaches and not roles:
        words.append(_("teacher"))
    if children:
        words.append(_("family"))
    return ", ".join(words) or _("nothing yet")
