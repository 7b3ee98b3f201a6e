"""The demonstration read in Spanish, role by role: every page a person can reach, and no sentence of ours in English.

What people wrote stays in the language they wrote it in; only sentences of the catalogue are looked for.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from config.demo.loading.seeding import seed
from tests.cast import sign_in
from tests.guards.human_text import template_texts
from tests.guards.source import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

HOLE = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%%")
PUBLIC_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
NOBODY = "00000000-0000-0000-0000-000000000000"  # a link that a script completes
NOT_A_PAGE = re.compile(r"^/(?:static|demo/|account/|styleguide|api)|\.(?:csv|json)$|(?:/levels|/board)$")
PAGES = {
    "teacher": {"/today", "/students", "/classes/:id", "/students/:id/plan", "/students/:id/record", "/evidence/:id"},
    "navigator": {"/today", "/students/:id/plan", "/students/:id/goals", "/students/:id/map"},
    "guardian": {"/family/:id", "/students/:id/map", "/students/:id/plan", "/students/:id/statements", "/frameworks"},
    "student": {"/students/:id/plan", "/students/:id/map", "/goals/:id", "/competencies/:id", "/evidence/:id"},
    "principal": {"/schools/:id", "/frameworks", "/competencies/:id"},
    "plan_lead": {"/schools/:id", "/people"},
    "district_admin": {"/imports", "/people", "/frameworks/import"},
    "operator": {"/ops", "/frameworks"},
}  # fmt: skip


@pytest.fixture(scope="module")
def district(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        seed(number=5, today=timezone.localdate(), size="small", say=lambda _line: None)
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def english() -> set[str]:
    """The longest piece without a hole of every sentence that Spanish says differently."""
    with (ROOT / "locale/es/LC_MESSAGES/django.po").open("rb") as handle:
        pairs = [
            (plain(text), plain(spanish))
            for message in read_po(handle, locale="es")
            if message.id
            for text, spanish in zip(forms(message.id), forms(message.string), strict=True)
        ]
    every_spanish = "\n".join(spanish for _, spanish in pairs)
    pieces = {max((part.strip() for part in HOLE.split(text)), key=len) for text, spanish in pairs if text != spanish}
    return {piece for piece in pieces if len(piece) > 12 and piece not in every_spanish}


def forms(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def plain(text: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", text)).split())


def read_aloud(markup: str) -> str:
    """What a page says: its text and the attributes that are read aloud."""
    return " ".join(text for _, text in template_texts(markup))


def speaking(language: str, role: str | None) -> Client:
    client = Client()
    if role is not None:
        sign_in(client, User.objects.get(username=f"demo.{role}").person)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def kind_of(address: str) -> str:
    return PUBLIC_ID.sub(":id", urlsplit(address).path)


IN_ENGLISH = re.compile(r'<textarea\b[^>]*\blang="en"[^>]*>.*?</textarea>', re.DOTALL)
"""Where somebody writes the English words of an entry; the page says that they are English."""


def walk(client: Client, *starts: str) -> Iterator[tuple[str, str, str]]:
    """(kind, language, what it says) of one page of each kind that links lead to."""
    waiting, kinds = deque(starts), set()
    while waiting:
        address = waiting.popleft()
        kind = kind_of(address)
        if kind in kinds or (address not in starts and NOT_A_PAGE.search(kind)):
            continue
        kinds.add(kind)
        answer = client.get(address)
        if answer.status_code == 302:
            waiting.appendleft(urljoin(address, answer["Location"]))
            continue
        assert answer.status_code == 200, (address, answer.status_code)
        if not answer["Content-Type"].startswith("text/html"):
            if answer.streaming:
                b"".join(answer.streaming_content)  # to its end: that closes the file
            continue
        markup = answer.content.decode()
        yield kind, answer["Content-Language"], read_aloud(IN_ENGLISH.sub("", markup))
        for link in re.findall(r"(?:href|hx-get)=\"([^\"#]+)", markup):
            target = urlsplit(urljoin(address, unescape(link)))
            if not target.netloc and NOBODY not in target.path:
                waiting.append(target.path + (f"?{target.query}" if target.query else ""))


def left_in(text: str, english: set[str]) -> list[str]:
    # the plain look first: three thousand patterns a page are more than any cache of patterns holds
    return sorted(p for p in english if p in text and re.search(rf"(?<!\w){re.escape(p)}(?!\w)", text))


@pytest.mark.parametrize("role", PAGES)
def test_everything_a_role_can_open_speaks_spanish(role: str, district: None, english: set[str]) -> None:
    seen, found = set(), {}
    for kind, language, text in walk(speaking("es", role), "/", "/frameworks"):
        assert language == "es", kind
        seen.add(kind)
        if left := left_in(text, english):
            found[kind] = left

    assert found == {}
    assert PAGES[role] <= seen, f"these were not reached: {PAGES[role] - seen}"


def test_the_doors_speak_spanish(db: None, english: set[str]) -> None:
    client = speaking("es", None)
    doors = ["/account/login/", "/account/login/code/", "/account/password/reset/", "/account/signup/"]
    texts = {door: read_aloud(client.get(door).content.decode()) for door in doors}
    texts["404"] = read_aloud(client.get("/nothing-here").content.decode())

    assert {door: left_in(text, english) for door, text in texts.items()} == dict.fromkeys(texts, [])
    assert all(text.strip() for text in texts.values())


def test_the_same_pages_in_english_would_be_noticed(district: None, english: set[str]) -> None:
    for role, kind in (("teacher", "/today"), ("principal", "/schools/:id"), ("operator", "/ops")):
        text = next(text for where, _, text in walk(speaking("en", role), "/") if where == kind)
        assert len(left_in(text, english)) >= 4


def test_a_family_reads_dates_in_spanish(district: None) -> None:
    text = next(text for kind, _, text in walk(speaking("es", "guardian"), "/") if kind == "/family/:id")
    months = "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"

    assert re.search(rf"\d de (?:{months})", text)
    assert not re.search(r"\b(?:January|August|September|October|November|December) \d", text)
