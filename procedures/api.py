"""The catalogue for machines, read-only and public."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import NotFound
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import APIView

from identity.models import Agency
from portal.core.api import Forgiving
from procedures import queries
from procedures.eforms.describing import answers_schema, steps_described
from procedures.models import Procedure, Sector
from procedures.queries import Filters


class SectorSerializer(serializers.ModelSerializer[Sector]):
    class Meta:
        model = Sector
        fields = ["code", "name"]


class AgencySerializer(serializers.ModelSerializer[Agency]):
    class Meta:
        model = Agency
        fields = ["code", "name", "kind", "address"]


class ProcedureSerializer(serializers.ModelSerializer[Procedure]):
    sector = SectorSerializer()

    class Meta:
        model = Procedure
        fields = ["code", "local_code", "name", "sector", "online_level", "levels", "audiences"]


class QuestionSerializer(serializers.Serializer[Any]):
    """A question: `code` names its answer. Rules (`show_if`, `required_if`) are those of the form's definition."""

    code = serializers.CharField()
    kind = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # a field, taken off the class
    hint = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment] # a field, taken off the class
    show_if = serializers.DictField(allow_null=True)
    required_if = serializers.DictField(allow_null=True)
    options = serializers.ListField(child=serializers.DictField(child=serializers.CharField()))


class StepSerializer(serializers.Serializer[Any]):
    """A page of the form, asked when `show_if` holds."""

    code = serializers.CharField()
    title = serializers.CharField()
    why = serializers.CharField()
    show_if = serializers.DictField(allow_null=True)
    questions = QuestionSerializer(many=True)


class ProcedureDetailSerializer(serializers.Serializer[Any]):
    """A version as it was published; the form and the process are internal and left out."""

    code = serializers.CharField()
    version = serializers.IntegerField()
    effective_from = serializers.DateField()
    sha256 = serializers.CharField()
    content = serializers.DictField()


class FormSerializer(serializers.Serializer[Any]):
    """The e-form of a procedure: `answers` is what `answers` must look like when a case is filed."""

    procedure = serializers.CharField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    minutes = serializers.IntegerField(help_text="how long most people take to fill it in")
    answers = serializers.DictField(help_text="JSON Schema (2020-12) of the answers")
    steps = StepSerializer(many=True)


class WithinReason(Forgiving, AnonRateThrottle):
    """So many calls a minute and address."""


class PublicApi(APIView):
    """Open to everybody, within reason."""

    problems = (404, 406, 429)
    authentication_classes: Sequence[type[BaseAuthentication]] = ()  # nobody is asked who they are
    permission_classes = [AllowAny]
    throttle_classes = [WithinReason]


class Pages(LimitOffsetPagination):
    """The catalogue is a few thousand rows: pages by number are quick enough."""

    default_limit = 50
    max_limit = 200


class ProcedureList(PublicApi, generics.ListAPIView[Procedure]):
    """Procedures in force; `q` searches without regard to diacritics."""

    serializer_class = ProcedureSerializer
    pagination_class = Pages

    def get_queryset(self) -> QuerySet[Procedure]:
        given = {name: self.request.GET.get(name, "").replace("\0", "")[:200] for name in ("q", "linh_vuc", "cap")}
        filters = Filters(q=given["q"], sector=given["linh_vuc"], level=given["cap"][:10])
        return queries.catalogue(filters, timezone.localdate())

    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, description="words"),
            OpenApiParameter("linh_vuc", str, description="code of a sector"),
            OpenApiParameter("cap", str, enum=["PROVINCE", "COMMUNE"]),
        ]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class ProcedureDetail(PublicApi):
    """One procedure, in the version in force today."""

    @extend_schema(responses=ProcedureDetailSerializer)
    def get(self, request: Request, code: str) -> Response:
        version = queries.version_in_force(code, timezone.localdate())
        if version is None:
            raise NotFound
        return Response(
            {
                "code": version.procedure.code,
                "version": version.number,
                "effective_from": version.effective_from,
                "sha256": version.sha256,
                "content": queries.public_content(version.document),
            }
        )


class ProcedureForm(PublicApi):
    """The e-form of a procedure in force: what a program must send to file it. Texts by Accept-Language."""

    @extend_schema(responses=FormSerializer)
    def get(self, request: Request, code: str) -> Response:
        version = queries.version_in_force(code, timezone.localdate())
        definition = version.definition if version else None
        if version is None or definition is None or definition.form is None:
            raise NotFound
        return Response(
            {
                "procedure": definition.code,
                "version": version.number,
                "name": str(definition.title),
                "minutes": definition.form.minutes,
                "answers": answers_schema(definition.form),
                "steps": steps_described(definition.form),
            }
        )


class SectorList(PublicApi, generics.ListAPIView[Sector]):
    """Sectors that have procedures in force."""

    serializer_class = SectorSerializer
    pagination_class = None

    def get_queryset(self) -> QuerySet[Sector]:
        return queries.sectors(timezone.localdate())


class AgencyList(PublicApi, generics.ListAPIView[Agency]):
    """Agencies and one-stop centres in force."""

    serializer_class = AgencySerializer
    pagination_class = Pages

    def get_queryset(self) -> QuerySet[Agency]:
        return Agency.objects.on(timezone.localdate()).order_by("code")
