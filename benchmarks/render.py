"""What a render costs: our engine against the straightforward way with Pillow, interleaved, in CPU time."""

import argparse
import io
import random
import statistics
import string
import time
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from rendering.engine.draw import draw
from rendering.engine.outputs import STANDARD, parse_outputs
from rendering.engine.values import Output, Rules
from rendering.fonts import installed, warm

RULES = Rules(text_min=1, text_max=50, size_min=12, size_max=72)
PAIR = parse_outputs(["preview.png:600", "thumbnail.png:200"])
LETTERS = string.ascii_letters + string.digits
CENTER = 300
WARM_UP = 1000  # designs: the catalogue has ninety fonts of a hundred letters each


class Job(NamedTuple):
    """One design to draw."""

    text: str
    font: str
    color: str


class Measured(NamedTuple):
    """The medians of one way: CPU ms a job, bytes of each file."""

    ms: float
    sizes: list[int]


Work = Callable[[Job], list[int]]  # draws one design, returns the bytes of each of its files


def jobs() -> Iterator[Job]:
    """Yield designs for ever, no text twice: the first word counts, fonts, colours and further words are by lot."""
    lot = random.Random(20261122)  # noqa: S311 the same designs in every run
    fonts = sorted(installed())
    for number in range(10**9):
        words = ("".join(lot.choices(LETTERS, k=lot.randint(2, 6))) for _ in range(lot.randint(0, 2)))
        yield Job(" ".join([_letters(number), *words]), lot.choice(fonts), f"#{lot.randrange(1 << 24):06X}")


def _letters(number: int) -> str:
    """Spell a number in five letters, so that no two designs share a text."""
    text = ""
    for _ in range(5):
        number, digit = divmod(number, len(LETTERS))
        text += LETTERS[digit]
    return text


def ours_pair(job: Job) -> list[int]:
    """Draw preview and thumbnail through the engine's door."""
    return _drawn(job, PAIR)


def ours_standard(job: Job) -> list[int]:
    """Draw the standard six through the engine's door."""
    return _drawn(job, STANDARD)


def _drawn(job: Job, outputs: Sequence[Output]) -> list[int]:
    design_data = {"text": job.text, "font": job.font, "color": job.color}
    return [len(file.data) for file in draw(design_data, RULES, installed(), outputs).files]


def baseline_pair(job: Job) -> list[int]:
    """Do what the original service did: draw, encode, re-open, shrink, encode again; everything at its default."""
    image = _pillow_preview(job)
    preview = _saved(image, "PNG")
    with Image.open(io.BytesIO(preview)) as again:
        small = again.resize((200, 200), Image.Resampling.LANCZOS)
    return [len(preview), len(_saved(small, "PNG"))]


def baseline_standard(job: Job) -> list[int]:
    """Make the standard six as one would with Pillow alone: draw once, shrink by LANCZOS, save (WebP lossless)."""
    image = _pillow_preview(job)
    sizes = []
    for output in STANDARD:
        side = (output.size, output.size)
        picture = image if image.size == side else image.resize(side, Image.Resampling.LANCZOS)
        sizes.append(len(_saved(picture, output.format.upper())))
    return sizes


def _pillow_preview(job: Job) -> Image.Image:
    image = Image.new("RGB", (600, 600), job.color)
    pen = ImageDraw.Draw(image)
    entry = installed()[job.font]
    font = ImageFont.truetype(str(entry.path), 48)
    left, top, right, bottom = pen.textbbox((0, 0), job.text, font=font)
    pen.text((CENTER - (right - left) / 2, CENTER - (bottom - top) / 2), job.text, fill="white", font=font)
    return image


def _saved(image: Image.Image, file_format: str) -> bytes:
    out = io.BytesIO()
    if file_format == "WEBP":
        image.save(out, file_format, lossless=True)
    else:
        image.save(out, file_format)
    return out.getvalue()


def cpu(work: Work, job: Job) -> tuple[float, list[int]]:
    """Return the CPU milliseconds of one job and the bytes of each of its files."""
    start = time.process_time()
    sizes = work(job)
    return (time.process_time() - start) * 1000, sizes


def measure(count: int, baseline: Work, ours: Work, designs: Iterator[Job]) -> tuple[Measured, Measured]:
    """Run both `count` times, by turns, each time on designs never drawn before; return the medians."""
    samples: tuple[list[tuple[float, list[int]]], list[tuple[float, list[int]]]] = ([], [])
    for _ in range(count):
        for taken, work in zip(samples, (baseline, ours), strict=True):
            taken.append(cpu(work, next(designs)))
    first, second = (
        Measured(
            statistics.median(ms for ms, _ in taken),
            [round(statistics.median(column)) for column in zip(*(sizes for _, sizes in taken), strict=True)],
        )
        for taken in samples
    )
    return first, second


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.render", description=__doc__)
    parser.add_argument("-n", type=int, default=200, help="designs a way and row (default: 200)")
    count = parser.parse_args().n
    if count < 1:
        parser.error("-n must be at least 1")
    warm()
    designs = jobs()
    rows = (
        ("preview.png 600 + thumbnail.png 200", baseline_pair, ours_pair),
        ("the standard six", baseline_standard, ours_standard),
    )
    print(f"CPU time, median of {count} designs a way, interleaved, no text twice\n")
    print("| files | Pillow ms | ours ms | times faster | Pillow bytes | our bytes |\n|---|---|---|---|---|---|")
    for name, baseline, ours in rows:
        for _ in range(WARM_UP):  # a worker draws thousands: what it keeps is there before it is measured
            ours(next(designs))
        baseline(next(designs))
        theirs, mine = measure(count, baseline, ours, designs)
        print(
            f"| {name} | {theirs.ms:.2f} | {mine.ms:.2f} | {theirs.ms / mine.ms:.1f} "
            f"| {_sum(theirs.sizes)} | {_sum(mine.sizes)} |"
        )


def _sum(sizes: list[int]) -> str:
    return " + ".join(map(str, sizes))


if __name__ == "__main__":
    main()
