"""What the API's answers and requests look like; the schema is read from here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from onestop import queries
from onestop.kinds import Delivery, DocumentKind, DueWith, RequestKind
from onestop.models import Case, CaseDocument, CaseEvent, CaseRequest, PaperUpload
from onestop.references import due_with
from onestop.states import Action, State
from payments.states import FeeState
from procedures.models import Procedure


def many(shape: Any, things: Iterable[Any]) -> Any:
    """Return things in their shape, one after another."""
    return shape(things, many=True).data


class NamedSerializer(serializers.Serializer[Any]):
    """A code and what it is called."""

    code = serializers.CharField()
    name = serializers.CharField()


class ProcedureNameSerializer(serializers.Serializer[Procedure]):
    """A procedure, in the language of the request where it has a name in it."""

    code = serializers.CharField()
    name = serializers.CharField(source="title")


class CaseSerializer(serializers.Serializer[Case]):
    """A case of one's own. It has no code before its fee is paid, if one is due; `id` always opens it."""

    id = serializers.UUIDField(source="uuid")
    code = serializers.CharField(allow_null=True)
    procedure = ProcedureNameSerializer()
    state = serializers.ChoiceField(choices=list(State))
    state_text = serializers.SerializerMethodField(help_text="in the language of the request")
    created_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    accepted_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True, help_text="the promised time of the result")
    decided_at = serializers.DateTimeField(allow_null=True)
    returned_at = serializers.DateTimeField(allow_null=True)
    receiving_centre = NamedSerializer(allow_null=True)
    competent_agency = NamedSerializer(allow_null=True)
    page = serializers.SerializerMethodField(help_text="the case's page for the person")

    def get_state_text(self, case: Case) -> str:
        return str(case.word.text)

    @extend_schema_field(serializers.URLField())
    def get_page(self, case: Case) -> str:
        return settings.PUBLIC_URL + reverse("onestop:case", args=[case.uuid])


class FeeSerializer(serializers.Serializer[Any]):
    """A fee: the person pays on `pay_page`, after signing in."""

    due_with = serializers.SerializerMethodField(help_text="what it is due with")
    amount = serializers.IntegerField(help_text="VND")
    state = serializers.ChoiceField(choices=list(FeeState))
    pay_page = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ChoiceField(choices=list(DueWith)))
    def get_due_with(self, fee: Any) -> str:
        return due_with(fee.reference)

    @extend_schema_field(serializers.URLField())
    def get_pay_page(self, fee: Any) -> str:
        return settings.PUBLIC_URL + reverse("payments:fee", args=[fee.uuid])


class PaperSerializer(serializers.Serializer[Any]):
    """A paper that was given; its file is at `ho-so/{code}/giay-to/{id}/`."""

    id = serializers.UUIDField(source="uuid")
    paper = serializers.CharField(source="code")
    name = serializers.CharField(source="file.display_name")
    content_type = serializers.CharField(source="file.content_type")
    size = serializers.IntegerField(source="file.size")


class DocumentSerializer(serializers.Serializer[CaseDocument]):
    """A paper that was issued, or the draft to which consent is asked; its file: `ho-so/{code}/van-ban/{id}/`."""

    id = serializers.UUIDField(source="uuid")
    kind = serializers.ChoiceField(choices=list(DocumentKind))
    title = serializers.CharField()
    number = serializers.CharField()
    issued_at = serializers.DateTimeField(allow_null=True)
    is_draft = serializers.BooleanField()
    revoked_at = serializers.DateTimeField(allow_null=True, help_text="since then it is not valid any more")


class RequestSerializer(serializers.Serializer[CaseRequest]):
    """What the office waits for; the answer names its `id`."""

    id = serializers.UUIDField(source="uuid")
    kind = serializers.ChoiceField(choices=list(RequestKind))
    text = serializers.CharField()
    items = serializers.ListField(child=serializers.CharField(), help_text="codes of the questions asked for")
    due_at = serializers.DateTimeField()


class CaseDetailSerializer(CaseSerializer):
    """A case with its fees, its papers and what the office waits for."""

    delivery = serializers.ChoiceField(choices=list(Delivery))
    fees = serializers.SerializerMethodField(help_text="all that was asked for, at filing and later, oldest first")
    requests = serializers.SerializerMethodField()
    papers = serializers.SerializerMethodField()
    documents = serializers.SerializerMethodField()

    @extend_schema_field(FeeSerializer(many=True))
    def get_fees(self, case: Case) -> Any:
        return many(FeeSerializer, queries.fees_of(case))

    @extend_schema_field(RequestSerializer(many=True))
    def get_requests(self, case: Case) -> Any:
        return many(RequestSerializer, queries.asked_of_applicant(case))

    @extend_schema_field(PaperSerializer(many=True))
    def get_papers(self, case: Case) -> Any:
        return many(PaperSerializer, queries.papers(case))

    @extend_schema_field(DocumentSerializer(many=True))
    def get_documents(self, case: Case) -> Any:
        return many(DocumentSerializer, queries.documents(case, for_applicant=True))


class CasePageSerializer(serializers.Serializer[Any]):
    """Some of one's cases, the newest first."""

    results = CaseSerializer(many=True)
    next = serializers.URLField(allow_null=True, help_text="the address of those after them")


class EventSerializer(serializers.Serializer[CaseEvent]):
    """One thing that happened to a case."""

    sequence = serializers.IntegerField()
    at = serializers.DateTimeField()
    action = serializers.ChoiceField(choices=list(Action))
    title = serializers.CharField(help_text="in the language of the request")
    state = serializers.ChoiceField(choices=list(State), source="to_state", help_text="of the case since then")
    agency = NamedSerializer(allow_null=True)


class EventListSerializer(serializers.Serializer[Any]):
    """What happened to a case, the oldest first."""

    results = EventSerializer(many=True)


class FilingSerializer(serializers.Serializer[Any]):
    """A case to be filed. `answers` as `GET thu-tuc/{code}/bieu-mau/` describes; uploaded papers by their `id`."""

    procedure = serializers.CharField(max_length=20)
    answers = serializers.DictField()
    delivery = serializers.ChoiceField(
        choices=list(Delivery), required=False, help_text="short for the answer of that name, where the form asks it"
    )


class SupplementAskedSerializer(serializers.Serializer[Any]):
    """What a supplement may hold: only what was asked for."""

    request = serializers.UUIDField(help_text="to be named in the answer")
    text = serializers.CharField(help_text="what the office wrote")
    due_at = serializers.DateTimeField()
    answers = serializers.DictField(help_text="JSON Schema (2020-12) of the answers")
    questions = serializers.ListField(child=serializers.DictField())


class SupplementSerializer(serializers.Serializer[Any]):
    """An answer to a supplement. What is not named stays as it was; uploaded papers by their `id`."""

    request = serializers.UUIDField(help_text="`id` of the request that is answered")
    answers = serializers.DictField(allow_empty=False)


class ConsentSerializer(serializers.Serializer[Any]):
    """An answer to the draft of the result."""

    request = serializers.UUIDField(help_text="`id` of the request that is answered")
    agrees = serializers.BooleanField()
    text = serializers.CharField(
        max_length=2000, required=False, allow_blank=True, default="", help_text="what is wrong, if it is"
    )


class WithdrawalSerializer(serializers.Serializer[Any]):
    """A wish to withdraw."""

    reason = serializers.CharField(max_length=2000)


class UploadSerializer(serializers.Serializer[Any]):
    """A paper: for a case to come (`procedure`), or for a supplement that the office waits for (`case`)."""

    procedure = serializers.CharField(max_length=20, required=False)
    case = serializers.CharField(max_length=60, required=False, help_text="the case's code, or its `id`")
    paper = serializers.CharField(max_length=60, help_text="code of a question of kind `file`")
    file = serializers.FileField(help_text="a photo (JPEG, PNG, WebP) or a PDF, as the form's question says")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("procedure" in attrs) == ("case" in attrs):
            raise serializers.ValidationError({"procedure": _("Name either a procedure or a case.")})
        return attrs


class UploadedSerializer(PaperSerializer):
    """A paper that waits to be named in a filing or a supplement; after three days it is deleted."""

    pages = serializers.IntegerField(source="file.pages", help_text="of a PDF; 0: not known")
    remarks = serializers.SerializerMethodField(
        help_text="BLURRED, SMALL, UNDRAWN: worth a second look, taken all the same"
    )

    def get_remarks(self, upload: PaperUpload) -> list[str]:
        return [str(word) for word in upload.file.facts.get("warnings", [])]
