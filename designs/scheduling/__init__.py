"""Fair shares of what a process has few of: threads that draw previews, decoders of uploads."""

from designs.scheduling.cost_history import CostHistory
from designs.scheduling.fair_queue import Caller, Cost, FairQueue, QueueFullError, QueueSize, Turn
from designs.scheduling.short_requests import ShortRequests

__all__ = ["Caller", "Cost", "CostHistory", "FairQueue", "QueueFullError", "QueueSize", "ShortRequests", "Turn"]
