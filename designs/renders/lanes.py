"""The lanes, and the time limits of each. All limits follow from the lane's lease (RENDER_LEASES)."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from designs.models import Lane


@dataclass(frozen=True, slots=True)
class LaneRules:
    """How many renders one claim takes, and how long things may last; all times in s."""

    name: Lane
    claim_size: int
    lease: float

    @property
    def read_limit(self) -> float:
        """Reading a render's pictures for longer than this puts it off: the storage hangs."""
        return self.lease / 4

    @property
    def soft_limit(self) -> float:
        """Drawing with more CPU time than this fails the render as `too_slow`."""
        return self.lease / 4

    @property
    def hard_limit(self) -> float:
        """Drawing for longer than this ends the process: it hangs in C code that signals do not reach."""
        return self.lease * 0.4

    @property
    def deadline(self) -> float:
        """Limit of drawing and storing one render: under half the lease, so that one begun in time ends in time."""
        return self.lease * 0.45

    @property
    def job_timeout(self) -> int:
        """Limit that RQ sets a job: longer than a lease, for the lease decides."""
        return int(self.lease * 2) + 60


def storage_alias(lane: str) -> str:
    """Return the alias of the storage for a lane's files: print files are never public."""
    return "private" if lane == Lane.PRINT else "default"


def rules_for_lane(lane: str) -> LaneRules:
    """Return the rules of a lane by its name; ValueError for an unknown lane."""
    name = Lane(lane)
    size = {Lane.PREVIEW: settings.RENDER_CLAIM_SIZE, Lane.MOCKUP: min(4, settings.RENDER_CLAIM_SIZE), Lane.PRINT: 1}
    return LaneRules(name, size[name], settings.RENDER_LEASES[name])
