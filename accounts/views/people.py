"""Records of one person: find them, look at both, join them, take them apart. Accounts that sleep: unlock them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit, dormancy
from accounts.forms import JoinForm, UnlockForm
from accounts.http import ViewerRequest, require_duty
from accounts.joining import asking, selectors, services
from accounts.joining.selectors import PersonCard
from accounts.permissions import Permission, can


@require_http_methods(["GET", "POST"])
def people(request: ViewerRequest) -> HttpResponse:
    """Find a person by name or id; pairs that may be one person; joins made so far.

    What is looked for comes by POST: a name does not belong in an address, a history or a log.
    """
    decision = require_duty(request, Permission.LINK_PEOPLE)
    words = " ".join(request.POST.get("q", "").replace("\x00", " ").split())[:100]
    first = _uuid(request.POST.get("with", ""))
    chosen = None
    if first is not None:
        person = selectors.person_to_join(viewer=request.viewer, public_id=first)
        if person is None:
            raise Http404
        chosen = person
    found = selectors.people_named(viewer=request.viewer, words=words) if words else []
    pairs = [] if words or chosen else selectors.likely_pairs(viewer=request.viewer)
    _looked(request, [*found, *(card for pair in pairs for card in pair)], decision.reason)
    return render(
        request,
        "accounts/person_list.html",
        {
            "words": words,
            "found": [card for card in found if chosen is None or card.public_id != chosen.public_id],
            "pairs": pairs,
            "are_more": len(pairs) == selectors.SHOWN,
            "chosen": chosen,
            "joins": selectors.joins(viewer=request.viewer),
            "keeps_accounts": can(request.viewer, Permission.KEEP_ACCOUNTS).allowed,
            "requests": selectors.join_requests(viewer=request.viewer),
        },
    )


@require_http_methods(["GET", "POST"])
def join_preview(request: ViewerRequest) -> HttpResponse:
    """Two records side by side and what joining them would do; a reason, and a yes."""
    decision = require_duty(request, Permission.LINK_PEOPLE)
    source = request.POST if request.method == "POST" else request.GET
    first, second = _uuid(source.get("one", "")), _uuid(source.get("other", ""))
    if first is None or second is None:
        raise Http404
    preview = selectors.join_preview(viewer=request.viewer, first=first, second=second)
    if preview is None:
        raise Http404
    _looked(request, [preview.first, preview.second], decision.reason)
    form = JoinForm(request.POST) if request.method == "POST" else JoinForm(initial={"kept": first})
    if form.is_valid():
        done = _join(request, form, {first, second})
        if done is not None:
            return done
    return render(
        request, "accounts/person_join.html", {"preview": preview, "form": form}, status=422 if form.errors else 200
    )


def _join(request: ViewerRequest, form: JoinForm, pair: set[UUID]) -> HttpResponse | None:
    """On to the join, or to the request that waits for a second yes; None, with the reason in the form, where it
    cannot be."""
    kept_id = form.cleaned_data["kept"]
    if kept_id not in pair:
        raise Http404
    (absorbed_id,) = pair - {kept_id}
    kept = selectors.person_to_join(viewer=request.viewer, public_id=kept_id)
    absorbed = selectors.person_to_join(viewer=request.viewer, public_id=absorbed_id)
    if kept is None or absorbed is None:
        raise Http404
    try:
        merge = asking.join_or_ask(by=request.viewer, kept=kept, absorbed=absorbed, reason=form.cleaned_data["reason"])
    except services.CannotJoinError:
        form.add_error(None, _JOINED_MEANWHILE)
        return None
    if merge is None:
        messages.success(
            request, _("Nothing is joined yet: somebody else who joins records has to say yes, under People.")
        )
        return redirect("people")
    return redirect("join_detail", merge.public_id)


_JOINED_MEANWHILE = gettext_lazy("Somebody joined one of these records a moment ago. Nothing was changed; look again.")


@require_http_methods(["GET", "POST"])
def join_request(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Two records that somebody else asks to join: a yes, or a no. The one who asked may only take it back."""
    decision = require_duty(request, Permission.LINK_PEOPLE)
    found = selectors.request_to_answer(viewer=request.viewer, public_id=public_id)
    page = selectors.request_page(viewer=request.viewer, public_id=public_id)
    if found is None or page is None:
        raise Http404
    if request.method == "POST" and request.POST.get("answer") in {"yes", "no"}:
        row, kept, absorbed = found
        if page.line.is_mine and request.POST["answer"] == "yes":
            raise PermissionDenied
        try:
            if request.POST["answer"] == "no":
                asking.decline(by=request.viewer, asked=row)
                messages.success(request, _("They stay two records."))
                return redirect("people")
            merge = asking.agree(by=request.viewer, asked=row, kept=kept, absorbed=absorbed)
        except services.CannotJoinError:
            messages.warning(request, _JOINED_MEANWHILE)
            return redirect("people")
        return redirect("join_detail", merge.public_id)
    _looked(request, [page.kept, page.absorbed], decision.reason)
    return render(request, "accounts/person_join_request.html", {"page": page})


@require_GET
def join_detail(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """A join: the two records, who joined them and why; it can be undone."""
    decision = require_duty(request, Permission.LINK_PEOPLE)
    page = selectors.join_page(viewer=request.viewer, public_id=public_id)
    if page is None:
        raise Http404
    _looked(request, [page.kept, page.absorbed], decision.reason)
    return render(request, "accounts/person_join_detail.html", {"page": page})


@require_POST
def join_undo(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Take the two records apart again."""
    require_duty(request, Permission.LINK_PEOPLE)
    merge = selectors.join_to_show(viewer=request.viewer, public_id=public_id)
    if merge is None:
        raise Http404
    try:
        services.undo_join(by=request.viewer, merge=merge)
    except services.CannotJoinError as error:
        if error.obstacle is services.Obstacle.UNDO_LATER_FIRST:
            messages.warning(
                request, _("The record that stayed was joined to a third one since. Take those two apart first.")
            )
        else:
            messages.info(request, _("They were taken apart already. Nothing was done twice."))
    return redirect("join_detail", public_id)


def _looked(request: ViewerRequest, cards: list[PersonCard], reason: str) -> None:
    """Names of students were shown to somebody outside their circle: each family can see that."""
    for student_id in {card.student_id for card in cards if card.student_id is not None}:
        audit.record_read(
            viewer=request.viewer,
            subject=f"student:{student_id}",
            students=[student_id],
            block="identity",
            purpose="records",
            reason=reason or _("joins records of one person"),
        )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_GET
def locked_accounts(request: ViewerRequest) -> HttpResponse:
    """Accounts of one's own staff that nobody used for 30 days."""
    require_duty(request, Permission.UNLOCK_ACCOUNTS)
    return _locked(request)


@require_POST
def account_unlock(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Open one again, and say how one knows that it is them."""
    require_duty(request, Permission.UNLOCK_ACCOUNTS)
    user = dormancy.asleep_by_id(viewer=request.viewer, public_id=public_id)
    if user is None:
        raise Http404
    form = UnlockForm(request.POST, auto_id=f"id_{public_id}_%s")
    if not form.is_valid():
        return _locked(request, at=public_id, form=form)
    dormancy.unlock_account(by=request.viewer, user=user, reason=form.cleaned_data["reason"])
    messages.success(request, _("The account is open again. They sign in as always."))
    return redirect("locked_accounts")


def _locked(request: ViewerRequest, *, at: UUID | None = None, form: UnlockForm | None = None) -> HttpResponse:
    lines = [
        (one, form if form is not None and one.public_id == at else UnlockForm(auto_id=f"id_{one.public_id}_%s"))
        for one in dormancy.asleep(viewer=request.viewer)
    ]
    status = 422 if form is not None else 200
    return render(request, "accounts/account_locked_list.html", {"lines": lines, "form": form}, status=status)
