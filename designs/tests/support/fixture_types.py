"""Types of the fixtures that are functions."""

from collections.abc import Callable
from typing import Protocol

from designs.models import Design

MakeDesign = Callable[..., Design]
RunWorker = Callable[[], int]
"""The fixture `work`."""


class RunLane(Protocol):
    """The fixture `run_lane`."""

    def __call__(self, lane: str = "preview") -> int:
        """Work in this process until the lane has nothing due; return how many renders were claimed."""
