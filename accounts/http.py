"""From a request to a viewer and an authorised subject, inside one transaction that names its actor."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import CharField, Exists, F, Func, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.choices import ReadPurpose
from accounts.models import Enrolment, Person, Relationship, RoleAssignment, School, Section, Student
from accounts.permissions import Decision, Permission, Viewer, can, current, sections_for, students_for

PURPOSE_LASTS = timedelta(hours=1)


class ViewerRequest(HttpRequest):
    """A request after `ActorMiddleware`: it knows who is asking."""

    viewer: Viewer
    htmx: Any


class PurposeNeededError(Exception):
    """A school role wants to open a student's page and has not said why yet."""

    def __init__(self, student: Student) -> None:
        self.student = student


def anonymous() -> Viewer:
    """The viewer of a request nobody signed in for."""
    return Viewer(person_id=None, user_id=None, public_id=None, name="", short_name="", today=timezone.localdate())


def set_actor(person_id: int | None) -> None:
    """Name the actor to the database for the rest of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('throughline.actor', %s, true)", [str(person_id or "")])


def viewer_for(person_id: int, *, user_id: int | None = None, scopes: frozenset[str] | None = None) -> Viewer:
    """The viewer of a person, with current roles and kinds of relationship; one query, which also names the actor.

    Raises Person.DoesNotExist for somebody who is gone from the roster: whatever still stands of theirs opens nothing.
    """
    today = timezone.localdate()
    row = (
        Person.objects.filter(pk=person_id, is_active=True)
        .annotate(
            actor=Func(
                Value("throughline.actor"),
                Value(str(person_id)),
                Value(True),
                function="set_config",
                output_field=CharField(),
            ),
            role_list=ArraySubquery(
                RoleAssignment.objects.filter(current(today), person=OuterRef("pk"))
                .annotate(
                    pair=Concat(
                        F("role"),
                        Value(":"),
                        Coalesce(Cast("school_id", CharField()), Value("")),
                        output_field=CharField(),
                    )
                )
                .values("pair")
            ),
            kind_list=ArraySubquery(
                Relationship.objects.filter(current(today), person=OuterRef("pk")).values("kind").distinct()
            ),
            own_student_id=F("student__id"),
            own_student_public_id=F("student__public_id"),
        )
        .get()
    )
    roles = set()
    for pair in row.role_list:
        role, _sep, school = pair.partition(":")
        roles.add((role, int(school) if school else None))
    return Viewer(
        person_id=row.pk,
        user_id=user_id,
        public_id=row.public_id,
        name=row.display_name,
        short_name=row.short_name,
        today=today,
        roles=frozenset(roles),
        kinds=frozenset(row.kind_list),
        own_student_id=row.own_student_id,
        own_student_public_id=row.own_student_public_id,
        scopes=scopes,
    )


class ActorMiddleware:
    """Opens the request's transaction, finds out who is asking and tells the database.

    The response is rendered inside the transaction. A view that raises leaves nothing behind.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request inside its transaction."""
        if request.path_info.startswith(("/static/", "/healthz", "/readyz")):
            return self.get_response(request)
        with transaction.atomic():
            request.viewer = self._viewer(request)  # type: ignore[attr-defined]
            response = self.get_response(request)
            if getattr(request, "undo", False):
                transaction.set_rollback(True)
            return response

    def _viewer(self, request: HttpRequest) -> Viewer:
        user = request.user
        if not user.is_authenticated:
            return anonymous()
        try:
            viewer = viewer_for(user.person_id, user_id=user.pk)
        except Person.DoesNotExist:
            logout(request)
            return anonymous()
        viewer.purposes.update(_declared_purposes(request))
        return viewer

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Undo what a failing view wrote; send a school lead who gave no purpose to the page that asks for it."""
        # Undone once the answer stands: who answers the exception (a second sign-in, say) may still have to read.
        request.undo = True  # type: ignore[attr-defined]
        if isinstance(exception, SignInNeededError):  # REST framework answers for its own endpoints before this
            return sign_in_redirect(request)
        if isinstance(exception, PurposeNeededError):
            if request.path_info.startswith("/api/"):
                return None
            where = reverse("student_purpose", args=[exception.student.public_id])
            query = urlencode({"next": request.get_full_path() if request.method == "GET" else ""})
            response: HttpResponse = HttpResponseRedirect(f"{where}?{query}")
            if getattr(request, "htmx", False):
                response = HttpResponse(status=204)
                response["HX-Redirect"] = f"{where}?{query}"
            return response
        return None


# ------------------------------------------------------------------ loaders
def require_sign_in(request: ViewerRequest) -> Viewer:
    """The signed-in viewer; SignInNeededError otherwise, which the middleware answers with the sign-in page."""
    if not request.viewer.is_known:
        raise SignInNeededError
    return request.viewer


class SignInNeededError(PermissionDenied):
    """Nobody is signed in. Pages answer with the sign-in page, fragments with HX-Redirect."""


def load_student(
    request: ViewerRequest,
    public_id: UUID,
    permission: Permission,
    *,
    block: str = "",
    log_read: bool = True,
) -> tuple[Student, Decision]:
    """The student this viewer may do this to, with the reason. The first line of every view about a student.

    Not visible: Http404. Visible but not allowed: PermissionDenied. A school role without a declared purpose:
    PurposeNeededError. With `block`, writes the read event. A merged student is answered with the one that stayed.
    """
    require_sign_in(request)
    student = Student.objects.select_related("person", "school").filter(public_id=public_id, is_active=True).first()
    if student is not None and student.alias_of_id is not None:
        student = Student.objects.select_related("person", "school").get(pk=student.alias_of_id)
    if student is None:
        raise Http404
    decision = can(request.viewer, permission, student)
    if not decision.visible:
        raise Http404
    if not decision.allowed:
        raise PermissionDenied
    purpose = ""
    if decision.needs_purpose:
        purpose = request.viewer.purposes.get(str(student.public_id), "")
        if not purpose:
            raise PurposeNeededError(student)
    if block and log_read:
        audit.record_read(
            viewer=request.viewer,
            subject=f"student:{student.pk}",
            students=[student.pk],
            block=block,
            purpose=purpose,
            reason=decision.reason,
        )
    return student, decision


def load_section(request: ViewerRequest, public_id: UUID, permission: Permission) -> tuple[Section, Decision]:
    """The section this viewer may do this to; Http404 when they do not teach it."""
    require_sign_in(request)
    section = (
        Section.objects.select_related("school", "school_year").filter(public_id=public_id, is_active=True).first()
    )
    if section is None:
        raise Http404
    decision = can(request.viewer, permission, section)
    if not decision.visible:
        raise Http404
    if not decision.allowed:
        raise PermissionDenied
    return section, decision


def load_seats(
    request: ViewerRequest, section_id: UUID, student_ids: Collection[UUID], permission: Permission
) -> tuple[int, dict[UUID, Student]]:
    """Students of one class this viewer teaches and may do this to: (section's key, students by public id). One query.

    For entry cell by cell, where policy, class and students must cost one look together. Who has left the class, or
    never was in it, is not in the answer; Http404 when nobody is left or the class is not theirs.
    """
    viewer = require_sign_in(request)
    mine = sections_for(viewer).filter(public_id=section_id)
    seat = Enrolment.objects.filter(current(viewer.today), student=OuterRef("pk"), section__in=mine, is_active=True)
    found: dict[UUID, Student] = {
        student.public_id: student
        for student in students_for(viewer, permission)
        .filter(Exists(seat), public_id__in=list(student_ids))
        .select_related("person")
        .annotate(section_pk=Subquery(mine.values("pk")[:1]))
    }
    if not found:
        raise Http404
    section_pk: int = next(iter(found.values())).__dict__["section_pk"]
    return section_pk, found


def load_school(request: ViewerRequest, public_id: UUID, permission: Permission) -> tuple[School, Decision]:
    """The school this viewer leads; Http404 otherwise."""
    require_sign_in(request)
    school = School.objects.filter(public_id=public_id, is_active=True).first()
    if school is None:
        raise Http404
    decision = can(request.viewer, permission, school)
    if not decision.visible:
        raise Http404
    if not decision.allowed:
        raise PermissionDenied
    return school, decision


def require_duty(request: ViewerRequest, permission: Permission) -> Decision:
    """A duty without a student (imports, operations). Http404 for everyone who does not hold it."""
    require_sign_in(request)
    decision = can(request.viewer, permission)
    if not decision.allowed:
        raise Http404
    return decision


# ------------------------------------------------------------------ purposes
def declare_purpose(request: HttpRequest, student: Student, purpose: ReadPurpose) -> None:
    """Keep why a school role opens this student's page, for an hour of this session."""
    purposes = request.session.get("purposes", {})
    until = (timezone.now() + PURPOSE_LASTS).timestamp()
    purposes[str(student.public_id)] = [str(purpose), until]
    request.session["purposes"] = purposes


def _declared_purposes(request: HttpRequest) -> dict[str, str]:
    now = timezone.now().timestamp()
    return {key: what for key, (what, until) in request.session.get("purposes", {}).items() if until > now}


# ------------------------------------------------------------------ answers
def wants_fragment(request: ViewerRequest) -> bool:
    """True when htmx asks for a part: not boosted, not restoring history."""
    return bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request


def sign_in_redirect(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back; a fragment is told so by header, so that the whole page goes there."""
    where = f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': request.get_full_path()})}"
    if getattr(request, "htmx", False):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = f"{reverse(settings.LOGIN_URL)}"
        return response
    return redirect(where)
