"""A mail server that is away is told to whoever asked for a code, known here or not; it is no error."""

from __future__ import annotations

import pytest
from django.core import mail
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher(teacher):
    teacher.user.email = "odette@school.example"
    teacher.user.save()
    return teacher


def ask(client, address):
    return client.post(reverse("account_request_login_code"), {"email": address}, follow=True)


@pytest.mark.parametrize("address", ["odette@school.example", "nobody@school.example"], ids=["known", "unknown"])
def test_a_mail_server_that_is_away_is_said_in_words(client, teacher, settings, address):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    answer = ask(client, address)

    assert answer.status_code == 200
    assert "The message could not be sent just now." in answer.text


def test_one_that_is_there_brings_the_code(client, teacher):
    answer = ask(client, "odette@school.example")

    assert answer.status_code == 200
    assert len(mail.outbox) == 1
    assert "could not be sent" not in answer.text
