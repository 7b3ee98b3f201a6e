"""A fresh sign-in: what decides who can come in, or takes a whole record away, is done only shortly after one.

A phone left unlocked on a table is enough to be somebody for an hour. It is not enough to stay them for good: a
password, a passkey or an authenticator is set, and a transfer packet made, only within `FRESH` of a sign-in or of the
password said once more. Addresses are not changed here at all: they come from the roster, from an invitation or from
the office, and codes go to the account's own address and nowhere else.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from allauth.account import signals
from allauth.account.forms import RequestLoginCodeForm, ResetPasswordForm
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts import audit
from accounts.models import User

FRESH = 15 * 60
SIGNED_IN_AT = "signed_in_at"

Page = Callable[..., HttpResponse]


@receiver(user_logged_in)
def _note_sign_in(request: HttpRequest, **_other: Any) -> None:
    if hasattr(request, "session"):
        request.session[SIGNED_IN_AT] = int(time.time())


def is_fresh(request: HttpRequest) -> bool:
    """Whether this session was signed in, or its password or second factor said once more, within `FRESH` seconds."""
    said = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    moments = [one.get("at", 0) for one in said] + [request.session.get(SIGNED_IN_AT, 0)]
    return bool(time.time() - max(moments) < FRESH)


def ask_again(request: HttpRequest) -> HttpResponse:
    """To the page that asks for a sign-in, and from there back to where this request wanted to go."""
    return HttpResponseRedirect(f"{reverse('sign_in_again')}?{urlencode({'next': request.path})}")


def only_fresh(page: Page) -> Page:
    """The same page, for whoever is signed in only within `FRESH` of the sign-in; visitors pass to its own rule."""

    @wraps(page)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not is_fresh(request):
            return ask_again(request)
        return page(request, *args, **kwargs)

    return shown


# ------------------------------------------------------------------ to whom a code goes
def _own_accounts(email: str) -> list[User]:
    """The open accounts whose own address this is; one that somebody added beside it is nobody's."""
    return list(User.objects.filter(email__iexact=email, is_active=True).order_by("pk")) if email else []


class CodeForm(RequestLoginCodeForm):  # type: ignore[misc] # allauth has no types
    """Asks where to send a sign-in code."""

    def clean_email(self) -> str:
        """The address as typed; its account only where it is the account's own address."""
        email = cast(str, super().clean_email())
        self._user = next(iter(_own_accounts(email)), None)
        return email


class NewPasswordForm(ResetPasswordForm):  # type: ignore[misc] # allauth has no types
    """Asks where to send the link to a new password."""

    def clean_email(self) -> str:
        """The address as typed; its accounts only where it is their own address."""
        email = cast(str, super().clean_email())
        self.users = _own_accounts(email)
        return email


# ------------------------------------------------------------------ what was changed stays known
def _noted(action: str) -> Callable[..., None]:
    def note(user: User, **_other: Any) -> None:
        with transaction.atomic():
            audit.record(
                by=user.person_id, action=action, subject_type="user", subject_id=user.pk, details={"of": "sign-in"}
            )

    return note


_NOTED = {
    "account.password": (signals.password_set, signals.password_changed, signals.password_reset),
    "account.factor_add": (authenticator_added,),
    "account.factor_remove": (authenticator_removed,),
}
_KEPT = [
    (signal, note) for action, several in _NOTED.items() for note in [_noted(action)] for signal in several
]  # signals hold their listeners weakly
for _signal, _listener in _KEPT:
    _signal.connect(_listener)
