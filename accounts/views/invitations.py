"""Accounts for family: whom a school invites, the letters it prints, and the way in for who brings a code."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit
from accounts.choices import ReadPurpose
from accounts.http import ViewerRequest, load_school, load_student, require_sign_in
from accounts.invitations import selectors, services
from accounts.invitations.codes import digest_of, draw_digits
from accounts.invitations.forms import DigitsForm, InvitationForm, SecondLookForm
from accounts.invitations.sending import MOST
from accounts.permissions import Permission

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import FamilyInvitation, School, Section, Student

DIGITS_LAST = timedelta(minutes=15)
DIGIT_TRIES = 5
EVERYBODY = "all"
KEY = "invitation"
"""Where the session of somebody who is not signed in keeps which code they brought."""


# ------------------------------------------------------------------ at school
@require_http_methods(["GET", "POST"])
def family_accounts(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """The family of one student: who has an account, and an invitation for who has none."""
    student, decision = load_student(request, public_id, Permission.INVITE_FAMILY, block="circle")
    students = selectors.only(student)
    if request.method == "POST":
        done = _invite(request, students, student)
        return done or redirect("family_accounts", student.public_id)
    context = {
        "student": student,
        **_lines(selectors.invitees(viewer=request.viewer, students=students, about=student)),
        "is_lead": decision.needs_purpose,
    }
    return render(request, "accounts/family_accounts.html", context)


@require_http_methods(["GET", "POST"])
def school_invitations(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """The families of a school or of one of its classes: who has an account, and invitations for those without."""
    school, decision = load_school(request, public_id, Permission.INVITE_FAMILY)
    sections = selectors.sections_of(viewer=request.viewer, school=school)
    section = _section(request, sections)
    everybody = request.GET.get("class") == EVERYBODY
    students = selectors.students_of(school=school, section=section)
    if request.method == "POST":
        done = _invite(request, students, school)
        return done or redirect(request.get_full_path())
    lines, left = [], 0
    if section or everybody:
        lines = selectors.invitees(viewer=request.viewer, students=students, about=school)
    if everybody:  # a whole school in portions: who was invited is not asked about again
        still = [line for line in lines if line.is_left]
        lines, left = still[:MOST], max(0, len(still) - MOST)
    seen = sorted({key for line in lines for key in line.student_ids})
    if seen:
        audit.record_read(
            viewer=request.viewer,
            subject="family_accounts",
            students=seen,
            block="circle",
            purpose=ReadPurpose.CARE,
            reason=decision.reason,
        )
    context = {
        "school": school,
        "sections": sections,
        "section": section,
        "everybody": everybody,
        **_lines(lines),
        "left": left,
    }
    return render(request, "accounts/school_invitations.html", context)


@require_POST
def invitation_take_back(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """The code opens nothing from now on."""
    viewer = require_sign_in(request)
    found = selectors.invitation_by_id(viewer=viewer, public_id=public_id)
    if found is None:
        raise Http404
    row, child = found
    services.take_back(by=viewer, invitation=row)
    messages.success(request, _("Taken back. That code opens nothing any more."))
    if child.school_id in viewer.school_ids() and child.school is not None:
        return redirect("school_invitations", child.school.public_id)
    return redirect("family_accounts", child.public_id)


def _lines(lines: list[selectors.Invitee]) -> dict[str, Any]:
    """Guardians for the page, and which of the two ways of inviting has anybody at all."""
    invited = [line for line in lines if line.may_be_invited]
    return {"lines": lines, "may_write": bool(invited), "may_mail": any(line.address for line in invited)}


def _invite(request: ViewerRequest, students: QuerySet[Student], about: Student | School) -> HttpResponse | None:
    """Letters to print, or None once messages are on their way or nobody was chosen."""
    chosen = [key for text in request.POST.getlist("guardians") if (key := _uuid(text)) is not None]
    if not chosen:
        messages.warning(request, _("Choose at least one person. Nothing was sent."))
        return None
    if request.POST.get("act") == "mail":
        sent = services.invite_by_mail(by=request.viewer, students=students, about=about, guardians=chosen)
        if sent:
            said = ngettext("One message is on its way.", "%(n)d messages are on their way.", sent) % {"n": sent}
            messages.success(request, said)
        left = len(chosen) - sent
        if left:
            said = ngettext(
                "One person has no address in the records, or an account already.",
                "%(n)d people have no address in the records, or an account already.",
                left,
            ) % {"n": left}
            messages.warning(request, said)
        return None
    letters = services.print_letters(by=request.viewer, students=students, about=about, guardians=chosen)
    if not letters:
        messages.warning(request, _("Everybody you chose has an account already. No letter was made."))
        return None
    context = {
        "letters": letters,
        "back": request.get_full_path(),
        "where": f"{settings.PUBLIC_URL.partition('://')[2]}/invitation",
    }
    response = render(request, "accounts/invitation_letters.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def _section(request: ViewerRequest, sections: list[Section]) -> Section | None:
    """The class that is chosen in the address; without one the page asks for it."""
    wanted = request.GET.get("class", "")
    if wanted in {"", EVERYBODY}:
        return None
    found = next((section for section in sections if str(section.public_id) == wanted), None)
    if found is None:
        raise Http404
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


# ------------------------------------------------------------------ the way in
@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: ViewerRequest) -> HttpResponse:
    """Bring a code. It says only whether there is such an invitation."""
    if request.viewer.is_known:
        return render(request, "accounts/invitation.html", {"form": None})
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="invitation"):
            form.add_error(None, _("Too many codes were tried from here. Wait a few minutes."))
            return render(request, "accounts/invitation.html", {"form": form}, status=429)
        found = services.invitation_of(form.cleaned_data["code"])
        if found is not None:
            request.session[KEY] = {"id": str(found.public_id)}
            return redirect("invitation_you")
        form.add_error(
            "code", _("No invitation has this code, or it was used or is over. Look again, or ask the school office.")
        )
    return render(request, "accounts/invitation.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def invitation_you(request: ViewerRequest) -> HttpResponse:
    """The second look: the first name of a child, and where the code for signing in goes."""
    row = _brought(request)
    if row is None:
        return redirect("invitation")
    by_letter = not row.address
    form = SecondLookForm(
        request.POST if request.method == "POST" else None, asks_address=by_letter and not row.guardian.email
    )
    with translation.override(row.language):
        if request.method == "POST" and form.is_valid():
            if services.knows_a_child(invitation=row, first_name=form.cleaned_data["child"]):
                if not by_letter:
                    return _come_in(request, row, row.address) or redirect("invitation")
                return _write_digits(request, row, form)
            if services.open_invitation(row.public_id) is None:
                request.session.pop(KEY, None)
                messages.warning(
                    request, _("That was the fifth name. This code opens nothing any more; ask the school office.")
                )
                return redirect("invitation")
            form.add_error("child", _("No child of yours at our schools has this first name. Look at it again."))
        context = {"form": form, "row": row, "hint": _hint(row.guardian.email) if by_letter else ""}
        return render(request, "accounts/invitation_you.html", context, status=422 if form.errors else 200)


def _write_digits(request: ViewerRequest, row: FamilyInvitation, form: SecondLookForm) -> HttpResponse:
    address = (row.guardian.email or form.cleaned_data.get("address", "")).lower()
    digits = draw_digits()
    if not ratelimit.consume(request, action="invitation_digits", key=str(row.public_id)):
        form.add_error(None, _("Too many messages were sent. Wait an hour, or ask the school office."))
    elif not services.send_digits(invitation=row, address=address, digits=digits):
        form.add_error(None, _("The message could not be sent just now. Try again in a few minutes."))
    else:
        request.session[KEY] = {
            "id": str(row.public_id),
            "address": address,
            "digits": digest_of(digits),
            "until": (timezone.now() + DIGITS_LAST).timestamp(),
            "tries": 0,
        }
        return redirect("invitation_address")
    context = {"form": form, "row": row, "hint": _hint(row.guardian.email)}
    return render(request, "accounts/invitation_you.html", context, status=429)


@never_cache
@require_http_methods(["GET", "POST"])
def invitation_address(request: ViewerRequest) -> HttpResponse:
    """The six digits that were sent; with them the account opens."""
    row, kept = _brought(request), dict(request.session.get(KEY, {}))
    if row is None:
        return redirect("invitation")
    if "digits" not in kept:
        return redirect("invitation_you")
    form = DigitsForm(request.POST if request.method == "POST" else None)
    with translation.override(row.language):
        if request.method == "POST" and form.is_valid():
            if kept["until"] < timezone.now().timestamp() or kept["tries"] >= DIGIT_TRIES:
                request.session[KEY] = {"id": kept["id"]}
                messages.warning(request, _("These digits work no longer. We send new ones."))
                return redirect("invitation_you")
            if constant_time_compare(digest_of(form.cleaned_data["digits"]), kept["digits"]):
                return _come_in(request, row, kept["address"]) or redirect("invitation_you")
            request.session[KEY] = kept | {"tries": kept["tries"] + 1}
            form.add_error("digits", _("These are not the digits we sent. Look at the newest message."))
        context: dict[str, Any] = {"form": form, "row": row, "hint": _hint(kept["address"])}
        return render(request, "accounts/invitation_address.html", context, status=422 if form.errors else 200)


def _brought(request: ViewerRequest) -> FamilyInvitation | None:
    """The invitation whose code this browser brought, while it holds and nobody is signed in."""
    kept = request.session.get(KEY)
    if request.viewer.is_known or not isinstance(kept, dict):
        return None
    key = _uuid(str(kept.get("id", "")))
    return services.open_invitation(key) if key is not None else None


def _come_in(request: ViewerRequest, row: FamilyInvitation, address: str) -> HttpResponse | None:
    """Signed in to their own account; None, with a message why, where that cannot be."""
    try:
        user = services.accept(invitation=row, address=address)
    except services.InvitationError as error:
        messages.warning(request, str(error))
        request.session[KEY] = {"id": str(row.public_id)}
        return None
    request.session.pop(KEY, None)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    messages.success(request, _("Welcome. From now on a code comes to %(address)s.") % {"address": address})
    return redirect("home")


def _hint(address: str) -> str:
    """An address so that only who has it knows it: `l…@example.org`."""
    name, _at, place = address.partition("@")
    return f"{name[:1]}…@{place}" if place else ""
