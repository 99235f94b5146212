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
    """Which share of the cases is still open after so many minutes; `ended` is how many of them were seen to end."""

    minutes: tuple[int, ...]
    open_share: tuple[float, ...]
    ended: int

    def open_after(self, minutes: int) -> float:
        """Return the share that is still open after `minutes`."""
        place = bisect_right(self.minutes, minutes) - 1
        return self.open_share[place] if place >= 0 else 1.0

    def late_after(self, limit: int, *, elapsed: int) -> float:
        """Return the probability that one which is open after `elapsed` minutes is still open after `limit`."""
        now = self.open_after(elapsed)
        return self.open_after(max(limit, elapsed)) / now if now else 1.0

    def ended_by(self, share: float, *, elapsed: int) -> int:
        """Return after how many minutes a `share` (0 to 1) of those that are open after `elapsed` have ended.

        Where nobody was watched for so long, the longest time that was seen.
        """
        target = self.open_after(elapsed) * (1 - share)
        for minutes, still_open in zip(self.minutes, self.open_share, strict=True):
            if minutes > elapsed and still_open <= target:
                return minutes
        return max(self.minutes[-1] if self.minutes else 0, elapsed)


def estimate(seen: Iterable[tuple[int, bool]]) -> Curve:
    """Return the curve of what was seen: for each case the minutes, and whether it ended then or was only watched."""
    ordered = sorted(seen)
    at_risk, share, ended = len(ordered), 1.0, 0
    minutes: list[int] = []
    shares: list[float] = []
    for minute, group in groupby(ordered, key=lambda one: one[0]):
        outcomes = [has_ended for _minutes, has_ended in group]
        deaths = sum(outcomes)
        if deaths:
            share *= 1 - deaths / at_risk
            ended += deaths
            minutes.append(minute)
            shares.append(share)
        at_risk -= len(outcomes)
    kept = _thinned(len(minutes))
    return Curve(tuple(minutes[n] for n in kept), tuple(shares[n] for n in kept), ended)


def _thinned(count: int) -> list[int]:
    """Return the places of at most `_MOST_POINTS` points, evenly spread, the last one always."""
    if count <= _MOST_POINTS:
        return list(range(count))
    return sorted({(n + 1) * count // _MOST_POINTS - 1 for n in range(_MOST_POINTS)})
