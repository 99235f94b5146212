"""An admin at a draft, and what a browser sends of a form."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Final

from django.http import QueryDict
from django.test import Client

from procedures.editing import outline
from procedures.models import Proposal
from tests.factories import DOCUMENTS, EXTRACT

FORM: Final = "sua/bieu-mau/"  # where the form of a draft is built


class Editor:
    """An admin at a draft: posts with the revision that the draft has."""

    def __init__(self, client: Client, draft: Proposal) -> None:
        self.client, self.draft = client, draft
        self.base = f"/quan-tri/de-xuat/{draft.uuid}/"

    @property
    def document(self) -> dict[str, Any]:
        self.draft.refresh_from_db()
        return dict(self.draft.document)

    def post(self, path: str, /, **data: Any) -> Any:
        self.draft.refresh_from_db()
        return self.client.post(self.base + path, {"revision": self.draft.revision} | data)

    def get(self, path: str) -> str:
        answer = self.client.get(self.base + path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.content.decode()

    def put(self, **parts: Any) -> None:
        """Write parts of the document as if they had been there before."""
        Proposal.objects.filter(pk=self.draft.pk).update(document=self.document | parts)


def extract() -> dict[str, Any]:
    """Return the document of the extract from the civil-status register."""
    return deepcopy(DOCUMENTS[EXTRACT])


def codes(document: dict[str, Any], page: str) -> list[str]:
    """Return the codes of the questions on a page, in order."""
    return [field["code"] for field in outline.page(document, page)["fields"]]


def sent(*forms: Any) -> dict[str, Any]:
    """Return what a browser would send of forms that were only opened, with the forms in their rows."""
    found: dict[str, Any] = {}
    for form in forms:
        shown = {form.add_prefix(name): form[name].value() for name in form.fields}
        found |= {name: value for name, value in shown.items() if value is not None and value is not False}
        parts = [str(part) for part in getattr(form, "parts", ()) if part.number]
        found |= {form.add_prefix("part"): parts} if parts else {}
        found |= sent(*getattr(form, "rows", ()))
    return found


def posted(data: dict[str, Any]) -> QueryDict:
    """Return what the server makes of what was sent."""
    found = QueryDict(mutable=True)
    for name, value in data.items():
        found.setlist(name, list(value) if isinstance(value, list) else [value])
    return found
