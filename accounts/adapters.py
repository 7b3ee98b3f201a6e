"""Where allauth and DRF meet our accounts: no sign-up, staff carry a second factor, tokens act as one person."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from typing import IO, Any

import orjson
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder

from accounts import dormancy
from accounts.encryption import seal, unseal
from accounts.http import viewer_of_token
from accounts.models import ApiToken, User
from accounts.throttles import refuse_strangers

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    """Accounts come from rosters and invitations; nobody signs up by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one mail; a mail server that is away is told to whoever asked, known here or not, and is no error."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:  # SMTPException is one
            log.warning("mail.unsent template=%s error=%s", template_prefix, type(error).__name__)
            if self.request is not None:
                said = _("The message could not be sent just now. Try again in a few minutes, or ask at your school.")
                messages.error(self.request, said)

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """An account that sleeps is not signed in, whichever way somebody proved who they are; it says what to do."""
        if dormancy.is_locked(user):
            return render(request, "accounts/locked.html", status=403)
        answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return answer


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth has no types
    """Names the account in authenticator apps without a child's or family's name, and seals their secrets."""

    def get_totp_label(self, user: User) -> str:
        """The user name, which the district chose."""
        return user.username

    def encrypt(self, text: str) -> str:
        """Authenticator secrets are sealed with THROUGHLINE_FIELD_KEY before they are stored."""
        return seal(text, key=settings.FIELD_KEY)

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` was given."""
        return unseal(encrypted_text, key=settings.FIELD_KEY)


def token_digest(secret: str) -> str:
    """What the database keeps of an API token: its SHA-256 in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


class _Token(BaseAuthentication):
    """`Authorization: Bearer <token>`: acts as the token's person, within the token's scopes."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The token's user, or None when no token was sent; a dead token is refused."""
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        if len(parts) != 2:
            raise AuthenticationFailed
        found = viewer_of_token(token_digest(parts[1].decode("latin-1")))
        if found is None:
            raise AuthenticationFailed
        http_request: Any = request._request
        http_request.viewer, user, token = found
        return user, token

    def authenticate_header(self, request: Request) -> str:
        """So that a missing sign-in is answered with 401."""
        return "Bearer"


class DoubtfulJSONParser(BaseParser):
    """JSON as the standard says it: no NaN, no endless nesting, never an error of ours."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The body's content; ParseError for whatever is not JSON."""
        try:
            return orjson.loads(stream.read())
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is not JSON: {error.msg}, character {error.pos}.") from error


class QuickJSONRenderer(JSONRenderer):
    """What REST framework's renderer says, in a tenth of its time: a page of the feed is 500 rows of twelve fields."""

    _otherwise = JSONEncoder().default

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """The content as JSON in UTF-8; whatever asks for an indent gets it from the framework."""
        if data is None or self.get_indent(accepted_media_type or "", dict(renderer_context or {})) is not None:
            return bytes(super().render(data, accepted_media_type, renderer_context))
        said = orjson.dumps(
            data, default=self._otherwise, option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS
        )
        # these two end lines in scripts
        return said.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")


class SessionOrToken(BaseAuthentication):
    """A scoped token when one is sent, else the browser's session with its CSRF check."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """First the token, then the session. Whoever is neither is counted by address: Throttled when too often."""
        try:
            found = _Token().authenticate(request) or SessionAuthentication().authenticate(request)
        except AuthenticationFailed:
            refuse_strangers(request)
            raise
        if found is None:
            refuse_strangers(request)
        return found

    def authenticate_header(self, request: Request) -> str:
        """So that a missing sign-in is answered with 401."""
        return "Bearer"


class SessionOrTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # its metaclass has no types
    """How the OpenAPI contract names the two ways in."""

    target_class = "accounts.adapters.SessionOrToken"
    name = ["token", "session"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        """A scoped bearer token, or the cookie of a signed-in browser."""
        return [
            {"type": "http", "scheme": "bearer", "description": "A scoped token of one person."},
            {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
        ]
