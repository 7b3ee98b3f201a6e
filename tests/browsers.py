"""A real Chromium on a live server. Where there is none, the tests say so instead of passing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import sync_playwright

from accounts.models import Person
from tests.cast import sign_in

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def find_chromium() -> str | None:
    """THROUGHLINE_CHROMIUM, else the first Chromium on the path."""
    named = os.environ.get("THROUGHLINE_CHROMIUM")
    if named:
        return shutil.which(named)
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One Chromium for the run."""
    path = find_chromium()
    if path is None:
        pytest.skip("COULD NOT RUN: there is no Chromium here (Debian: apt-get install chromium).")
    # Playwright's loop lives in this thread; Django would refuse its ordinary database calls beside one.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def browser_context(chromium: Any, live_server: Any) -> Iterator[Any]:
    """A fresh browser profile whose relative addresses are the live server's; requests elsewhere fail the test."""
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    elsewhere: list[str] = []

    def keep_home(route: Any) -> None:
        if urlsplit(route.request.url).hostname in {"localhost", "127.0.0.1"}:
            route.continue_()
        else:
            elsewhere.append(route.request.url)
            route.abort()

    context.route("**/*", keep_home)
    yield context
    context.close()
    assert not elsewhere, f"the page asked other machines: {elsewhere}"


@pytest.fixture
def browser_page(browser_context: Any) -> Any:
    """A page of a fresh profile. `browser_sign_in(page, person)` signs someone in; errors of scripts fail the test."""
    page = browser_context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert not errors, f"scripts of the page raised: {errors}"


def browser_sign_in(page: Any, person: Person) -> None:
    """Give this page's profile the session of a person, without going through the sign-in page."""
    client = Client()
    sign_in(client, person)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    url = page.context._impl_obj._options["baseURL"]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])
