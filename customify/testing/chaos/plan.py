"""The plan of a run, random from a seed: which faults in which order, and the requests of the clients meanwhile."""

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
    """Return CHAOS_SEED, or a random seed if it is not set; callers print it."""
    return int(os.environ.get(SEED_VARIABLE) or random.SystemRandom().randrange(1, 1_000_000))


@dataclass(frozen=True, slots=True)
class PlanSize:
    """The size of a run; the pause before each fault is random within `pauses`, in s."""

    designs: int
    edits: int
    rerenders: int
    deletes: int
    faults: Mapping[str, int]
    workers: int
    pauses: tuple[float, float] = (0.3, 1.1)


@dataclass(frozen=True, slots=True)
class PlanStep:
    """A pause in s, the operations that clients start then (name, number of the design), and a fault meanwhile."""

    operations: list[tuple[str, int]]
    pause: float
    fault: str
    chance: float  # from 0 to 1: chooses the process that the fault hits


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps of a run; the same seed and size give the same plan."""

    steps: list[PlanStep] = field(default_factory=list)


def draw_plan(size: PlanSize, seed: int) -> Plan:
    """Return a random plan: faults shuffled, operations spread evenly over them."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, no security
    faults = [fault for fault, count in size.faults.items() for _ in range(count)]
    rng.shuffle(faults)
    operations = _draw_operations(size, rng)
    steps = []
    for number, fault in enumerate(faults):
        share = slice(len(operations) * number // len(faults), len(operations) * (number + 1) // len(faults))
        steps.append(PlanStep(operations[share], rng.uniform(*size.pauses), fault, rng.random()))
    return Plan(steps)


def _draw_operations(size: PlanSize, rng: random.Random) -> list[tuple[str, int]]:
    """Return the creations with later operations mixed in; half of these follow shortly after the creation."""
    placed: list[tuple[float, str, int]] = [(float(number), CREATE, number) for number in range(size.designs)]
    for what, count in ((EDIT, size.edits), (RENDER_AGAIN, size.rerenders), (DELETE, size.deletes)):
        # A design may be edited and rendered again; after its deletion nothing follows.
        for number in rng.sample(range(size.designs), count):
            distance = rng.uniform(1, 6) if rng.random() < 0.5 else rng.uniform(6, size.designs)
            at = min(number + distance, float(size.designs))
            placed.append((at + (size.designs if what == DELETE and distance > 6 else 0), what, number))
    deleted: set[int] = set()
    ordered = []
    for _, what, number in sorted(placed):
        if number in deleted:
            continue
        if what == DELETE:
            deleted.add(number)
        ordered.append((what, number))
    return ordered
