from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ProceduresConfig(AppConfig):
    name = "procedures"
    verbose_name = "Thủ tục hành chính"

    def ready(self) -> None:
        post_migrate.connect(_bring_what_the_release_knows, sender=self)


def _bring_what_the_release_knows(**_: Any) -> None:
    """Bring the search's phrases and the lists that forms offer, once their tables are there."""
    from procedures.code_lists.seeding import seed_code_lists  # noqa: PLC0415 - models are not loaded before
    from procedures.services import seed_synonyms  # noqa: PLC0415

    seed_synonyms()
    seed_code_lists()
