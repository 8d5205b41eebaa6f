"""What drawing photos costs: our engine against Pillow and others, interleaved in one process, in CPU time."""

import argparse
import itertools
import multiprocessing
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from benchmarks import photoours, photopillow
from benchmarks.photorivals import rivals
from benchmarks.pictures import PHOTOS, shots
from benchmarks.render import measure, peak, total
from rendering.fonts.catalogue import warm

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
        photopillow.pair,
        photoours.pair,
    ),
    Row("the same, both from the full copy of 12 megapixels", photopillow.pair_of_full, photoours.pair_of_full),
    Row("the standard six", photopillow.standard, photoours.standard),
    Row("print file, 4500 × 5400 PNG", photopillow.print_file, photoours.print_file, 10),
)


def ratios(count: int, designs: Iterator[Any]) -> None:
    """Print what each work costs both ways."""
    print("| work | theirs ms | ours ms | times faster | their bytes | our bytes |\n|---|---|---|---|---|---|")
    for row in ROWS:
        _row(row, max(3, count // row.every), designs)
    previews = itertools.cycle(photopillow.previews(itertools.islice(designs, 2 * PHOTOS)))
    _row(Row("encoding alone, 600² PNG", photopillow.encoded, photoours.encoded), count, previews)


def _row(row: Row, count: int, designs: Iterator[Any]) -> None:
    row.theirs(next(designs))
    row.ours(next(designs))
    theirs, mine = measure(count, [row.theirs, row.ours], designs, TURN)
    print(
        f"| {row.name} | {theirs.ms:.2f} | {mine.ms:.2f} | {theirs.ms / mine.ms:.1f} "
        f"| {total(theirs.sizes)} | {total(mine.sizes)} |",
        flush=True,
    )


def mixed(count: int, designs: Iterator[Any]) -> None:
    """Print what twenty layers cost."""
    photoours.mixed(next(designs))
    (mine,) = measure(count, [photoours.mixed], designs, TURN)
    print(f"\n| twenty mixed layers, preview + thumbnail | CPU ms |\n|---|---|\n| ours | {mine.ms:.1f} |")


def beside(count: int, designs: Iterator[Any]) -> None:
    """Print what the pair costs by each way that is installed, all from the working copy."""
    ways: dict[str, Work] = {"Pillow, baseline (the upload)": photopillow.pair}
    ways |= {f"{name} (the {copy})": work for copy in ("upload", "working") for name, work in rivals(copy).items()}
    ways["ours"] = photoours.pair
    for work in ways.values():
        work(next(designs))
    found = dict(zip(ways, measure(count, list(ways.values()), designs, TURN), strict=True))
    print("\n| photo under text, set beside | CPU ms | of ours | bytes |\n|---|---|---|---|")
    for name, one in found.items():
        print(f"| {name} | {one.ms:.1f} | {one.ms / found['ours'].ms:.1f} × | {total(one.sizes)} |")


def memory(designs: Iterator[Any]) -> None:
    """Print by how much a print file raises a process's peak, each way in a process of its own."""
    print("\n| print file of a photo, 4500 × 5400 | peak memory above what the process had |\n|---|---|")
    for name, work in (("Pillow, baseline", photopillow.print_file), ("ours", photoours.print_file)):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            print(f"| {name} | {pool.apply(peak, (work, next(designs))):.0f} MB |")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.photos", description=__doc__)
    parser.add_argument("-n", type=int, default=30, help="designs a way and row (default: 30)")
    count = parser.parse_args().n
    if count < 1:
        parser.error("-n must be at least 1")
    warm()
    designs = shots()
    for _ in range(PHOTOS):  # they are made when they are first asked for
        next(designs)
    print(f"CPU time, median of {count} designs a way, by turns, {PHOTOS} photos, no text twice\n")
    ratios(count, designs)
    mixed(count, designs)
    beside(count, designs)
    memory(designs)


if __name__ == "__main__":
    main()
