"""What drawing costs: our engine against Pillow and others, interleaved in one process, in CPU time."""

import argparse
import itertools
import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import engine, pillow
from benchmarks.design_jobs import DesignJob, generate_jobs
from benchmarks.other_libraries import installed_rivals
from rendering.fonts.catalogue import warm_fonts

WARM_UP_DESIGNS = 1000  # designs: the catalogue has ninety fonts of a hundred letters each
TURN_LENGTH = 10  # designs one way before the other has its turn: a worker, too, draws one after the other
FITS = ("none", "shrink", "wrap", "wrap_shrink", "ellipsis")

Work = Callable[[DesignJob], list[bytes]]


class Row(NamedTuple):
    """One line of the table: two ways to the same files; of `every` designs asked for, one is drawn."""

    name: str
    theirs: Work
    ours: Work
    every: int = 1
    turn: int = TURN_LENGTH


ROWS = (
    Row("flat text, preview 600² + thumbnail 200², PNG", pillow.draw_baseline_pair, engine.draw_pair),
    Row(
        "the same, by turns of one: what the other way leaves in the caches is in both figures",
        pillow.draw_baseline_pair,
        engine.draw_pair,
        turn=1,
    ),
    Row("flat text, against Pillow with care", pillow.draw_careful_pair, engine.draw_pair),
    Row("the long form (as theirs) against the short form (as ours)", engine.draw_long_pair, engine.draw_pair),
    Row("the standard six", pillow.draw_baseline_standard, engine.draw_standard, 2),
    Row(
        "four layers, outline, shadow, arc, gradient; against Pillow with care",
        pillow.draw_careful_four,
        engine.draw_four_layers,
        2,
    ),
    Row("flat print file, 4500 × 5400 PNG", pillow.draw_baseline_print_file, engine.draw_print_file, 20),
)


class WayTiming(NamedTuple):
    """The medians of one way: CPU ms a job, bytes of each file."""

    ms: float
    sizes: list[int]


def measure_ways(
    count: int, ways: Sequence[Callable[[Any], list[bytes]]], designs: Iterator[Any], turn: int = TURN_LENGTH
) -> list[WayTiming]:
    """Run each way `count` times, by turns of `turn`, each time on designs never drawn before; return the medians."""
    samples: list[list[tuple[float, list[int]]]] = [[] for _ in ways]
    for begun in range(0, count, turn):
        for taken, work in zip(samples, ways, strict=True):
            for job in itertools.islice(designs, min(turn, count - begun)):
                start = time.process_time()
                files = work(job)
                taken.append(((time.process_time() - start) * 1000, [len(file) for file in files]))
    return [
        WayTiming(
            statistics.median(ms for ms, _ in taken),
            [round(statistics.median(column)) for column in zip(*(sizes for _, sizes in taken), strict=True)],
        )
        for taken in samples
    ]


def print_ratios(count: int, designs: Iterator[DesignJob]) -> None:
    """Print what each work costs both ways."""
    print("| work | theirs ms | ours ms | times faster | their bytes | our bytes |\n|---|---|---|---|---|---|")
    for row in ROWS:
        row.theirs(next(designs))
        row.ours(next(designs))
        theirs, mine = measure_ways(max(3, count // row.every), [row.theirs, row.ours], designs, row.turn)
        print(
            f"| {row.name} | {theirs.ms:.2f} | {mine.ms:.2f} | {theirs.ms / mine.ms:.1f} "
            f"| {format_sizes(theirs.sizes)} | {format_sizes(mine.sizes)} |"
        )


def print_comparison(count: int, designs: Iterator[DesignJob]) -> None:
    """Print what the flat pair costs by each way that is installed."""
    ways: dict[str, Work] = {
        "Pillow, baseline": pillow.draw_baseline_pair,
        "Pillow with care": pillow.draw_careful_pair,
    }
    ways |= installed_rivals() | {"ours": engine.draw_pair}
    for work in ways.values():
        work(next(designs))
    found = dict(zip(ways, measure_ways(count, list(ways.values()), designs), strict=True))
    print("\n| flat pair, set beside | CPU ms | of ours | bytes |\n|---|---|---|---|")
    for name, one in found.items():
        print(f"| {name} | {one.ms:.2f} | {one.ms / found['ours'].ms:.1f} × | {format_sizes(one.sizes)} |")


def print_layouts(count: int) -> None:
    """Print what it costs to lay out a long text of many scripts."""
    print("\n| layout of 1,000 code points of twelve scripts | CPU ms |\n|---|---|")
    for fit in FITS:
        taken = []
        for number in range(max(3, count // 5)):
            start = time.process_time()
            engine.lay_out_mixed(number, fit)
            taken.append((time.process_time() - start) * 1000)
        print(f"| {fit} | {statistics.median(taken):.2f} |")


def print_memory(designs: Iterator[DesignJob]) -> None:
    """Print by how much a print file raises a process's peak, each way in a process of its own."""
    print("\n| flat print file, 4500 × 5400 | peak memory above what the process had |\n|---|---|")
    for name, work in (("Pillow, baseline", pillow.draw_baseline_print_file), ("ours", engine.draw_print_file)):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            print(f"| {name} | {pool.apply(measure_peak, (work, next(designs))):.0f} MB |")


def measure_peak(work: Callable[[Any], list[bytes]], job: Any) -> float:
    """Return by how many MB a work raises the process's peak of memory."""
    warm_fonts()
    Path("/proc/self/clear_refs").write_text("5")  # forgets the peak so far: proc(5)
    before = _read_kilobytes("VmRSS")
    work(job)
    return (_read_kilobytes("VmHWM") - before) / 1024


def _read_kilobytes(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def format_sizes(sizes: list[int]) -> str:
    """Return the bytes of each file, to be printed."""
    return " + ".join(map(str, sizes))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.render", description=__doc__)
    parser.add_argument("-n", type=int, default=200, help="designs a way and row (default: 200)")
    count = parser.parse_args().n
    if count < 1:
        parser.error("-n must be at least 1")
    warm_fonts()
    designs = generate_jobs()
    for _ in range(WARM_UP_DESIGNS):  # a worker draws thousands: what it keeps is there before it is measured
        engine.draw_pair(next(designs))
    print(f"CPU time, median of {count} designs a way, interleaved, no text twice\n")
    print_ratios(count, designs)
    print_comparison(count, designs)
    print_layouts(count)
    print_memory(designs)


if __name__ == "__main__":
    main()
