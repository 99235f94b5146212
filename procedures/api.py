"""The catalogue for machines, read-only and public."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from redis.exceptions import RedisError
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
from procedures import queries
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


class ProcedureDetailSerializer(serializers.Serializer[Any]):
    """A version as it was published; the form and the process are internal and left out."""

    code = serializers.CharField()
    version = serializers.IntegerField()
    effective_from = serializers.DateField()
    sha256 = serializers.CharField()
    content = serializers.DictField()


class ProblemSerializer(serializers.Serializer[Any]):
    """Why there is no answer, in the reader's language."""

    detail = serializers.CharField()


class WithinReason(AnonRateThrottle):
    """So many calls a minute and address; while Redis is away nobody counts."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        try:
            return super().allow_request(request, view)
        except (RedisError, OSError):
            return True


class PublicApi(APIView):
    """Open to everybody, within reason."""

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

    @extend_schema(responses={200: ProcedureDetailSerializer, 404: ProblemSerializer})
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
    queryset = Agency.objects.filter(valid_to=None).order_by("code")
