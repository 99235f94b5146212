from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ProceduresConfig(AppConfig):
    name = "procedures"
    verbose_name = "Thủ tục hành chính"

    def ready(self) -> None:
        post_migrate.connect(_seed_synonyms, sender=self)


def _seed_synonyms(**_: Any) -> None:
    """Let the search know the phrases that came with this release, once its table is there."""
    from procedures.services import seed_synonyms  # noqa: PLC0415 - models are not loaded before

    seed_synonyms()
