"""Filing over HTTP against a bare view that makes the same writes.

Both are one request, the last of a filing: answers and files lie with the draft by then, for either. The floor makes
eight writes in a transaction. Ours finds out who is signed in, locks the draft, validates the whole form once more,
looks for the agencies and at the papers, and wakes a worker for each message: that is the difference.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

import httpx
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection, transaction
from django.middleware.csrf import _get_new_csrf_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from identity.models import Account
from onestop.models import Case
from onestop.services import filing
from onestop.services.papers import attach_paper
from portal.core import files
from portal.env import BASE_DIR

ROUNDS, CASES, CLIENTS = 3, 60, 4
_FIRST_KEY = 7_100_001  # keys that no other number in a statement looks like
_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


def rates(port: int) -> tuple[float, float, int]:
    """Return cases filed a second, the floor's writes a second (medians of interleaved rounds), SQL per filing."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER SEQUENCE onestop_case_id_seq RESTART {_FIRST_KEY}")
    count, statements = _statements()
    file = Path(settings.VAR_DIR) / "statements.json"
    file.write_text(json.dumps(statements), encoding="utf-8")
    floor = _start_floor(port + 3, file)
    ours, bare = [], []
    try:
        # One client, for making one costs more than the floor's work; a connection a call, to reach both processes.
        with httpx.Client(trust_env=False, limits=httpx.Limits(max_keepalive_connections=0), timeout=60) as client:
            for _ in range(ROUNDS):
                ours.append(_rate([_filer(client, port, case) for case in _drafts(CASES)]))
                writers = [_writer(client, port + 3, case, place) for place, case in enumerate(_drafts(CASES))]
                bare.append(_rate(writers))
    finally:
        floor.terminate()
        floor.wait()
    return statistics.median(ours), statistics.median(bare), count


def _rate(calls: list[Callable[[], None]]) -> float:
    started = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda call: call(), calls))
    return len(calls) / (time.perf_counter() - started)


def _drafts(count: int) -> list[Case]:
    return [_draft(place) for place in range(count)]


def _draft(place: int) -> Case:
    """Return a complete birth registration of a new citizen, two files attached."""
    now = timezone.now()
    person = {
        "full_name": "Nguyễn Văn Minh",
        "birth_date": "1990-03-12",
        "sex": "MALE",
        "national_id": "074090001234",
    }
    parent = {"full_name": "Trần Thị Hà", "birth_date": "1993-07-08", "ethnicity": "KINH", "nationality": "VN"}
    with transaction.atomic():
        account = Account.objects.create_user(f"bench-{time.time_ns()}-{place}", full_name="Nguyễn Văn Minh")
        case = filing.start_draft(account=account, code="1.001193", prefill={}, at=now)
        for number in range(2):
            stored = files.store(_PNG, display_name=f"{number}.png", content_type="image/png", at=now)
            case_file = attach_paper(case_id=case.pk, code="giay_chung_sinh", file=stored, at=now)
        case = case_file.case
        answers = {
            "requester": person,
            "phone": "0912345678",
            "email": "",
            "relation": "FATHER",
            "child": parent | {"full_name": "Nguyễn Minh Khôi", "birth_date": now.date().isoformat(), "sex": "MALE"},
            "birth_place": "Bệnh viện Đa khoa tỉnh",
            "home_town": "Phường Thủ Dầu Một",
            "proof": "CERTIFICATE",
            "mother": parent,
            "mother_address": {"province": "79", "commune": "25747", "detail": "12 Bạch Đằng"},
            "father_known": "NO",
            "competent_agency": "H09.25747",
            "delivery": "PICK_UP",
            "truthful": True,
        }
        return filing.save_answers(draft_id=case.pk, answers=answers, at=now)


def _filer(client: httpx.Client, port: int, case: Case) -> Callable[[], None]:
    """Return a call that files `case` as its applicant's browser does."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(case.applicant_id), settings.AUTHENTICATION_BACKENDS[2]
    account = case.applicant
    session[HASH_SESSION_KEY] = account.get_session_auth_hash() if account else ""
    session.save()
    token = _get_new_csrf_string()
    cookies = {settings.SESSION_COOKIE_NAME: session.session_key, settings.CSRF_COOKIE_NAME: token}
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    address = f"http://127.0.0.1:{port}/nop-ho-so/{case.uuid}/kiem-tra/"

    def call() -> None:
        answer = client.post(address, headers={"Cookie": header, "X-CSRFToken": token})
        if answer.status_code != 302 or "da-nop" not in answer.headers["Location"]:
            raise RuntimeError(f"Filing answered {answer.status_code} {answer.headers.get('Location')}.")

    return call


def _writer(client: httpx.Client, port: int, case: Case, place: int) -> Callable[[], None]:
    code = f"BENCH-{time.time_ns()}-{place}"
    address = f"http://127.0.0.1:{port}/write/{case.pk}/{case.uuid}/{code}/"

    def call() -> None:
        client.get(address).raise_for_status()

    return call


def _statements() -> tuple[int, list[str]]:
    """File one case here and return the count of its statements, and its writes with the keys made replaceable."""
    case = _draft(0)
    if case.applicant is None:
        raise RuntimeError("A draft has an applicant.")
    with CaptureQueriesContext(connection) as captured:
        filed = filing.submit(draft_id=case.pk, account=case.applicant, at=timezone.now())
    texts = [query["sql"] for query in captured.captured_queries]
    writes = [text for text in texts if re.match(r"INSERT|UPDATE|DELETE", text)]
    return len(texts), [
        re.sub(rf"\b{case.pk}\b", "{pk}", text.replace(str(case.uuid), "{uuid}")).replace(str(filed.code), "{code}")
        for text in writes
    ]


def _start_floor(port: int, statements: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    environment = os.environ | {
        "BENCH_STATEMENTS": str(statements),
        "DJANGO_SETTINGS_MODULE": "scripts.bench.floor_settings",
    }
    options = ["--workers", "2", "--blocking-threads", "4", "--log-level", "error", "scripts.bench.floor:application"]
    process = subprocess.Popen([*command, *options], cwd=BASE_DIR, env=environment)  # noqa: S603 - ours
    for _ in range(100):
        try:
            httpx.get(f"http://127.0.0.1:{port}/", trust_env=False)
            break
        except httpx.TransportError:
            time.sleep(0.1)
    return process
