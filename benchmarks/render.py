"""CPU time of drawing: the engine against Pillow and other libraries, interleaved in one process."""

import argparse
import itertools
import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import engine, pillow
from benchmarks.design_jobs import DesignJob, generate_jobs, generate_sentences
from benchmarks.other_libraries import installed_libraries
from rendering.fonts.catalogue import warm_fonts

WARM_UP_DESIGNS = 1000  # enough to use most of a hundred letters in each of ninety fonts
TURN_LENGTH = 10  # designs drawn one way before it is the other's turn: a worker also draws many in a row
FITS = ("none", "shrink", "wrap", "wrap_shrink", "ellipsis")

Work = Callable[[DesignJob], list[bytes]]


class Row(NamedTuple):
    """One row of the table: two ways to make the same files. Of `every` designs requested one is drawn.

    `sentences` tells that texts have 10 to 40 characters of seven scripts.
    """

    name: str
    theirs: Work
    ours: Work
    every: int = 1
    turn: int = TURN_LENGTH
    sentences: bool = False


ROWS = (
    Row("flat text, preview 600² + thumbnail 200², PNG", pillow.draw_baseline_pair, engine.draw_pair),
    Row(
        "the same, in turns of one: each way finds the processor's caches full of the other's data",
        pillow.draw_baseline_pair,
        engine.draw_pair,
        turn=1,
    ),
    Row(
        "10 to 40 characters of seven scripts, forty fonts in turn",
        pillow.draw_baseline_pair,
        engine.draw_pair,
        sentences=True,
    ),
    Row("the same, in turns of one", pillow.draw_baseline_pair, engine.draw_pair, turn=1, sentences=True),
    Row("flat text, against Pillow with care", pillow.draw_careful_pair, engine.draw_pair),
    Row("the long form (as theirs) against the short form (as ours)", engine.draw_long_pair, engine.draw_pair),
    Row("the six standard files", pillow.draw_baseline_standard, engine.draw_standard, 2),
    Row(
        "four layers, outline, shadow, arc, gradient; against Pillow with care",
        pillow.draw_careful_four,
        engine.draw_four_layers,
        2,
    ),
    Row("flat print file, 4500 × 5400 PNG", pillow.draw_baseline_print_file, engine.draw_print_file, 20),
    Row(
        "flat print file (theirs) against four layers on transparency (ours), 4500 × 5400 PNG",
        pillow.draw_baseline_print_file,
        engine.draw_large_four_layers,
        20,
    ),
)


class WayTiming(NamedTuple):
    """The medians of one way: CPU ms per job, bytes of each file."""

    ms: float
    sizes: list[int]


def measure_ways(
    count: int, ways: Sequence[Callable[[Any], list[bytes]]], designs: Iterator[Any], turn: int = TURN_LENGTH
) -> list[WayTiming]:
    """Run each way `count` times, in turns of `turn`, always on designs not drawn before; return the medians."""
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


def print_ratios(count: int, jobs: Iterator[DesignJob], sentences: Iterator[DesignJob]) -> None:
    """Print the table that compares the engine with Pillow."""
    print("| work | theirs ms | ours ms | times faster | their bytes | our bytes |\n|---|---|---|---|---|---|")
    for row in ROWS:
        designs = sentences if row.sentences else jobs
        row.theirs(next(designs))
        row.ours(next(designs))
        theirs, ours = measure_ways(max(3, count // row.every), [row.theirs, row.ours], designs, row.turn)
        print(
            f"| {row.name} | {theirs.ms:.2f} | {ours.ms:.2f} | {theirs.ms / ours.ms:.1f} "
            f"| {format_sizes(theirs.sizes)} | {format_sizes(ours.sizes)} |"
        )


def print_comparison(count: int, designs: Iterator[DesignJob]) -> None:
    """Print the cost of preview and thumbnail by each library that is installed."""
    ways: dict[str, Work] = {
        "Pillow, baseline": pillow.draw_baseline_pair,
        "Pillow with care": pillow.draw_careful_pair,
    }
    ways |= installed_libraries() | {"ours": engine.draw_pair}
    for work in ways.values():
        work(next(designs))
    timings = dict(zip(ways, measure_ways(count, list(ways.values()), designs), strict=True))
    print("\n| preview + thumbnail | CPU ms | times ours | bytes |\n|---|---|---|---|")
    for name, timing in timings.items():
        ratio = timing.ms / timings["ours"].ms
        print(f"| {name} | {timing.ms:.2f} | {ratio:.1f} × | {format_sizes(timing.sizes)} |")


def print_layouts(count: int) -> None:
    """Print the cost of laying out a long text of many scripts."""
    print("\n| layout of 1,000 code points of twelve scripts | CPU ms |\n|---|---|")
    for fit in FITS:
        taken = []
        for number in range(max(3, count // 5)):
            start = time.process_time()
            engine.lay_out_mixed(number, fit)
            taken.append((time.process_time() - start) * 1000)
        print(f"| {fit} | {statistics.median(taken):.2f} |")


def print_memory(designs: Iterator[DesignJob]) -> None:
    """Print how much a print file raises the peak memory of a process; each way runs in its own process."""
    print("\n| flat print file, 4500 × 5400 | increase of peak memory |\n|---|---|")
    for name, work in (("Pillow, baseline", pillow.draw_baseline_print_file), ("ours", engine.draw_print_file)):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            print(f"| {name} | {pool.apply(measure_peak, (work, next(designs))):.0f} MB |")


def measure_peak(work: Callable[[Any], list[bytes]], job: Any) -> float:
    """Return by how many MB a job raises the peak memory of this process."""
    warm_fonts()
    Path("/proc/self/clear_refs").write_text("5")  # resets the peak: proc(5)
    before = _read_kilobytes("VmRSS")
    work(job)
    return (_read_kilobytes("VmHWM") - before) / 1024


def _read_kilobytes(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def format_sizes(sizes: list[int]) -> str:
    """Return the sizes of the files (bytes) as text."""
    return " + ".join(map(str, sizes))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.render", description=__doc__)
    parser.add_argument("-n", type=int, default=200, help="designs per way and row (default: 200)")
    count = parser.parse_args().n
    if count < 1:
        parser.error("-n must be at least 1")
    warm_fonts()
    designs, sentences = generate_jobs(), generate_sentences()
    for job in itertools.islice(zip(designs, sentences, strict=True), WARM_UP_DESIGNS):
        for design in job:  # a worker draws thousands, so its caches are warm
            engine.draw_pair(design)
    print(f"CPU time, median of {count} designs per way, interleaved, no text twice\n")
    print_ratios(count, designs, sentences)
    print_comparison(count, designs)
    print_layouts(count)
    print_memory(designs)


if __name__ == "__main__":
    main()
