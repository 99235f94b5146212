"""Codes of identity in words."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from identity.states import Scope

SCOPES: Final[dict[Scope, Promise]] = {
    Scope.CASES_READ: _("Read my cases and what happened to them"),
    Scope.CASES_FILE: _("File applications in my name"),
    Scope.CASES_ACT: _("Act in my cases: send supplements, answer drafts, withdraw"),
    Scope.PAPERS_UPLOAD: _("Upload papers for them"),
    Scope.FILES_READ: _("Download my papers and the results"),
}
