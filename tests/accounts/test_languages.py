"""Every language somebody may write in has a name that a page can say."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from accounts.languages import WRITTEN, language_name


@pytest.mark.parametrize("code", [code for code, _name in WRITTEN])
@pytest.mark.parametrize("page", ["en", "es"])
def test_a_language_people_write_in_is_called_by_a_name_and_never_by_its_code(code, page):
    with translation.override(page):
        assert language_name(code) not in {"", code}


def test_a_language_nobody_knows_is_shown_as_it_came():
    assert (language_name("qaa"), language_name("qaa-Latn"), language_name("")) == ("qaa", "qaa-Latn", "")


def test_a_dialect_is_called_like_its_language():
    with translation.override("en"):
        assert (language_name("ht-HT"), language_name("pt-BR")) == ("Haitian Creole", "Portuguese")


def test_no_template_asks_for_a_language_in_the_way_that_fails_on_one_django_does_not_know():
    found = [
        str(path.relative_to(settings.BASE_DIR))
        for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html")
        if "get_language_info" in path.read_text(encoding="utf-8")
    ]
    assert found == []
