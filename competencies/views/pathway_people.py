"""Those who design a pathway: who they are, what they say, and who reads it against the criteria."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.helping import suggestions_for
from accounts.http import ViewerRequest, require_sign_in
from competencies.choices import DesignerVoice, RigorCriterion
from competencies.forms import pathways as shapes
from competencies.selectors import pathway_design, pathway_people
from competencies.services import pathways as services
from competencies.services.pathways.invitations import digest_of
from competencies.views.pathway_design import back, design, design_url, load_design
from competencies.views.pathways import page_language

if TYPE_CHECKING:
    from competencies.models import Pathway


@require_http_methods(["GET", "POST"])
def pathway_designers(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Invite somebody to design it. Names come by POST: they do not belong in an address."""
    row, access = load_design(request, public_id, to_change=False)
    if not access.invites:
        raise Http404
    if request.POST.get("end", ""):
        return _end(request, public_id)
    if request.POST.get("person", ""):
        return _invite(request, public_id)
    if request.POST.get("act", "") == "link":
        return _make_link(request, public_id)
    if request.POST.get("revoke", ""):
        return _revoke_link(request, public_id)
    return _people(request, row)


def _people(
    request: ViewerRequest, row: Pathway, *, form: shapes.LinkForm | None = None, code: str = "", status: int = 200
) -> HttpResponse:
    """The page of those who design; with the link that was just made, which nobody can read again."""
    public_id = row.public_id
    words = " ".join(request.POST.get("q", "").replace("\x00", " ").split())[:100]
    viewer = request.viewer
    page = pathway_design.design_page(viewer=viewer, public_id=public_id, language=page_language())
    context = {
        "pathway": row,
        "page": page,
        "words": words,
        "adults": pathway_people.adults_to_invite(viewer=viewer, words=words),
        "students": pathway_people.students_to_invite(viewer=viewer, words=words),
        "families": pathway_people.families_to_invite(viewer=viewer, words=words),
        "adult_voices": [
            (voice.value, voice.label)
            for voice in (DesignerVoice.EDUCATOR, DesignerVoice.EMPLOYER, DesignerVoice.COMMUNITY)
        ],
        "links": pathway_people.links_of(viewer=viewer, pathway=row),
        "link_form": form or shapes.LinkForm(is_staff=viewer.is_staff),
        "link": request.build_absolute_uri(reverse("pathway_invited", args=[code])) if code else "",
    }
    return render(request, "competencies/pathway_designers.html", context, status=status)


def _make_link(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    row, _access = load_design(request, public_id, to_change=False)
    form = shapes.LinkForm(request.POST, is_staff=request.viewer.is_staff)
    if not form.is_valid():
        return _people(request, row, form=form, status=422)
    data = form.cleaned_data
    if names := pathway_design.students_named(viewer=request.viewer, text=data["for_whom"]):
        form.add_error(
            "for_whom", _("“%(names)s” is somebody you know at school. Say it without a name.") % {"names": names[0]}
        )
        return _people(request, row, form=form, status=422)
    try:
        _made, code = services.make_invitation(
            by=request.viewer,
            pathway=row,
            for_whom=data["for_whom"],
            most=data["most"],
            days=data["days"],
            is_for_homes=data.get("is_for_homes", False),
        )
    except services.PathwayError as error:
        form.add_error(None, str(error))
        return _people(request, row, form=form, status=422)
    return _people(request, row, code=code)


def _revoke_link(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    row, _access = load_design(request, public_id, to_change=False)
    try:
        key = UUID(request.POST.get("revoke", ""))
    except ValueError as error:
        raise Http404 from error
    found = pathway_people.link_of(viewer=request.viewer, pathway=row, public_id=key)
    if found is None:
        raise Http404
    services.revoke_invitation(by=request.viewer, invitation=found)
    messages.success(request, _("Revoked. Nobody comes in by this link any more; who came in stays."))
    return redirect(f"{reverse('pathway_designers', args=[public_id])}#links")


@require_http_methods(["GET", "POST"])
def pathway_invited(request: ViewerRequest, code: str) -> HttpResponse:
    """A link that was handed over: what the pathway is and what taking part means, then coming in. Whoever has not
    signed in reads only that they are invited, and how to get an account."""
    viewer = request.viewer
    digest = digest_of(code)
    if not viewer.is_known:
        is_open = pathway_people.is_open_link(viewer=viewer, digest=digest)
        where = f"{reverse('account_login')}?{urlencode({'next': request.path})}"
        context = {"page": None, "is_open": is_open, "sign_in_url": where}
        return render(request, "competencies/pathway_invited.html", context, status=200 if is_open else 404)
    page = pathway_people.invited(viewer=viewer, digest=digest)
    if page is None:
        context = {"page": None, "is_open": False}
        return render(request, "competencies/pathway_invited.html", context, status=404)
    if request.method == "POST":
        try:
            services.join_design(by=viewer, code=code)
        except services.PathwayError as error:
            messages.warning(request, str(error))
            return redirect(request.path)
        messages.success(request, _("Welcome. You design this pathway now: say what you would change, and why."))
        return redirect("pathway_design", page.pathway)
    return render(request, "competencies/pathway_invited.html", {"page": page, "is_open": True})


def _invite(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    row, _access = load_design(request, public_id, to_change=False)
    form = shapes.InviteForm(request.POST)
    if not form.is_valid():
        raise Http404
    person = pathway_people.person_to_invite(viewer=request.viewer, public_id=form.cleaned_data["person"])
    if person is None:
        raise Http404
    try:
        services.invite_designer(
            by=request.viewer, pathway=row, person=person, voice=DesignerVoice(form.cleaned_data["voice"])
        )
    except services.PathwayError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Invited. The pathway stands on their list now."))
    return redirect("pathway_designers", public_id)


def _end(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    row, _access = load_design(request, public_id, to_change=False)
    key = request.POST.get("end", "")
    designer = (
        pathway_design.designer_of(viewer=request.viewer, pathway=row, pk=int(key))
        if key.isascii() and key.isdigit() and len(key) < 18
        else None
    )
    if designer is None:
        raise Http404
    services.end_designer(by=request.viewer, designer=designer)
    return redirect("pathway_designers", public_id)


# ------------------------------------------------------------------ the thread
@require_POST
def pathway_comment(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """Say something. A text that names a student is shown once more before it is kept."""
    row, access = load_design(request, public_id, to_change=False)
    if not (access.designs or access.reviews):
        raise Http404
    form = shapes.CommentForm(request.POST)
    if not form.is_valid():
        return design(request, public_id, status=422, comment_form=form)
    text, language = form.cleaned_data["text"], page_language()
    names = pathway_design.students_named(viewer=request.viewer, text=text)
    maybe = pathway_design.like_names_in(viewer=request.viewer, pathway=row, text=text)
    wording = suggestions_for(request.viewer, text, language)
    if (names or maybe or wording) and not form.cleaned_data["sure"]:
        return design(
            request,
            public_id,
            status=422,
            comment_form=_once_more(form),
            comment_names=names,
            comment_maybe=tuple(one for one in maybe if one not in names),
            comment_wording=wording,
        )
    services.comment(by=request.viewer, pathway=row, text=text, language=language)
    return redirect(design_url(row, "thread"))


def _once_more(form: shapes.CommentForm | shapes.BecameForm) -> shapes.CommentForm | shapes.BecameForm:
    data = QueryDict(mutable=True)
    data.update({name: str(form.data.get(name, "")) for name in form.fields})
    data["sure"] = "on"
    form.data = data
    return form


@require_http_methods(["GET", "POST"])
def pathway_comment_answer(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """What changed because of it, and whether everyone may read it; or take it back."""
    viewer = require_sign_in(request)
    found = pathway_design.comment_of(viewer=viewer, public_id=public_id)
    if found is None:
        raise Http404
    said, access = found
    where = design_url(said.pathway, "thread")
    if request.POST.get("act") == "withdraw":
        try:
            services.withdraw_comment(by=viewer, said=said)
        except PermissionError as error:
            raise Http404 from error
        messages.success(request, _("It was taken back. Nobody reads it any more."))
        return back(request, where)
    shown = {"became": said.became, "is_public": said.is_public}
    form = shapes.BecameForm(request.POST if request.method == "POST" else None, initial=shown)
    own = said.author_id == viewer.person_id
    if said.voice in {DesignerVoice.STUDENT, DesignerVoice.FAMILY} and not own:
        del form.fields["is_public"]
    names: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid():
        public = form.cleaned_data.get("is_public", said.is_public)
        told = form.cleaned_data["became"] + (f"\n{said.text}" if public else "")
        names = pathway_design.students_named(viewer=viewer, text=told)
        if names and not form.cleaned_data["sure"]:
            form = _once_more(form)  # type: ignore[assignment]
        else:
            services.answer_comment(by=viewer, said=said, became=form.cleaned_data["became"])
            if "is_public" in form.fields:
                services.show_comment(by=viewer, said=said, is_public=public)
            return back(request, where)
    context = {
        "form": form,
        "said": said,
        "voice_word": DesignerVoice(said.voice).label,
        "pathway": said.pathway,
        "back": where,
        "names": names,
        "may_withdraw": own or access.reviews,
    }
    status = 422 if form.errors or names else 200
    return render(request, "competencies/pathway_comment.html", context, status=status)


# ------------------------------------------------------------------ the review
@require_http_methods(["GET", "POST"])
def pathway_review(request: ViewerRequest, public_id: UUID) -> HttpResponse:
    """The criteria one by one, for those who review."""
    row, access = load_design(request, public_id, to_change=False)
    if not access.reviews:
        raise Http404
    sent = shapes.ReadingForm(request.POST) if request.method == "POST" else None
    if sent is not None and sent.is_valid():
        data = sent.cleaned_data
        try:
            services.read_criterion(
                by=request.viewer,
                pathway=row,
                of_version=data["of_version"],
                criterion=RigorCriterion(data["criterion"]),
                is_met=data["is_met"] == "yes",
                note=data["note"],
                language=page_language(),
            )
        except services.PathwayError as error:
            sent.add_error(None, str(error))
        else:
            return back(request, f"{request.path}#criterion-{data['criterion']}")
    page = pathway_design.design_page(viewer=request.viewer, public_id=public_id, language=page_language())
    if page is None:
        raise Http404
    tried = sent.data.get("criterion", "") if sent is not None else ""
    lines = [
        (
            line,
            sent
            if sent is not None and tried == line.criterion
            else shapes.ReadingForm(
                initial={"criterion": line.criterion, "of_version": row.version}, auto_id=f"id_{line.criterion}_%s"
            ),
        )
        for line in page.criteria
    ]
    context = {"pathway": row, "page": page, "lines": lines, "tried": tried}
    return render(request, "competencies/pathway_review.html", context, status=422 if sent is not None else 200)
