"""Searching over HTTP, beside the bare SQL of the page: what finds and ranks, what counts by filter; at two sizes.

The procedures are invented: the words of our own catalogue shuffled, as long and as many-worded as real names.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence

import httpx
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from procedures.finding import find
from procedures.models import Procedure, ProcedureVersion, Sector
from procedures.queries import Filters
from procedures.searching.indexing import columns

SIZES = (2_642, 20_000)
ROUNDS = 4
_ACTS = [
    act.split() for act in ("Cấp giấy phép", "Gia hạn giấy phép", "Đăng ký", "Thẩm định", "Phê duyệt", "Công nhận")
]
QUERIES = (
    "dang ky khai sinh",
    "xin trích lục khai sinh bản sao",
    "cho em hoi thu tuc ket hon can nhung gi a",
    "mở quán cà phê cần giấy phép gì",
    "giays phep xaay dung",
    "gia hạn giấy phép xây dựng nhà ở riêng lẻ",
    "lltp",
    "mat so do lam lai o dau",
    "chồng em vừa mất cần làm giấy tờ gì",
    "đăng ký tạm chú",
)


def times(port: int) -> Iterator[tuple[str, float, float, float]]:
    """Yield name, the page's median or 95th percentile in ms, the floor's, and the goal of their ratio."""
    for size in SIZES:
        _publish(size - Procedure.objects.count())
        statements = [_statements(query) for query in QUERIES]
        pages, floors = [], []
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client:
            for query in QUERIES:  # the vocabulary has changed: it is read anew, and its spelling learnt
                _page(client, query)
            for _round in range(ROUNDS):
                pages += [_ms(lambda query=query: _page(client, query)) for query in QUERIES]  # type: ignore[misc]
                floors += [_ms(lambda sql=sql: _run(sql)) for sql in statements]  # type: ignore[misc]
        yield f"search page, {size:,} procedures", statistics.median(pages), statistics.median(floors), 5.0
        yield "… the slowest of twenty, against 50 ms", _slowest_of_twenty(pages), 50.0, 1.0


def _publish(count: int) -> None:
    """Publish `count` procedures more."""
    chance = random.Random(count)  # noqa: S311 - the same catalogue each time
    names = [name.split() for name in Procedure.objects.exclude(code__startswith="8.").values_list("name", flat=True)]
    sectors = list(Sector.objects.all())
    version = ProcedureVersion.objects.earliest("pk")
    first = Procedure.objects.filter(code__startswith="8.").count()
    made = Procedure.objects.bulk_create(
        (_invented(first + number, names, sectors, chance) for number in range(count)), batch_size=1000
    )
    ProcedureVersion.objects.bulk_create(
        (
            ProcedureVersion(
                procedure=procedure,
                number=1,
                effective_from=version.effective_from,
                document={},
                sha256="",
                published_at=version.published_at,
            )
            for procedure in made
        ),
        batch_size=1000,
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE procedures_procedure, procedures_procedureversion")


def _invented(
    number: int, names: Sequence[Sequence[str]], sectors: Sequence[Sector], chance: random.Random
) -> Procedure:
    """Return a procedure whose name shares its acts with all others and its matter with a few, as real ones do."""
    start, end = chance.choice(names)[:4], chance.choice(names)[-4:]
    matter = end if number % 20 == 0 else [f"nghe{chance.randrange(900)}", "trong", f"khu{chance.randrange(300)}"]
    name = " ".join([*(start if number % 20 == 1 else chance.choice(_ACTS)), "ngành", *matter])
    sector = chance.choice(sectors)
    rest = [f"Đơn đề nghị {name}", *(f"Văn bản muc{chance.randrange(5000)}" for _paper in range(6))]
    found_by = columns(code=f"8.{number:06}", name=name, keywords=[], sector=sector.name, rest=rest)
    return Procedure(
        code=f"8.{number:06}",
        name=name,
        sector=sector,
        online_level="INFORMATION",
        levels=[chance.choice(["MINISTRY", "PROVINCE", "COMMUNE"])],
        audiences=[chance.choice(["CITIZEN", "BUSINESS"])],
        search_text=found_by.text,
        search_vector=found_by.vector,
        search_traits=found_by.traits,
        search_length=found_by.length,
    )


def _statements(query: str) -> list[str]:
    """Return what the page asks the search for: the counts of its filters, and the best twenty-five."""
    with CaptureQueriesContext(connection) as captured:
        list(find(Filters(q=query), timezone.localdate()).page)
    return [asked["sql"] for asked in captured.captured_queries if "search_vector" in asked["sql"]]


def _run(statements: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)
            cursor.fetchall()


def _page(client: httpx.Client, query: str) -> None:
    client.get("/thu-tuc/", params={"q": query}).raise_for_status()


def _ms(call: Callable[[], None]) -> float:
    started = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - started)


def _slowest_of_twenty(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]
