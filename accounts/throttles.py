"""How often somebody may ask the API and the CASE addresses: by token, by person, else by address.

Counted by the minute of the clock in the cache, one step a request. While the cache is away nobody is counted and
every request goes on: a gradebook must not stop because a counter did.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import ngettext
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.models import ApiToken

if TYPE_CHECKING:
    from rest_framework.views import APIView

MINUTE = 60
TOKEN, PERSON, NOBODY, CASE = "token", "person", "nobody", "case"
now: Callable[[], float] = time.time


def seconds_to_wait(kind: str, who: str, *, steps: int = 1) -> int:
    """Count `steps` for this caller; 0 while there is room in this minute, else the seconds until the next one.

    `kind` is a name of `settings.API_A_MINUTE`, where 0 means that nobody is counted.
    """
    most = settings.API_A_MINUTE[kind]
    if not most:
        return 0
    moment = int(now())
    key = f"asked:{kind}:{who}:{moment // MINUTE}"
    try:
        count = cache.incr(key, steps)
    except ValueError:  # the first one of this minute
        cache.add(key, 0, 2 * MINUTE)
        try:
            count = cache.incr(key, steps)
        except ValueError:  # emptied in between
            return 0
    return MINUTE - moment % MINUTE if count > most else 0


def address_of(request: HttpRequest | Request) -> str:
    """Where a request comes from, as far as our own proxy says so (`NUM_PROXIES`)."""
    plain: Any = request  # both have what is asked of them
    return BaseThrottle().get_ident(plain) or "unknown"


def refuse_strangers(request: Request) -> None:
    """Count a request that names nobody, or somebody who is not known. Raises Throttled."""
    if wait := seconds_to_wait(NOBODY, address_of(request)):
        raise Throttled(wait)


class CallerThrottle(BaseThrottle):
    """Counts a token for itself, whoever made it, and a browser's session for its person.

    Strangers are counted while they are let in or not (`accounts.adapters.SessionOrToken`), before this is asked.
    """

    _wait = 0

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Whether there is room in this minute."""
        if isinstance(request.auth, ApiToken):
            self._wait = seconds_to_wait(TOKEN, str(request.auth.pk))
        elif request.user.is_authenticated:
            self._wait = seconds_to_wait(PERSON, str(request.user.pk))
        return not self._wait

    def wait(self) -> float:
        """Seconds until there is room again."""
        return self._wait


def words(seconds: int) -> str:
    """What is said to whoever asks too often."""
    return ngettext(
        "Too many requests in this minute. Nothing of this one was stored. Send it again in %(seconds)d second.",
        "Too many requests in this minute. Nothing of this one was stored. Send it again in %(seconds)d seconds.",
        seconds,
    ) % {"seconds": seconds}
