"""Accounts and roles by hand: found, closed, opened, given, ended. For the district."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import services as giving
from accounts.choices import Role
from accounts.http import ViewerRequest, require_duty
from accounts.keyring import selectors, services
from accounts.keyring.forms import ReasonForm, RoleForm
from accounts.permissions import Permission


@require_http_methods(["GET", "POST"])
def accounts(request: ViewerRequest) -> HttpResponse:
    """Find an account: by POST, since a name does not belong in an address, a history or a log."""
    require_duty(request, Permission.KEEP_ACCOUNTS)
    words = " ".join(request.POST.get("q", "").replace("\x00", " ").split())[:100]
    found = selectors.found(viewer=request.viewer, words=words) if words else []
    return render(request, "accounts/account_list.html", {"words": words, "found": found})


@require_http_methods(["GET", "POST"])
def account(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """One account: open or closed, with its roles."""
    require_duty(request, Permission.KEEP_ACCOUNTS)
    keys = selectors.keys_of(viewer=request.viewer, public_id=public_id)
    if keys is None:
        raise Http404
    schools = selectors.schools(viewer=request.viewer)
    names = [(key, school.name) for key, school in schools.items()]
    act = request.POST.get("act", "") if request.method == "POST" else ""
    reason = ReasonForm(request.POST if act in {"close", "open", "end"} else None, auto_id="id_do_%s")
    role = RoleForm(request.POST if act == "give" else None, schools=names)
    form = role if act == "give" else reason
    if act and form.is_valid():
        _do(request, keys, act, form)
        return redirect("account", public_id)
    context = {"keys": keys, "reason": reason, "role": role}
    return render(request, "accounts/account_detail.html", context, status=422 if form.errors else 200)


def _do(request: ViewerRequest, keys: selectors.Keys, act: str, form: ReasonForm) -> None:
    by, person, why = request.viewer, keys.person, form.cleaned_data["reason"]
    if act == "close":
        if services.close_account(by=by, person=person, reason=why):
            messages.success(request, _("Closed. Sessions and keys end with their next request."))
        else:
            messages.warning(request, _("The account was closed here already. Nothing was changed."))
    elif act == "open":
        if not services.open_account(by=by, person=person, reason=why):
            messages.warning(request, _("There was nothing to open. Nothing was changed."))
        elif keys.by_invitation:
            messages.success(request, _("Ready. The school can invite them now; the account opens with that."))
        else:
            messages.success(request, _("Open again. They sign in as always."))
    elif act == "end":
        number = request.POST.get("role", "")
        if (
            number.isdecimal()
            and len(number) < 18
            and services.end_role(by=by, person=person, role=int(number), reason=why)
        ):
            messages.success(request, _("The role ended. It opens nothing any more."))
        else:
            messages.warning(request, _("This role came with the roster, or ended already. Nothing was changed."))
    else:
        where = selectors.schools(viewer=by).get(form.cleaned_data["school"])
        role = Role(form.cleaned_data["role"])
        given = giving.give_role(by=by, user=person.user, role=role, school=where, reason=why)
        messages.success(request, _("Given: %(role)s.") % {"role": given.get_role_display()})
