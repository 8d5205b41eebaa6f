"""CPU time of drawing photos: the engine against Pillow and other libraries, interleaved in one process."""

import argparse
import itertools
import multiprocessing
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from benchmarks import photo_engine, photo_pillow
from benchmarks.photo_jobs import PHOTO_COUNT, generate_photos
from benchmarks.photo_libraries import installed_libraries
from benchmarks.render import format_sizes, measure_peak, measure_ways
from rendering.fonts.catalogue import warm_fonts

TURN = 1  # a photo is so large that nothing of another way stays in the processor's caches

Work = Callable[[Any], list[bytes]]


class Row(NamedTuple):
    """One row of the table. Of `every` designs requested one is drawn."""

    name: str
    theirs: Work
    ours: Work
    every: int = 1


ROWS = (
    Row(
        "photo under text, preview 600² + thumbnail 200²; theirs from the upload, ours from the working copy",
        photo_pillow.draw_pair,
        photo_engine.draw_pair,
    ),
    Row(
        "the same, both from the full copy of 12 megapixels",
        photo_pillow.draw_pair_from_full,
        photo_engine.draw_pair_from_full,
    ),
    Row("the six standard files", photo_pillow.draw_standard, photo_engine.draw_standard),
    Row("print file, 4500 × 5400 PNG", photo_pillow.draw_print_file, photo_engine.draw_print_file, 10),
)


def print_ratios(count: int, designs: Iterator[Any]) -> None:
    """Print the table that compares the engine with Pillow."""
    print("| work | theirs ms | ours ms | times faster | their bytes | our bytes |\n|---|---|---|---|---|---|")
    for row in ROWS:
        _print_row(row, max(3, count // row.every), designs)
    previews = itertools.cycle(photo_pillow.draw_previews(itertools.islice(designs, 2 * PHOTO_COUNT)))
    _print_row(Row("encoding only, 600² PNG", photo_pillow.encode_png, photo_engine.encode_png), count, previews)


def _print_row(row: Row, count: int, designs: Iterator[Any]) -> None:
    row.theirs(next(designs))
    row.ours(next(designs))
    theirs, ours = measure_ways(count, [row.theirs, row.ours], designs, TURN)
    print(
        f"| {row.name} | {theirs.ms:.2f} | {ours.ms:.2f} | {theirs.ms / ours.ms:.1f} "
        f"| {format_sizes(theirs.sizes)} | {format_sizes(ours.sizes)} |",
        flush=True,
    )


def print_mixed(count: int, designs: Iterator[Any]) -> None:
    """Print the cost of twenty layers."""
    photo_engine.draw_twenty_layers(next(designs))
    (ours,) = measure_ways(count, [photo_engine.draw_twenty_layers], designs, TURN)
    print(f"\n| twenty mixed layers, preview + thumbnail | CPU ms |\n|---|---|\n| ours | {ours.ms:.1f} |")


def print_comparison(count: int, designs: Iterator[Any]) -> None:
    """Print the cost of preview and thumbnail by each library that is installed, from both copies."""
    ways: dict[str, Work] = {"Pillow, baseline (the upload)": photo_pillow.draw_pair}
    ways |= {
        f"{name} (the {copy})": work
        for copy in ("upload", "working")
        for name, work in installed_libraries(copy).items()
    }
    ways["ours"] = photo_engine.draw_pair
    for work in ways.values():
        work(next(designs))
    timings = dict(zip(ways, measure_ways(count, list(ways.values()), designs, TURN), strict=True))
    print("\n| photo under text, preview + thumbnail | CPU ms | times ours | bytes |\n|---|---|---|---|")
    for name, timing in timings.items():
        ratio = timing.ms / timings["ours"].ms
        print(f"| {name} | {timing.ms:.1f} | {ratio:.1f} × | {format_sizes(timing.sizes)} |")


def print_memory(designs: Iterator[Any]) -> None:
    """Print how much a print file raises the peak memory of a process; each way runs in its own process."""
    print("\n| print file of a photo, 4500 × 5400 | increase of peak memory |\n|---|---|")
    for name, work in (("Pillow, baseline", photo_pillow.draw_print_file), ("ours", photo_engine.draw_print_file)):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            print(f"| {name} | {pool.apply(measure_peak, (work, next(designs))):.0f} MB |")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.photos", description=__doc__)
    parser.add_argument("-n", type=int, default=30, help="designs per way and row (default: 30)")
    count = parser.parse_args().n
    if count < 1:
        parser.error("-n must be at least 1")
    warm_fonts()
    designs = generate_photos()
    for _ in range(PHOTO_COUNT):  # photos are made when they are first used
        next(designs)
    print(f"CPU time, median of {count} designs per way, interleaved, {PHOTO_COUNT} photos, no text twice\n")
    print_ratios(count, designs)
    print_mixed(count, designs)
    print_comparison(count, designs)
    print_memory(designs)


if __name__ == "__main__":
    main()
