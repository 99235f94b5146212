"""What is shown when something is wrong: as other public pages, calm, with a way on, and without the database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils.translation import override
from django.views import defaults

from identity.keeping import csrf_failure
from portal.public.views import bad_request
from tests import languages

# No test here may ask the database: pytest-django refuses it without its mark.
PAGES: dict[int, Callable[[HttpRequest], HttpResponse]] = {
    400: lambda request: bad_request(request, ValueError()),
    403: lambda request: defaults.permission_denied(request, PermissionDenied()),
    404: lambda request: defaults.page_not_found(request, Http404()),
    500: defaults.server_error,
}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("status", PAGES)
def test_an_error_has_head_and_foot_and_a_way_on(status: int, language: str) -> None:
    with override(language):
        answer = PAGES[status](RequestFactory().get("/khong-co/"))
        page = answer.content.decode()
    assert answer.status_code == status
    assert languages.read(page).page_language == language
    assert page.count("<h1>") == page.count('class="site-head"') == page.count('class="site-foot"') == 1
    assert 'class="button"' in page
    foreign = languages.vietnamese_in_english if language == "en" else languages.english_in_vietnamese
    assert not list(foreign(page))


def test_who_sends_too_many_files_at_once_reads_how_many_are_taken() -> None:
    with override("vi"):
        page = bad_request(RequestFactory().post("/"), TooManyFilesSent()).content.decode()
    assert f"nhiều nhất {settings.DATA_UPLOAD_MAX_NUMBER_FILES} tệp" in page
    assert not list(languages.english_in_vietnamese(page))


def test_a_form_that_came_too_late_is_answered_alike() -> None:
    answer = csrf_failure(RequestFactory().post("/ngon-ngu/"))
    assert answer.status_code == 403
    assert 'class="site-head"' in answer.content.decode()


def test_the_choice_of_language_is_offered_only_where_it_can_be_sent() -> None:
    found, broken = (PAGES[status](RequestFactory().get("/")).content.decode() for status in (404, 500))
    assert 'name="language"' in found and 'name="csrfmiddlewaretoken"' in found
    assert "<form" not in broken
