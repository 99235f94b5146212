"""What people were told, how far it came, and the words that it is said in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from identity.models import Account
from onestop.kinds import NoticeChannel
from onestop.models import Case, CaseNotice, DeskNotice, NoticeWording
from onestop.occasions import OCCASIONS
from onestop.queries.limits import MOST_COUNTED, PAGE
from onestop.wording import NOTICE_CHANNELS
from portal.core.models import OutboxMessage


@dataclass(frozen=True)
class Delivery:
    """A message that went out, or shall: about what, over which channel, and how far it came."""

    notice: CaseNotice
    channel: NoticeChannel
    message: OutboxMessage

    @property
    def about_text(self) -> str:
        return str(OCCASIONS[self.notice.about].title)

    @property
    def channel_text(self) -> str:
        return str(NOTICE_CHANNELS[self.channel])


def deliveries(case: Case) -> list[Delivery]:
    """Return the messages to the applicant of a case, oldest first."""
    notices = case.notices.order_by("pk")
    keys = {one.key_on(channel): (one, channel) for one in notices for channel in NoticeChannel}
    found = OutboxMessage.objects.filter(key__in=keys).order_by("pk")
    return [Delivery(*keys[message.key], message) for message in found]


def wording_changes(about: str) -> list[NoticeWording]:
    """Return how the words of a notice were changed, the newest first."""
    return list(NoticeWording.objects.filter(about=about).select_related("by").order_by("-pk")[:MOST_COUNTED])


def notices_of(account: Account, before: int | None) -> list[DeskNotice]:
    """Return what a civil servant was told before a notice (None: all), the newest first, one more than a page."""
    told = DeskNotice.objects.of(account).select_related("case")
    return list((told.filter(pk__lt=before) if before else told)[: PAGE + 1])


def undelivered_letters(notices: Collection[DeskNotice]) -> set[int]:
    """Return the keys of those notices whose letter could not be delivered."""
    keys = {notice.letter_key: notice.pk for notice in notices}
    dead = OutboxMessage.objects.filter(key__in=keys, state=OutboxMessage.State.DEAD)
    return {keys[key] for key in dead.values_list("key", flat=True)}
