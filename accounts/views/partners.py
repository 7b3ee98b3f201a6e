"""Partners and who speaks for them: for those who manage partners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.choices import PartnerKind
from accounts.forms import MemberForm, PartnerForm
from accounts.http import ViewerRequest, require_duty
from accounts.partners import selectors, services
from accounts.permissions import Permission

if TYPE_CHECKING:
    from accounts.models import Partner


@require_GET
def partners(request: ViewerRequest) -> HttpResponse:
    """Every partner."""
    require_duty(request, Permission.MANAGE_PARTNERS)
    return render(request, "accounts/partner_list.html", {"partners": selectors.partners(viewer=request.viewer)})


@require_http_methods(["GET", "POST"])
def partner_add(request: ViewerRequest) -> HttpResponse:
    """A new one."""
    require_duty(request, Permission.MANAGE_PARTNERS)
    form = PartnerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_partner(by=request.viewer, **_described(form))
        except services.PartnerError as error:
            form.add_error("name", str(error))
        else:
            return redirect("partner_detail", made.public_id)
    status = 422 if form.errors else 200
    return render(request, "accounts/partner_form.html", {"form": form, "page": None}, status=status)


@require_http_methods(["GET", "POST"])
def partner_detail(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """One partner; finding somebody who is known here (by POST: a name does not belong in an address)."""
    require_duty(request, Permission.MANAGE_PARTNERS)
    words = " ".join(request.POST.get("q", "").replace("\x00", " ").split())[:100]
    return _detail(request, public_id, words=words)


@require_http_methods(["GET", "POST"])
def partner_edit(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Describe it anew. Whoever saves second sees both texts."""
    require_duty(request, Permission.MANAGE_PARTNERS)
    page = _page(request, public_id)
    row, conflict = page.partner, None
    shown = {"name": row.name, "kind": row.kind, "about": row.about, "website": row.website, "version": row.version}
    form = PartnerForm(request.POST if request.method == "POST" else None, initial=shown)
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_partner(
                by=request.viewer, partner=row, version=form.cleaned_data["version"] or 0, **_described(form)
            )
        except services.PartnerError as error:
            form.add_error("name", str(error))
        except services.PartnerChangedError as changed:
            conflict = {"mine": _said(_described(form)), "theirs": _said(vars(changed.current))}
            data = request.POST.copy()
            data["version"] = str(changed.current.version)
            form.data = data
        else:
            return redirect("partner_detail", public_id)
    status = 409 if conflict else 422 if form.errors else 200
    return render(
        request, "accounts/partner_form.html", {"form": form, "page": page, "conflict": conflict}, status=status
    )


@require_POST
def partner_end(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """It is a partner no longer."""
    require_duty(request, Permission.MANAGE_PARTNERS)
    services.end_partner(by=request.viewer, partner=_page(request, public_id).partner)
    messages.success(request, _("Saved. Nobody speaks for this partner any more; its pathways stay."))
    return redirect("partners")


@require_POST
def partner_member_add(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Somebody speaks for it: a person who is known here, or somebody new with an account."""
    require_duty(request, Permission.MANAGE_PARTNERS)
    partner = _page(request, public_id).partner
    chosen = request.POST.get("person", "")
    if chosen:
        try:
            person = selectors.adult(viewer=request.viewer, public_id=UUID(chosen))
        except ValueError as error:
            raise Http404 from error
        if person is None:
            raise Http404
        try:
            services.add_member(by=request.viewer, partner=partner, person=person)
        except services.PartnerError as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, _("%(name)s speaks for this partner now.") % {"name": person.display_name})
        return redirect("partner_detail", public_id)
    form = MemberForm(request.POST)
    if form.is_valid():
        try:
            services.add_new_member(by=request.viewer, partner=partner, **form.cleaned_data)
        except services.PartnerError as error:
            form.add_error("email", str(error))
        else:
            messages.success(
                request,
                _("The account is there. Tell them: open the sign-in page, write %(address)s, and a code comes.")
                % {"address": form.cleaned_data["email"]},
            )
            return redirect("partner_detail", public_id)
    return _detail(request, public_id, form=form)


@require_POST
def partner_member_end(request: ViewerRequest, public_id: UUID, member: int) -> HttpResponse:
    """They speak for it no longer, from this moment."""
    require_duty(request, Permission.MANAGE_PARTNERS)
    row = selectors.member_of(viewer=request.viewer, partner=_page(request, public_id).partner, pk=member)
    if row is None:
        raise Http404
    services.end_member(by=request.viewer, member=row)
    messages.success(request, _("Saved. What was open to them as a partner is closed from now on."))
    return redirect("partner_detail", public_id)


def _page(request: ViewerRequest, public_id: UUID) -> selectors.PartnerPage:
    page = selectors.partner_page(viewer=request.viewer, public_id=public_id)
    if page is None:
        raise Http404
    return page


def _detail(
    request: ViewerRequest, public_id: UUID, *, words: str = "", form: MemberForm | None = None
) -> HttpResponse:
    found = selectors.adults_with_address(viewer=request.viewer, words=words) if words else []
    context = {"page": _page(request, public_id), "words": words, "found": found, "form": form or MemberForm()}
    return render(request, "accounts/partner_detail.html", context, status=422 if form is not None else 200)


def _described(form: PartnerForm) -> dict[str, Any]:
    data = form.cleaned_data
    return {
        "name": data["name"],
        "kind": PartnerKind(data["kind"]),
        "about": data["about"],
        "website": data["website"],
    }


def _said(row: dict[str, Any] | Partner) -> str:
    values = row if isinstance(row, dict) else vars(row)
    return "\n".join(str(values[name]) for name in ("name", "about", "website") if values.get(name))
