"""Every address of the product. Each has its row in the access matrix (tests/permissions)."""

from __future__ import annotations

from allauth.account.views import password_set
from allauth.mfa.totp.views import activate_totp
from allauth.mfa.webauthn.views import add_webauthn
from django.urls import URLPattern, URLResolver, include, path, re_path

from accounts.fresh import only_fresh
from config import look, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("language", views.set_language, name="set_language"),
    path("look", look.set_look, name="set_look"),
    path("api/v1/", include("config.api_urls")),  # before the many: each address that is tried costs every piece sent
    path("account/email/", views.no_such_page, name="account_email"),  # addresses come from the roster or the office
    re_path(r"^account/confirm-email/(?P<key>[-:\w]+)/$", views.no_such_page, name="account_confirm_email"),
    path("account/password/set/", only_fresh(password_set), name="account_set_password"),
    path("account/2fa/totp/activate/", only_fresh(activate_totp), name="mfa_activate_totp"),
    path("account/2fa/webauthn/add/", only_fresh(add_webauthn), name="mfa_add_webauthn"),
    path("account/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("", include("competencies.urls")),
    path("", include("assessments.urls")),
    path("", include("supports.urls")),
    path("", include("success_plans.urls")),
    path("", include("dashboards.urls")),
]

handler400 = "config.views.bad_request"
handler403 = "config.views.permission_denied"
handler404 = "config.views.not_found"
handler500 = "config.views.server_error"
