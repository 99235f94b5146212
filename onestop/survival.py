"""How long it takes, learnt also from what has not ended yet: the Kaplan–Meier estimate.

Cases that are still open, or that left for another reason, say "at least so long". Leaving them out would make every
forecast too early: the slow ones are those that are still open. Times are whole working minutes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Final

_MOST_POINTS: Final = 200


@dataclass(frozen=True)
class Curve:
    """Which share of the cases is still open after so many minutes, up to the last for which one was watched; `ended`
    is how many of them were seen to end.
    """

    minutes: tuple[int, ...]
    open_share: tuple[float, ...]
    ended: int

    def open_after(self, minutes: int) -> float:
        """Return the share that is still open after `minutes`."""
        place = bisect_right(self.minutes, minutes) - 1
        return self.open_share[place] if place >= 0 else 1.0

    def late_after(self, limit: int, *, elapsed: int) -> float | None:
        """Return the probability that one which stands in its minute `elapsed` is still open after `limit`; None
        where nobody who took so long was watched until then.
        """
        now, then = self.open_after(elapsed - 1), self.open_after(max(limit, elapsed))
        is_watched = bool(self.minutes) and (limit <= self.minutes[-1] or not then)
        return then / now if now and is_watched else None

    def ended_by(self, share: float, *, elapsed: int) -> int | None:
        """Return after how many minutes a `share` (0 to 1) of those that stand in their minute `elapsed` have ended;
        None where so many were not seen to end.
        """
        target = self.open_after(elapsed - 1) * (1 - share)
        later = (minutes for minutes, left in zip(self.minutes, self.open_share, strict=True) if left <= target)
        return next((minutes for minutes in later if minutes >= elapsed), None)


def estimate(seen: Iterable[tuple[int, bool]]) -> Curve:
    """Return the curve of what was seen: for each case the minutes, and whether it ended then or was only watched."""
    ordered = sorted(seen)
    at_risk, share, ended = len(ordered), 1.0, 0
    minutes: list[int] = []
    shares: list[float] = []
    for minute, group in groupby(ordered, key=lambda one: one[0]):
        outcomes = [has_ended for _minutes, has_ended in group]
        deaths = sum(outcomes)
        share *= 1 - deaths / at_risk
        ended += deaths
        at_risk -= len(outcomes)
        if deaths or not at_risk:
            minutes.append(minute)
            shares.append(share)
    kept = _thinned(len(minutes))
    return Curve(tuple(minutes[n] for n in kept), tuple(shares[n] for n in kept), ended)


def _thinned(count: int) -> list[int]:
    """Return the places of at most `_MOST_POINTS` points, evenly spread, the last one always."""
    if count <= _MOST_POINTS:
        return list(range(count))
    return sorted({(n + 1) * count // _MOST_POINTS - 1 for n in range(_MOST_POINTS)})
