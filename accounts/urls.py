"""Addresses of the people side."""

from __future__ import annotations

from django.urls import path

from accounts.views import circles, entrance, imports, partners, people, site

urlpatterns = [
    path("demo", entrance.demo_sign_in, name="demo_sign_in"),
    path("demo/<uuid:public_id>", entrance.demo_sign_in_as, name="demo_sign_in_as"),
    path("students/<uuid:public_id>/purpose", entrance.student_purpose, name="student_purpose"),
    path("students/<uuid:public_id>/circle", circles.circle_edit, name="circle_edit"),
    path("students/<uuid:public_id>/circle/of-age", circles.of_age, name="circle_of_age"),
    path("students/<uuid:public_id>/circle/households", circles.circle_households, name="circle_households"),
    path("students/<uuid:public_id>/circle/domains", circles.circle_domains, name="circle_domains"),
    path("students/<uuid:public_id>/circle/limits", circles.limit_enter, name="limit_enter"),
    path("limits/<uuid:public_id>/end", circles.limit_end, name="limit_end"),
    path("account/again", entrance.sign_in_again, name="sign_in_again"),
    path("messages", entrance.my_messages, name="my_messages"),
    path("styleguide", entrance.styleguide, name="styleguide"),
    path("imports", imports.imports, name="imports"),
    path("imports/<uuid:public_id>", imports.roster_import, name="roster_import"),
    path("imports/<uuid:public_id>/confirm", imports.roster_import_confirm, name="roster_import_confirm"),
    path("imports/<uuid:public_id>/cancel", imports.roster_import_cancel, name="roster_import_cancel"),
    path("imports/<uuid:public_id>/rows", imports.roster_import_rows, name="roster_import_rows"),
    path("imports/<uuid:public_id>/report.csv", imports.roster_import_report, name="roster_import_report"),
    path("accounts/locked", people.locked_accounts, name="locked_accounts"),
    path("accounts/<uuid:public_id>/unlock", people.account_unlock, name="unlock_account"),
    path("people", people.people, name="people"),
    path("people/join", people.join_preview, name="join_preview"),
    path("people/joins/<uuid:public_id>", people.join_detail, name="join_detail"),
    path("people/joins/<uuid:public_id>/undo", people.join_undo, name="join_undo"),
    path("partners", partners.partners, name="partners"),
    path("partners/add", partners.partner_add, name="partner_add"),
    path("partners/<uuid:public_id>", partners.partner_detail, name="partner_detail"),
    path("partners/<uuid:public_id>/edit", partners.partner_edit, name="partner_edit"),
    path("partners/<uuid:public_id>/end", partners.partner_end, name="partner_end"),
    path("partners/<uuid:public_id>/people", partners.partner_member_add, name="partner_member_add"),
    path("partners/<uuid:public_id>/people/<int:member>/end", partners.partner_member_end, name="partner_member_end"),
    path("district/site", site.district_site, name="district_site"),
    path("brand.css", site.brand_css, name="brand_css"),
    path("brand/logo", site.brand_logo, name="brand_logo"),
]
