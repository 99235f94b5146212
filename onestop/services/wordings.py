"""The words of what people are told: as they came with the portal, or as somebody has changed them since."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from identity.models import Account
from onestop.errors import WordingRefusedError
from onestop.models import NoticeWording
from onestop.occasions import OCCASIONS, Occasion

_NAME: Final = re.compile(r"\{(\w*)\}")


@transaction.atomic
def reword(*, about: str, texts: Mapping[tuple[str, bool], str], by: Account, at: datetime) -> None:
    """Say a notice in other words from now on, by language and whether it is the text message's; the same words
    change nothing.

    Raises `WordingRefusedError`.
    """
    for (language, is_short), text in texts.items():
        check_wording(about, text, is_short=is_short)
        if text != wordings(language, is_short=is_short)[about]:
            NoticeWording.objects.create(about=about, language=language, is_short=is_short, text=text, by=by, at=at)


def check_wording(about: str, text: str, *, is_short: bool) -> None:
    """Raise `WordingRefusedError` when the words leave out what must be named, or name what they may not."""
    occasion = OCCASIONS[about]
    allowed = occasion.short_names if is_short else occasion.names
    names = _NAME.findall(text)
    unknown = [name for name in names if name not in allowed]
    if unknown or set("{}") & set(_NAME.sub("", text)):
        listed = {"names": ", ".join(f"{{{name}}}" for name in allowed)}
        raise WordingRefusedError(_("These words may be filled in here, and no others: %(names)s.") % listed)
    if occasion.must and occasion.must not in names:
        raise WordingRefusedError(
            _("Please leave in what its reader needs: %(name)s.") % {"name": f"{{{occasion.must}}}"}
        )


def wordings(language: str, *, is_short: bool = False) -> dict[str, str]:
    """Return what each notice says, the names of what is filled in between braces."""
    changed = NoticeWording.objects.filter(language=language, is_short=is_short)
    kept = changed.order_by("about", "-pk").distinct("about").values_list("about", "text")
    with override(language):
        first = {about: _first_words(one, is_short=is_short) for about, one in OCCASIONS.items()}
    return first | dict(kept)


def filled(wording: str, values: Mapping[str, object]) -> str:
    """Return the words with their names filled in."""
    return _NAME.sub(lambda found: str(values[found[1]]), wording)


def said(about: str, values: Mapping[str, object], *, is_short: bool = False) -> str:
    """Return a notice in the language that is active."""
    language = get_language() or settings.LANGUAGE_CODE
    return filled(wordings(language, is_short=is_short)[about], values)


def _first_words(occasion: Occasion, *, is_short: bool) -> str:
    words = occasion.short if is_short and occasion.short else occasion.sentence
    return _(words) % {name: f"{{{name}}}" for name in occasion.names}
