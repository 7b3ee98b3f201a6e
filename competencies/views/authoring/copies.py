"""Working copies: the list, opening one, its tree, what it says of itself, review, and putting it away."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from accounts.http import ViewerRequest, require_duty, require_sign_in, wants_fragment
from accounts.permissions import Permission
from competencies.choices import WorkingState
from competencies.errors import AuthoringError
from competencies.forms.authoring import AnswerForm, CommentForm, HeadForm, StartForm
from competencies.selectors import authoring as selectors
from competencies.services import authoring as services
from competencies.services.authoring.copies import seen_of_head
from competencies.texts import main_language
from competencies.views.authoring.loading import (
    copy_url,
    frame,
    item_url,
    load_copy,
    load_item,
    number,
    page_language,
    saving,
    uuid_of,
    words_of,
)


@require_GET
def working_copies(request: ViewerRequest) -> HttpResponse:
    """Every copy this viewer may read: what is being written, and what came of it."""
    require_duty(request, Permission.REVIEW_FRAMEWORKS)
    context = {
        "copies": selectors.working_copies(viewer=request.viewer),
        "may_write": selectors.may_write(request.viewer),
    }
    return render(request, "competencies/working_list.html", context)


@require_http_methods(["GET", "POST"])
def framework_start(request: ViewerRequest) -> HttpResponse:
    """Begin a framework of one's own."""
    require_duty(request, Permission.WRITE_FRAMEWORKS)
    form = StartForm(request.POST if request.method == "POST" else None, initial={"language": page_language()})
    if request.method == "POST" and form.is_valid():
        copy = services.start_framework(by=request.viewer, **form.cleaned_data)
        return redirect(copy_url(copy))
    return render(request, "competencies/framework_start.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def framework_edit(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """The open copy of a framework; says what opening one means where there is none, and opens it."""
    require_duty(request, Permission.WRITE_FRAMEWORKS)
    framework = selectors.framework_to_write(viewer=request.viewer, public_id=public_id)
    if framework is None:
        raise Http404
    if request.method == "POST":
        return redirect(copy_url(services.open_copy(by=request.viewer, framework=framework)))
    there = selectors.open_copy_of(viewer=request.viewer, framework=framework)
    if there is not None:
        return redirect(copy_url(there))
    return render(request, "competencies/framework_edit.html", {"framework": framework})


@require_GET
def working_copy(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """The tree of a copy (`?in=` a branch of it), what is said about it, and what can be done next."""
    copy = load_copy(request, public_id)
    branch = None
    if request.GET.get("in"):
        wanted = uuid_of(request.GET["in"])
        branch = selectors.item_of(viewer=request.viewer, copy=copy, public_id=wanted) if wanted else None
        if branch is None:
            raise Http404
    counts = selectors.copy_counts(viewer=request.viewer, copy=copy)
    words = words_of(request)
    tree = selectors.working_tree(
        viewer=request.viewer,
        copy=copy,
        live=counts.live,
        branch=branch,
        start=number(request.GET.get("start", "")),
    )
    out = selectors.taken_out(viewer=request.viewer, copy=copy) if branch is None and counts.gone else []
    context = {
        **frame(request, copy),
        "counts": counts,
        "tree": tree,
        "branch": branch,
        "words": words,
        "found": selectors.find_items(viewer=request.viewer, copy=copy, words=words) if words else None,
        "out": out,
        "out_more": counts.gone - len(out) if out else 0,
        "comments": selectors.comments_of(viewer=request.viewer, copy=copy) if branch is None else [],
        "comment_form": CommentForm(auto_id="comment_%s"),
        "is_review": copy.state == WorkingState.REVIEW,
        "is_draft": copy.state == WorkingState.DRAFT,
        "is_published": copy.state == WorkingState.PUBLISHED,
        "has_moved_on": copy.framework is not None
        and copy.closed_at is None
        and copy.framework.version != copy.based_on,
    }
    return render(request, "competencies/working_copy.html", context)


@require_GET
@vary_on_headers("HX-Request")
def working_parts(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """What is in a branch, for the tree that opens in place; the branch's own page without htmx."""
    item = load_item(request, public_id)
    if not wants_fragment(request):
        return redirect(f"{reverse('working_copy', args=[item.copy.public_id])}?in={item.public_id}")
    tree = selectors.working_tree(
        viewer=request.viewer,
        copy=item.copy,
        live=1_000_000,
        branch=item,
        start=number(request.GET.get("start", "")),
    )
    context = {**frame(request, item.copy), "tree": tree, "branch": item}
    return render(request, "competencies/_working_parts.html", context)


@require_http_methods(["GET", "POST"])
def working_head(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """What the framework says of itself: title, about, licence, in each language."""
    copy = load_copy(request, public_id, writing=True)
    own = main_language(str(copy.head.get("language") or "en"))
    others = [(code, str(name)) for code, name in settings.LANGUAGES if code != own]
    translations = copy.head.get("translations") or {}
    initial = {**copy.head, "seen": seen_of_head(copy)}
    for code, _name in others:
        texts = translations.get(code) or {}
        initial |= {f"title_{code}": texts.get("title", ""), f"description_{code}": texts.get("description", "")}
    form = HeadForm(request.POST if request.method == "POST" else None, initial=initial, others=others)
    labels = {name: str(field.label) for name, field in form.fields.items()} | {"translations": _("Translations")}
    return saving(
        request,
        form,
        copy=copy,
        title=_("What the framework says of itself"),
        back=copy_url(copy),
        save=lambda: services.edit_head(
            by=request.viewer,
            copy=copy,
            seen=form.cleaned_data["seen"],
            words=form.head(copy.head),
            labels=labels,
        ),
    )


@require_POST
def working_review(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Put the copy before readers (`state=review`), or take it back among its writers."""
    copy = load_copy(request, public_id, writing=True)
    try:
        if request.POST.get("state") == "draft":
            services.back_to_draft(by=request.viewer, copy=copy)
            messages.success(request, _("It is among its writers again. What was said about it stays."))
        else:
            services.ask_review(by=request.viewer, copy=copy)
            messages.success(request, _("Everybody who works for the schools can read it now, and say something."))
    except AuthoringError as error:
        messages.error(request, str(error))
    return redirect(copy_url(copy))


@require_POST
def working_put_away(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Close the copy without publishing it."""
    copy = load_copy(request, public_id, writing=True)
    try:
        services.put_away(by=request.viewer, copy=copy)
        messages.success(request, _("Put away. It can still be read; the framework stays as it is."))
    except AuthoringError as error:
        messages.error(request, str(error))
    return redirect("working_copies")


@require_http_methods(["GET", "POST"])
def working_update(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """The framework was published anew meanwhile: what came, what both sides changed, and bringing it together."""
    copy = load_copy(request, public_id, writing=True)
    problem, status = "", 200
    chosen: dict[str, str] = {}
    if request.method == "POST":
        chosen = {
            name.removeprefix("stays-"): str(value) for name, value in request.POST.items() if name.startswith("stays-")
        }
        try:
            services.bring_up_to_date(by=request.viewer, copy=copy, choices=chosen)
        except AuthoringError as error:
            problem, status = str(error), 422
        else:
            messages.success(request, _("The copy holds what was published meanwhile, and your changes."))
            return redirect(copy_url(copy))
    pending = services.pending_changes(by=request.viewer, copy=copy)
    clashes = selectors.clashes_in_words(
        viewer=request.viewer, copy=copy, clashes=pending.clashes, language=page_language(), chosen=chosen
    )
    context = {**frame(request, copy), "pending": pending, "clashes": clashes, "problem": problem}
    return render(request, "competencies/working_update.html", context, status=status)


@require_POST
def working_comment(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Say something about the whole copy, or about one item (`item`)."""
    copy = load_copy(request, public_id)
    wanted = uuid_of(request.POST.get("item", ""))
    item = selectors.item_of(viewer=request.viewer, copy=copy, public_id=wanted) if wanted else None
    form = CommentForm(request.POST)
    back = item_url(item, "comments") if item is not None else copy_url(copy, "comments")
    try:
        services.comment_on(
            by=request.viewer,
            copy=copy,
            item=item,
            text=form.cleaned_data["text"] if form.is_valid() else "",
            language=page_language(),
        )
    except AuthoringError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Said. Whoever writes the framework reads it here."))
    return redirect(back)


@require_http_methods(["GET", "POST"])
def working_answer(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Answer a comment."""
    comment = selectors.working_comment(viewer=require_sign_in(request), public_id=public_id)
    if comment is None:
        raise Http404
    copy = load_copy(request, comment.copy.public_id, writing=True)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        copy=copy,
        title=_("Answer"),
        back=copy_url(copy, "comments"),
        save=lambda: services.answer_comment(
            by=request.viewer, comment=comment, text=form.cleaned_data["text"], language=page_language()
        ),
        said=_("Answered."),
        about=comment,
    )
