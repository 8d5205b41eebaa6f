"""What a programme does, drawn from its seed: which faults in which order, and what the clients ask for meanwhile."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

SEED_VARIABLE = "CHAOS_SEED"

KILL_WORKER = "kill a worker"
PAUSE_WORKER = "pause a worker past its lease"
WIPE_VALKEY = "wipe Valkey"
RESTART_POSTGRES = "restart PostgreSQL at once"
KILL_RECONCILER = "kill the reconciler"
KILL_WEB = "kill web between commit and wake"

CREATE, EDIT, RENDER_AGAIN, DELETE = "create", "edit", "render again", "delete"


def choose_seed() -> int:
    """Return CHAOS_SEED, or a new seed where it is not set; whoever runs a programme prints it."""
    return int(os.environ.get(SEED_VARIABLE) or random.SystemRandom().randrange(1, 1_000_000))


@dataclass(frozen=True, slots=True)
class PlanSize:
    """How much a programme does; the pause before each fault is drawn from `pauses`, in s."""

    designs: int
    edits: int
    rerenders: int
    deletes: int
    faults: Mapping[str, int]
    workers: int
    pauses: tuple[float, float] = (0.3, 1.1)


@dataclass(frozen=True, slots=True)
class PlanStep:
    """What clients begin to ask for (what, of which design), the pause after it (s), and the fault that ends it."""

    operations: list[tuple[str, int]]
    pause: float
    fault: str
    chance: float  # from 0 to 1: whom the fault hits


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps of a programme, the same for the same seed and size."""

    steps: list[PlanStep] = field(default_factory=list)


def draw_plan(size: PlanSize, seed: int) -> Plan:
    """Draw a plan: faults shuffled, operations spread evenly over them."""
    chosen = random.Random(seed)  # noqa: S311 - repeats by its seed, guards nothing
    faults = [fault for fault, count in size.faults.items() for _ in range(count)]
    chosen.shuffle(faults)
    operations = _draw_operations(size, chosen)
    steps = []
    for number, fault in enumerate(faults):
        share = slice(len(operations) * number // len(faults), len(operations) * (number + 1) // len(faults))
        steps.append(PlanStep(operations[share], chosen.uniform(*size.pauses), fault, chosen.random()))
    return Plan(steps)


def _draw_operations(size: PlanSize, chosen: random.Random) -> list[tuple[str, int]]:
    """Return every design's creation with the later requests mixed in; half of these follow right behind it."""
    placed: list[tuple[float, str, int]] = [(float(number), CREATE, number) for number in range(size.designs)]
    for what, count in ((EDIT, size.edits), (RENDER_AGAIN, size.rerenders), (DELETE, size.deletes)):
        # A design may be edited and rendered again, but what is deleted is asked for nothing more afterwards.
        for number in chosen.sample(range(size.designs), count):
            distance = chosen.uniform(1, 6) if chosen.random() < 0.5 else chosen.uniform(6, size.designs)
            at = min(number + distance, float(size.designs))
            placed.append((at + (size.designs if what == DELETE and distance > 6 else 0), what, number))
    gone: set[int] = set()
    ordered = []
    for _, what, number in sorted(placed):
        if number in gone:
            continue
        if what == DELETE:
            gone.add(number)
        ordered.append((what, number))
    return ordered
