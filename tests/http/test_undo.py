"""A view that raises leaves nothing behind, and whoever answers the exception can still read."""

from __future__ import annotations

import pytest
from django.http import Http404
from django.test import RequestFactory

from accounts.http import ActorMiddleware
from accounts.models import Person

pytestmark = pytest.mark.django_db


def test_what_a_failing_view_wrote_is_undone(world, teacher, rf: RequestFactory):
    request = rf.get("/today")
    request.user = teacher.user
    request.session = {}

    def answer(request):
        Person.objects.filter(pk=teacher.pk).update(phone="555-0100")
        middleware.process_exception(request, Http404())
        assert Person.objects.filter(pk=teacher.pk).exists(), "the error page may read"
        return "404"

    middleware = ActorMiddleware(answer)
    assert middleware(request) == "404"
    teacher.refresh_from_db()
    assert teacher.phone == ""


@pytest.mark.parametrize("path", ["totp/activate/", "webauthn/add/", "recovery-codes/generate/"])
def test_setting_up_a_second_factor_asks_to_sign_in_again_and_does_not_break(world, teacher, client_of, path):
    answer = client_of(teacher).get(f"/account/2fa/{path}")
    assert answer.status_code in {200, 302}
