"""Fair shares of what a process has few of: threads that draw previews, decoders of uploads."""

from designs.scheduling.cost_history import CostHistory
from designs.scheduling.fair_queue import Caller, Cost, FairQueue, QueueFullError, QueueSize, Turn

__all__ = ["Caller", "Cost", "CostHistory", "FairQueue", "QueueFullError", "QueueSize", "Turn"]
