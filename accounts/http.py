"""From a request to a viewer and an authorised subject, inside one transaction that names its actor."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.models import Exists, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.choices import ReadPurpose
from accounts.models import ApiToken, Enrolment, Person, School, Section, Student, User
from accounts.permissions import Decision, Permission, Viewer, can, current, sections_for, students_for
from accounts.statements import run

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
    rows = run(f"{_VIEWER} WHERE p.id = %s AND p.is_active", [today, person_id])
    if not rows:
        raise Person.DoesNotExist
    return _viewer(rows[0], today, user_id=user_id, scopes=scopes)


def viewer_of_token(digest: str) -> tuple[Viewer, User, ApiToken] | None:
    """Who an API token with this digest acts for, its account and the token; None for one that is dead or unknown.

    One query, which also names the actor. The account and the token know only what signing in needs.
    """
    today = timezone.localdate()
    rows = run(_TOKEN, [today, digest, timezone.now()])
    if not rows:
        return None
    *facts, token_id, scopes, last_used_on, user_id, username = rows[0]
    user = User.from_db(
        DEFAULT_DB_ALIAS, ["id", "person_id", "username", "is_active"], [user_id, facts[0], username, True]
    )
    if last_used_on != today:  # once a day, so that reading costs no writing
        ApiToken.objects.filter(pk=token_id).update(last_used_on=today)
    token = ApiToken.from_db(DEFAULT_DB_ALIAS, ["id", "user_id", "scopes"], [token_id, user_id, scopes])
    return _viewer(facts, today, user_id=user_id, scopes=frozenset(scopes)), user, token


class SignedInAccounts(AuthenticationBackend):  # type: ignore[misc] # allauth has no types
    """allauth's ways in. Who is signed in is read together with what they are today: one query for both."""

    def get_user(self, user_id: object) -> User | None:
        """The account of a session, None for one that is gone or switched off. Its viewer is kept for the middleware,
        with the actor named in the transaction that is open; the account of somebody gone from the roster has none."""
        today = timezone.localdate()
        rows = run(_ACCOUNT, [today, int(str(user_id))])
        if not rows:
            return None
        facts, is_here, columns = rows[0][:10], rows[0][10], rows[0][11:]
        user = User.from_db(DEFAULT_DB_ALIAS, _ACCOUNT_FIELDS, columns)
        user.viewer_read = _viewer(facts, today, user_id=user.pk, scopes=None) if is_here else None  # type: ignore[attr-defined]
        return user


# The columns `_viewer` reads.
_FACTS = """
SELECT p.id, p.public_id, p.given_name, p.family_name, p.preferred_name, s.id, s.public_id,
    ARRAY(SELECT r.role || ':' || coalesce(r.school_id::text, '') FROM accounts_roleassignment r
          WHERE r.person_id = p.id AND r.starts_on <= day.today AND (r.ends_on IS NULL OR r.ends_on > day.today)),
    ARRAY(SELECT DISTINCT l.kind FROM accounts_relationship l
          WHERE l.person_id = p.id AND l.starts_on <= day.today AND (l.ends_on IS NULL OR l.ends_on > day.today)),
    set_config('throughline.actor', p.id::text, true)
"""
_TODAY = "CROSS JOIN (SELECT %s::date AS today) AS day LEFT JOIN accounts_student s ON s.person_id = p.id"
_VIEWER = f"{_FACTS} FROM accounts_person p {_TODAY}"
_TOKEN = f"""{_FACTS}, t.id, t.scopes, t.last_used_on, u.id, u.username
FROM accounts_apitoken t JOIN accounts_user u ON u.id = t.user_id JOIN accounts_person p ON p.id = u.person_id {_TODAY}
WHERE t.digest = %s AND t.revoked_at IS NULL AND t.expires_at > %s
  AND u.is_active AND u.locked_at IS NULL AND p.is_active
"""

_ACCOUNT_FIELDS = [field.attname for field in User._meta.concrete_fields]
_ACCOUNT = f"""{_FACTS}, p.is_active, {", ".join(f"u.{field.column}" for field in User._meta.concrete_fields)}
FROM accounts_user u JOIN accounts_person p ON p.id = u.person_id {_TODAY}
WHERE u.id = %s AND u.is_active
"""


def _viewer(facts: Sequence[Any], today: date, *, user_id: int | None, scopes: frozenset[str] | None) -> Viewer:
    pk, public_id, given, family, preferred, own_id, own_public_id, pairs, kinds, _actor = facts
    person = Person(given_name=given, family_name=family, preferred_name=preferred)
    roles = (pair.partition(":") for pair in pairs)
    return Viewer(
        person_id=pk,
        user_id=user_id,
        public_id=public_id,
        name=person.display_name,
        short_name=person.short_name,
        today=today,
        roles=frozenset((role, int(school) if school else None) for role, _sep, school in roles),
        kinds=frozenset(kinds),
        own_student_id=own_id,
        own_student_public_id=own_public_id,
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
        was_read = hasattr(request, "_cached_user")  # by somebody before us, outside this transaction
        with transaction.atomic():
            request.viewer = self._viewer(request, was_read=was_read)  # type: ignore[attr-defined]
            response = self.get_response(request)
            if getattr(request, "undo", False):
                transaction.set_rollback(True)
            return response

    def _viewer(self, request: HttpRequest, *, was_read: bool) -> Viewer:
        user = request.user
        if not user.is_authenticated:
            if settings.SESSION_COOKIE_NAME in request.COOKIES:
                set_actor(None)  # whoever the session once belonged to
            return anonymous()
        viewer: Viewer | None = getattr(user, "viewer_read", None)
        try:
            if was_read or viewer is None:
                viewer = viewer_for(user.person_id, user_id=user.pk)
        except Person.DoesNotExist:
            set_actor(None)
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
