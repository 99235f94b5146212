"""Views of the desk's lists that people keep, and share with their agency."""

from __future__ import annotations

from uuid import UUID

from identity.models import Account, Agency
from onestop.models import DeskView


def save_view(*, owner: Account, name: str, queue: str, query: str, shared_with: Agency | None) -> DeskView:
    """Keep a view under `name`, in place of the owner's earlier one of that name."""
    view, _ = DeskView.objects.update_or_create(
        owner=owner, name=name, defaults={"queue": queue, "query": query, "shared_with": shared_with}
    )
    return view


def delete_view(*, owner: Account, uuid: UUID) -> None:
    """Forget a view of the owner's; somebody else's stays, and deleting twice is deleting once."""
    DeskView.objects.filter(owner=owner, uuid=uuid).delete()
