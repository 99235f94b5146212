"""The floor under filing: a bare Django view that makes the same SQL writes, on the same kind of server.

No middleware, no form, no rule: it takes a list of statements, captured from one real filing, and runs them in one
transaction with the keys of the asked case in place of the captured ones.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scripts.bench.floor_settings")

from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

STATEMENTS: list[str] = json.loads(Path(os.environ["BENCH_STATEMENTS"]).read_text(encoding="utf-8"))


def write(request: HttpRequest, pk: int, uuid: str, code: str) -> HttpResponse:
    """Write what a filing writes, for the case `pk`."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement.replace("{pk}", str(pk)).replace("{uuid}", uuid).replace("{code}", code))
    return HttpResponse("written")


urlpatterns = [path("write/<int:pk>/<str:uuid>/<str:code>/", write)]
application = get_wsgi_application()
