"""The national portal's pages for people: the ledger, and filing."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.sandbox import citizens, wire
from portal.sandbox.dvcqg import catalogue, filing, ledger
from portal.sandbox.dvcqg.models import Entry

_ANSWER = "answer."
_PAPER = "paper."


@require_GET
def ledger_page(request: HttpRequest) -> HttpResponse:
    code = request.GET.get("MaHoSo", "").strip()
    newest = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    after = 0 if code else max(0, newest - 200)
    lines = ledger.described(code, after=after)["SoCai"]
    for line in lines:
        line["text"] = json.dumps(line["BanGhi"], ensure_ascii=False, indent=1)
    return render(request, "sandbox/ledger.html", {"lines": lines, "code": code})


@require_http_methods(["GET", "POST"])
def catalogue_page(request: HttpRequest) -> HttpResponse:
    """The catalogue; a button changes a procedure as if it were published anew."""
    if request.method == "POST":
        try:
            catalogue.amend(request.POST.get("code", ""), request.POST.get("act", ""), at=timezone.now())
        except wire.BadMessageError as error:
            return HttpResponse(str(error), status=400, content_type="text/plain; charset=utf-8")
        return redirect("dvcqg:catalogue")
    amended = catalogue.amended()
    rows = [
        {
            "code": code,
            "name": record["TENTTHC"],
            "fees": catalogue.fees_of(record),
            "papers": catalogue.papers_of(record),
            "amended": code in amended,
        }
        for code, record in catalogue.procedures().items()
    ]
    return render(request, "sandbox/catalogue.html", {"rows": rows, "acts": catalogue.ACTS})


@require_http_methods(["GET", "POST"])
def file_page(request: HttpRequest) -> HttpResponse:
    chosen = request.GET.get("maTTHC") or next(iter(filing.examples()))
    example = filing.examples().get(chosen, {"simple": [], "others": {}, "papers": []})
    context: dict[str, Any] = {
        "chosen": chosen,
        "examples": filing.examples(),
        "example": example,
        "more": request.POST.get("more") or json.dumps(example["others"], ensure_ascii=False, indent=1),
        "citizens": citizens.everyone().values(),
    }
    if request.method == "POST":
        try:
            code = filing.file_case(
                procedure=chosen,
                citizen=request.POST.get("citizen", ""),
                agency=request.POST.get("agency", ""),
                answers=_answers(request.POST, example),
                papers=_papers(request),
                at=timezone.now(),
            )
            return render(request, "sandbox/filed.html", {"code": code})
        except wire.BadMessageError as error:
            context["refusal"] = str(error)
    return render(request, "sandbox/file.html", context)


@require_POST
def file_json(request: HttpRequest) -> HttpResponse:
    """File from a test: {MaTTHC, SoDinhDanh, MaDonViTiepNhan, EformThongTinChiTiet, TaiLieuNop}."""
    try:
        body = wire.read(request)
        procedure, citizen, agency = wire.texts(body, "MaTTHC", "SoDinhDanh", "MaDonViTiepNhan")
        answers = body.get("EformThongTinChiTiet")
        code = filing.file_case(
            procedure=procedure,
            citizen=citizen,
            agency=agency,
            answers=answers if isinstance(answers, dict) else filing.example_answers(procedure),
            papers=filing.read_papers(body.get("TaiLieuNop", [])),
            at=timezone.now(),
        )
    except wire.BadMessageError as error:
        return wire.answer({"error_code": -1, "message": str(error)}, status=400)
    return wire.answer({"error_code": 0, "message": "Nộp hồ sơ thành công", "MaHoSo": code})


def _answers(form: QueryDict, example: dict[str, Any]) -> dict[str, Any]:
    """Return the answers of the simple fields, then those of the JSON box, which win."""
    typed = {field["code"]: (form.get(_ANSWER + field["code"], ""), field["value"]) for field in example["simple"]}
    answers = {code: _typed(text, like) for code, (text, like) in typed.items()}
    try:
        more = json.loads(form.get("more", "").strip() or "{}")
    except ValueError as error:
        raise wire.BadMessageError("Ô JSON không hợp lệ.") from error
    if not isinstance(more, dict):
        raise wire.BadMessageError("Ô JSON phải là một đối tượng.")
    return {name: value for name, value in {**answers, **more}.items() if value not in ("", None)}


def _typed(text: str, like: object) -> object:
    """Return what was typed: a text where the example is one, otherwise the JSON value it stands for."""
    if isinstance(like, str) or not text:
        return text
    try:
        value: object = json.loads(text)
    except ValueError as error:
        raise wire.BadMessageError(f"Giá trị {text!r} không hợp lệ.") from error
    return value


def _papers(request: HttpRequest) -> list[filing.Paper]:
    return [
        filing.Paper(field.removeprefix(_PAPER), file.name or "tep", file.content_type or "", file.read())
        for field, file in request.FILES.items()
        if not isinstance(file, list)
    ]
