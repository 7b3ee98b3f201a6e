"""Addresses of the first look, voices, files, consents and proposals."""

from __future__ import annotations

from django.urls import URLPattern, path

from success_plans.views import classes, consents, entry, files, proposals, voices

urlpatterns: list[URLPattern] = [
    path("files/<uuid:public_id>", files.file, name="file"),
    path("students/<uuid:public_id>/voice", voices.voice, name="voice"),
    path("students/<uuid:public_id>/my-goal", voices.my_goal, name="my_goal"),
    path("students/<uuid:public_id>/intake", entry.intake, name="intake"),
    path("findings/<uuid:public_id>", entry.finding_edit, name="finding_edit"),
    path("classes/<uuid:public_id>/intake", classes.intake_class, name="intake_class"),
    path("students/<uuid:public_id>/consents", consents.consents, name="consents"),
    path("consents/<uuid:public_id>/withdraw", consents.consent_withdraw, name="consent_withdraw"),
    path("students/<uuid:public_id>/ways", consents.family_ways, name="family_ways"),
    path("students/<uuid:public_id>/proposals", proposals.proposals, name="proposals"),
    path("proposals/<uuid:public_id>", proposals.proposal_answer, name="proposal_answer"),
    path("proposals/<uuid:public_id>/withdraw", proposals.proposal_withdraw, name="proposal_withdraw"),
]
