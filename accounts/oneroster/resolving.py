"""Who refers to whom, settled only after every file is read.

A reference that leads nowhere costs the smallest thing that still makes sense: a class without its course stays, a
seat in a class that is not there is set aside. What refers to something set aside is set aside with it, and both
are *held*: they count as present, so nobody leaves because of a typing error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from accounts.oneroster import records as r
from accounts.oneroster.columns import Dialect, Kind
from accounts.oneroster.draft import Draft
from accounts.oneroster.issues import Code
from accounts.oneroster.plan import FileMode

_ABOVE_SCHOOLS = frozenset({r.OrgType.DISTRICT, r.OrgType.STATE, r.OrgType.NATIONAL})


@dataclass(frozen=True, slots=True)
class KnownRoster:
    """Ids that earlier imports brought. Only files that are absent or a delta may refer to them."""

    schools: frozenset[str] = frozenset()
    sessions: frozenset[str] = frozenset()
    classes: Mapping[str, str] = field(default_factory=dict)  # class id -> id of its school
    students: frozenset[str] = frozenset()
    family: frozenset[str] = frozenset()
    staff: frozenset[str] = frozenset()

    def ids(self, kind: Kind) -> frozenset[str]:
        """The known ids of a kind."""
        kinds: dict[Kind, frozenset[str]] = {
            Kind.ORG: self.schools,
            Kind.SESSION: self.sessions,
            Kind.CLASS: frozenset(self.classes),
            Kind.USER: self.students | self.family | self.staff,
        }
        return kinds.get(kind, frozenset())


class Resolver:
    """Settles the references of a draft in place; `resolve` runs it."""

    def __init__(self, draft: Draft, known: KnownRoster) -> None:
        self.draft = draft
        self.log = draft.log
        self.known = known
        self._known_ids = {kind: known.ids(kind) for kind in Kind}
        self.schools: dict[str, r.Org] = {}
        self._school_of: dict[str, str] = {}
        self.student_schools: dict[str, str] = {}
        self.links: dict[tuple[str, str], r.UserRole] = {}

    def trouble(self, kind: Kind, source_id: str) -> Code | None:
        """None where the id may be referred to; else the code that says why not."""
        if source_id in self.draft.tables[kind]:
            return None
        if source_id in self.draft.held[kind]:
            return Code.REFERENCE_SET_ASIDE
        if source_id in self.draft.gone[kind]:
            return Code.REFERENCE_LEFT
        if self.draft.modes[kind] is not FileMode.BULK and source_id in self._known_ids[kind]:
            return None
        return Code.REFERENCE_MISSING

    def run(self) -> None:
        """Everything, in the order in which one thing leans on another."""
        self._orgs()
        self._sessions()
        self._courses()
        self._roles()
        self._classes()
        class_schools = self._enrollments()
        self._student_schools(class_schools)
        self._links()

    # -------------------------------------------------------------- orgs, sessions, courses

    def _orgs(self) -> None:
        orgs = self.draft.orgs
        for org in list(orgs.values()):
            if org.parent_id and (code := self.trouble(Kind.ORG, org.parent_id)):
                self._dropped(org, "parentSourcedId", org.parent_id, code)
                orgs[org.source_id] = replace(org, parent_id="")
        for source_id in self._cut_cycles({key: org.parent_id for key, org in orgs.items()}):
            org = orgs[source_id]
            self.log.warning(Code.CYCLE, file=org.file, line=org.line, column="parentSourcedId", value=org.parent_id)
            orgs[source_id] = replace(org, parent_id="")
        self.schools = {key: org for key, org in orgs.items() if org.type is r.OrgType.SCHOOL}

    def _sessions(self) -> None:
        sessions = self.draft.sessions
        for session in list(sessions.values()):
            if session.parent_id and (code := self.trouble(Kind.SESSION, session.parent_id)):
                self._dropped(session, "parentSourcedId", session.parent_id, code)
                sessions[session.source_id] = replace(session, parent_id="")
        for source_id in self._cut_cycles({key: session.parent_id for key, session in sessions.items()}):
            session = sessions[source_id]
            self.log.warning(
                Code.CYCLE, file=session.file, line=session.line, column="parentSourcedId", value=session.parent_id
            )
            sessions[source_id] = replace(session, parent_id="")

    def _courses(self) -> None:
        courses = self.draft.courses
        for course in list(courses.values()):
            if course.org_id and (code := self.trouble(Kind.ORG, course.org_id)):
                self._dropped(course, "orgSourcedId", course.org_id, code)
                courses[course.source_id] = replace(course, org_id="")

    def _dropped(self, record: r.Record, column: str, value: str, why: Code) -> None:
        """The row stays, without this reference."""
        self.log.warning(
            Code.REFERENCE_DROPPED, file=record.file, line=record.line, column=column, value=value, why=str(why)
        )

    @staticmethod
    def _cut_cycles(parents: Mapping[str, str]) -> list[str]:
        """One id of every cycle, the first in file order, where cutting its parent leaves no cycle."""
        settled: set[str] = set()
        cuts: list[str] = []
        for start in parents:
            path: dict[str, None] = {}
            here = start
            while here and here not in settled and here not in path:
                path[here] = None
                here = parents.get(here, "")
            if here and here in path:
                cuts.append(here)
            settled.update(path)
        return cuts

    def school_of(self, org_id: str) -> str:
        """The id of the school an org is or belongs to; blank where there is none."""
        if org_id in self._school_of:
            return self._school_of[org_id]
        here = org_id
        while here and here not in self.schools:
            if here not in self.draft.orgs:
                here = here if self.trouble(Kind.ORG, here) is None else ""
                break
            here = self.draft.orgs[here].parent_id
        self._school_of[org_id] = here
        return here

    def _use_as_school(self, org_id: str) -> str:
        """The school of an org, or the org itself, told once, where it stands under none."""
        if school := self.school_of(org_id):
            return school
        org = self.draft.orgs[org_id]
        self.log.warning(Code.ORG_USED_AS_SCHOOL, file=org.file, line=org.line, column="type", value=org.type)
        self.schools[org_id] = org
        self._school_of.clear()
        return org_id

    # -------------------------------------------------------------- people

    def _roles(self) -> None:
        draft = self.draft
        own_rows = draft.plan.dialect in {Dialect.ONEROSTER_12, Dialect.SDS_21}
        related = {claim.agent_id: claim.relation for claim in draft.claims if claim.relation}
        for user_id, roles in list(draft.roles.items()):
            code = self.trouble(Kind.USER, user_id)
            if code:
                for role in roles if own_rows else ():
                    draft.set_aside(Kind.ROLE, role, code, "userSourcedId", user_id)
                del draft.roles[user_id]
                continue
            kept = [checked for role in roles if (checked := self._role_with_org(role, own_rows=own_rows))]
            draft.roles[user_id] = kept
        rolefile_speaks_of_all = draft.modes[Kind.ROLE] is FileMode.BULK or not own_rows
        for user in list(draft.users.values()):
            if draft.roles.get(user.source_id):
                continue
            relation = related.get(user.source_id)
            if relation:
                draft.roles[user.source_id] = [
                    r.Role(user.source_id, user.file, user.line, user.source_id, relation, "", True, None, None)
                ]
            elif rolefile_speaks_of_all or user.source_id not in self._known_ids[Kind.USER]:
                draft.set_aside(Kind.USER, user, Code.USER_WITHOUT_ROLE, "sourcedId", user.source_id)
                del draft.users[user.source_id]

    def _role_with_org(self, role: r.Role, *, own_rows: bool) -> r.Role | None:
        """The role with an org that exists. Family needs none; staff without one get no place to act in."""
        code = self.trouble(Kind.ORG, role.org_id) if role.org_id else Code.REQUIRED_BLANK
        if code is None:
            return role
        family = role.role in r.FAMILY_ROLES
        if own_rows and not family:
            self.draft.set_aside(Kind.ROLE, role, code, "orgSourcedId", role.org_id)
            return None
        if not family or role.org_id:
            self._dropped(role, "orgSourcedId" if own_rows else "orgSourcedIds", role.org_id, code)
        return replace(role, org_id="")

    def _natures(self, user_id: str) -> tuple[bool, bool, bool]:
        """(student, family, staff): what the user is, by this roster or, where it is silent, an earlier one."""
        roles = {role.role for role in self.draft.roles.get(user_id, ())}
        if roles:
            return r.UserRole.STUDENT in roles, bool(roles & r.FAMILY_ROLES), bool(roles & r.STAFF_ROLES)
        known = self.known
        return user_id in known.students, user_id in known.family, user_id in known.staff

    # -------------------------------------------------------------- classes and seats

    def _classes(self) -> None:
        draft = self.draft
        for item in list(draft.classes.values()):
            if code := self.trouble(Kind.ORG, item.school_id):
                draft.set_aside(Kind.CLASS, item, code, "schoolSourcedId", item.school_id)
                del draft.classes[item.source_id]
                continue
            school_id = self._use_as_school(item.school_id)
            course_id = item.course_id
            if course_id and (code := self.trouble(Kind.COURSE, course_id)):
                self._dropped(item, "courseSourcedId", course_id, code)
                course_id = ""
            term_ids = []
            for term_id in item.term_ids:
                if code := self.trouble(Kind.SESSION, term_id):
                    self._dropped(item, "termSourcedIds", term_id, code)
                else:
                    term_ids.append(term_id)
            if not term_ids:
                self.log.warning(Code.CLASS_WITHOUT_TERM, file=item.file, line=item.line, column="termSourcedIds")
            if (school_id, course_id, tuple(term_ids)) != (item.school_id, item.course_id, item.term_ids):
                draft.classes[item.source_id] = replace(
                    item, school_id=school_id, course_id=course_id, term_ids=tuple(term_ids)
                )

    def _enrollments(self) -> dict[str, str]:
        """Checks every seat; returns, for students, the school of their first class."""
        draft = self.draft
        schools: dict[str, str] = {}
        for seat in list(draft.enrollments.values()):
            if not self._seat_stands(seat):
                del draft.enrollments[seat.source_id]
                continue
            item = draft.classes.get(seat.class_id)
            school_id = item.school_id if item else self.known.classes.get(seat.class_id, "")
            if seat.school_id and seat.school_id != school_id and self.school_of(seat.school_id) != school_id:
                self.log.warning(
                    Code.SCHOOL_MISMATCH,
                    file=seat.file,
                    line=seat.line,
                    column="schoolSourcedId",
                    value=seat.school_id,
                    used=school_id,
                )
            if seat.school_id != school_id:
                draft.enrollments[seat.source_id] = replace(seat, school_id=school_id)
            if seat.role is r.EnrollmentRole.STUDENT:
                schools.setdefault(seat.user_id, school_id)
        return schools

    def _seat_stands(self, seat: r.Enrollment) -> bool:
        draft = self.draft
        for kind, column, value in (
            (Kind.CLASS, "classSourcedId", seat.class_id),
            (Kind.USER, "userSourcedId", seat.user_id),
        ):
            code = self.trouble(kind, value)
            if code is Code.REFERENCE_LEFT:
                # The class or the person is gone, so the seat ends with it: nothing is wrong with the row.
                self.log.warning(code, file=seat.file, line=seat.line, column=column, value=value)
                draft.gone[Kind.ENROLLMENT].add(seat.source_id)
                draft.gone_rows[seat.file] = draft.gone_rows.get(seat.file, 0) + 1
                return False
            if code:
                draft.set_aside(Kind.ENROLLMENT, seat, code, column, value)
                return False
        student, _family, staff = self._natures(seat.user_id)
        fits = student if seat.role is r.EnrollmentRole.STUDENT else staff
        if not fits:
            is_now = ", ".join(sorted({role.role.value for role in draft.roles.get(seat.user_id, ())}))
            draft.set_aside(
                Kind.ENROLLMENT, seat, Code.ROLE_CONFLICT, "role", seat.role, user=seat.user_id, is_now=is_now
            )
        return fits

    def _student_schools(self, class_schools: Mapping[str, str]) -> None:
        draft = self.draft
        for user_id, user in list(draft.users.items()):
            roles = [role for role in draft.roles.get(user_id, ()) if role.role is r.UserRole.STUDENT]
            if not roles:
                continue
            roles.sort(key=lambda role: not role.is_primary)
            orgs = [role.org_id for role in roles if role.org_id]
            school_id = next((found for org_id in orgs if (found := self.school_of(org_id))), "")
            if not school_id and user_id in class_schools:
                school_id = class_schools[user_id]
                self.log.warning(Code.SCHOOL_FROM_CLASS, file=user.file, line=user.line, value=user_id)
            if not school_id:
                own = [org_id for org_id in orgs if draft.orgs[org_id].type not in _ABOVE_SCHOOLS]
                school_id = self._use_as_school(own[0]) if own else ""
            if school_id:
                self.student_schools[user_id] = school_id
                continue
            draft.set_aside(Kind.USER, user, Code.STUDENT_WITHOUT_SCHOOL, "orgSourcedIds", "")
            del draft.users[user_id]
            draft.roles.pop(user_id, None)

    # -------------------------------------------------------------- family

    def _links(self) -> None:
        """Family links, from the student's row or the adult's, each pair once."""
        draft = self.draft
        claims = list(draft.claims)
        for user in draft.users.values():
            claims.extend(r.AgentClaim(user.source_id, agent, None, user.file, user.line) for agent in user.agent_ids)
        for claim in claims:
            column = "relationshipUserSourcedId" if claim.relation else "agentSourcedIds"
            code = self.trouble(Kind.USER, claim.agent_id)
            about = self.trouble(Kind.USER, claim.user_id)
            if about and claim.relation:
                self.log.error(about, file=claim.file, line=claim.line, column="userSourcedId", value=claim.user_id)
                continue
            if code:
                self.log.warning(
                    Code.AGENT_MISSING,
                    file=claim.file,
                    line=claim.line,
                    column=column,
                    value=claim.agent_id,
                    why=str(code),
                )
                continue
            pair = self._pair(claim)
            if pair is None:
                self.log.warning(
                    Code.AGENT_NOT_FAMILY, file=claim.file, line=claim.line, column=column, value=claim.agent_id
                )
                continue
            student_id, person_id = pair
            self.links[pair] = claim.relation or self.links.get(pair) or self._relation(person_id)
        linked = {person_id for _student, person_id in self.links}
        for user_id, roles in draft.roles.items():
            if user_id in draft.users and user_id not in linked and all(x.role in r.FAMILY_ROLES for x in roles):
                user = draft.users[user_id]
                self.log.warning(Code.FAMILY_WITHOUT_STUDENT, file=user.file, line=user.line, value=user_id)

    def _pair(self, claim: r.AgentClaim) -> tuple[str, str] | None:
        """(student, family member), whichever side said it; None where neither way makes sense."""
        one, other = self._natures(claim.user_id), self._natures(claim.agent_id)
        if one[0] and other[1] and not other[0]:
            return claim.user_id, claim.agent_id
        if other[0] and one[1] and not one[0] and claim.relation is None:
            return claim.agent_id, claim.user_id
        return None

    def _relation(self, person_id: str) -> r.UserRole:
        return next(
            (role.role for role in self.draft.roles.get(person_id, ()) if role.role in r.FAMILY_ROLES),
            r.UserRole.GUARDIAN,
        )


def resolve(draft: Draft, known: KnownRoster) -> Resolver:
    """Settle all references of `draft`, in place; the resolver carries what follows from them."""
    resolver = Resolver(draft, known)
    resolver.run()
    return resolver
