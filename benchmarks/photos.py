"""What drawing photos costs: our engine against Pillow and others, interleaved in one process, in CPU time."""

import argparse
import itertools
import multiprocessing
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from benchmarks import photo_engine, photo_pillow
from benchmarks.photo_jobs import PHOTO_COUNT, generate_photos
from benchmarks.photo_libraries import installed_rivals
from benchmarks.render import format_sizes, measure_peak, measure_ways
from rendering.fonts.catalogue import warm_fonts

TURN = 1  # a photo leaves nothing of the other way in the caches

Work = Callable[[Any], list[bytes]]


class Row(NamedTuple):
    """One line of the table; of `every` designs asked for, one is drawn."""

    name: str
    theirs: Work
    ours: Work
    every: int = 1


ROWS = (
    Row(
        "photo under text, preview 600² + thumbnail 200²; the upload, ours the working copy",
        photo_pillow.draw_pair,
        photo_engine.draw_pair,
    ),
    Row(
        "the same, both from the full copy of 12 megapixels",
        photo_pillow.draw_pair_from_full,
        photo_engine.draw_pair_from_full,
    ),
    Row("the standard six", photo_pillow.draw_standard, photo_engine.draw_standard),
    Row("print file, 4500 × 5400 PNG", photo_pillow.draw_print_file, photo_engine.draw_print_file, 10),
)


def print_ratios(count: int, designs: Iterator[Any]) -> None:
    """Print what each work costs both ways."""
    print("| work | theirs ms | ours ms | times faster | their bytes | our bytes |\n|---|---|---|---|---|---|")
    for row in ROWS:
        _print_row(row, max(3, count // row.every), designs)
    previews = itertools.cycle(photo_pillow.draw_previews(itertools.islice(designs, 2 * PHOTO_COUNT)))
    _print_row(Row("encoding alone, 600² PNG", photo_pillow.encode_png, photo_engine.encode_png), count, previews)


def _print_row(row: Row, count: int, designs: Iterator[Any]) -> None:
    row.theirs(next(designs))
    row.ours(next(designs))
    theirs, mine = measure_ways(count, [row.theirs, row.ours], designs, TURN)
    print(
        f"| {row.name} | {theirs.ms:.2f} | {mine.ms:.2f} | {theirs.ms / mine.ms:.1f} "
        f"| {format_sizes(theirs.sizes)} | {format_sizes(mine.sizes)} |",
        flush=True,
    )


def print_mixed(count: int, designs: Iterator[Any]) -> None:
    """Print what twenty layers cost."""
    photo_engine.draw_twenty_layers(next(designs))
    (mine,) = measure_ways(count, [photo_engine.draw_twenty_layers], designs, TURN)
    print(f"\n| twenty mixed layers, preview + thumbnail | CPU ms |\n|---|---|\n| ours | {mine.ms:.1f} |")


def print_comparison(count: int, designs: Iterator[Any]) -> None:
    """Print what the pair costs by each way that is installed, all from the working copy."""
    ways: dict[str, Work] = {"Pillow, baseline (the upload)": photo_pillow.draw_pair}
    ways |= {
        f"{name} (the {copy})": work for copy in ("upload", "working") for name, work in installed_rivals(copy).items()
    }
    ways["ours"] = photo_engine.draw_pair
    for work in ways.values():
        work(next(designs))
    found = dict(zip(ways, measure_ways(count, list(ways.values()), designs, TURN), strict=True))
    print("\n| photo under text, set beside | CPU ms | of ours | bytes |\n|---|---|---|---|")
    for name, one in found.items():
        print(f"| {name} | {one.ms:.1f} | {one.ms / found['ours'].ms:.1f} × | {format_sizes(one.sizes)} |")


def print_memory(designs: Iterator[Any]) -> None:
    """Print by how much a print file raises a process's peak, each way in a process of its own."""
    print("\n| print file of a photo, 4500 × 5400 | peak memory above what the process had |\n|---|---|")
    for name, work in (("Pillow, baseline", photo_pillow.draw_print_file), ("ours", photo_engine.draw_print_file)):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            print(f"| {name} | {pool.apply(measure_peak, (work, next(designs))):.0f} MB |")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.photos", description=__doc__)
    parser.add_argument("-n", type=int, default=30, help="designs a way and row (default: 30)")
    count = parser.parse_args().n
    if count < 1:
        parser.error("-n must be at least 1")
    warm_fonts()
    designs = generate_photos()
    for _ in range(PHOTO_COUNT):  # they are made when they are first asked for
        next(designs)
    print(f"CPU time, median of {count} designs a way, by turns, {PHOTO_COUNT} photos, no text twice\n")
    print_ratios(count, designs)
    print_mixed(count, designs)
    print_comparison(count, designs)
    print_memory(designs)


if __name__ == "__main__":
    main()
