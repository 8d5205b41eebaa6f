"""Hostile bytes in, clean picture out.

A stranger's file is first read as a container, by Python alone (`containers`): most of what is made to harm ends there.
What makes up the pixels is decoded in a process of its own (`child.py`) that may do next to nothing; what comes
back is looked at before it is believed.
"""

import json
import os
import select
import signal
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Literal

from rendering.ingest import containers
from rendering.ingest.slots import DecoderBusy, hold_slot
from rendering.ingest.sniff import REFUSAL_MESSAGES, SNIFF_BYTES, read_copy_size, sniff_kind

__all__ = [
    "CleanPicture",
    "DecoderBusy",
    "DominantColor",
    "EncodedCopy",
    "IngestLimits",
    "PictureRefused",
    "ingest_picture",
]

CHILD_PROGRAM = Path(__file__).with_name("child.py")
MAX_HEAD_BYTES = 4_096  # bytes
MAX_COLORS = 5
MAX_THREADS = 4_096  # of all processes of the child's user, which is how the kernel counts: room for a decoder's few


@dataclass(frozen=True, slots=True)
class IngestLimits:
    """What a picture may be, and what decoding it may take."""

    bytes: int = 20_000_000
    pixels: int = 25_000_000
    side_min: int = 50  # px
    side_max: int = 12_000  # px
    aspect: float = 20.0  # longer side over shorter
    working_side: int = 1_600  # px, longer side of the working copy
    seconds: float = 20.0

    @property
    def memory(self) -> int:
        """The child's address space, bytes: what the interpreter takes, and half more than the hungriest format's."""
        return 300_000_000 + 28 * self.pixels


@dataclass(frozen=True, slots=True)
class DominantColor:
    """A dominant colour, #RRGGBB, and its share of the visible pixels, 0 to 1."""

    color: str
    share: float


@dataclass(frozen=True, slots=True)
class EncodedCopy:
    """One encoded picture; width and height in px."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """A picture rebuilt from its pixels: upright, sRGB, no metadata; `working` is `full` itself where that is small."""

    format: Literal["jpeg", "png"]
    full: EncodedCopy
    working: EncodedCopy
    colors: tuple[DominantColor, ...]


class PictureRefused(ValueError):
    """What was sent cannot be taken; `code` says why for machines, the text for shoppers."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(REFUSAL_MESSAGES[code].format(**values))
        self.code = code


@dataclass(frozen=True, slots=True)
class ChildResult:
    """What came of one child: its answer's bytes (empty where it died) and the CPU time it took, s."""

    answer: bytes
    cpu_seconds: float


def ingest_picture(
    source: Path | bytes,
    limits: IngestLimits = IngestLimits(),
    *,
    at_once: int = 2,
    patience: float = 2.0,  # frozen
) -> CleanPicture:
    """Return the clean picture of a file.

    At most `at_once` are decoded on this machine at a time; who waits longer than `patience` s gets DecoderBusy. Raises
    PictureRefused.
    """
    with ExitStack() as ends:
        file: IO[bytes] = ends.enter_context(
            source.open("rb") if isinstance(source, Path) else _to_temporary_file([source])
        )
        kind = _sniff_head(file, limits)
        needed = ends.enter_context(_to_temporary_file(_needed_parts(file.read(), kind, limits)))
        ends.enter_context(hold_slot(at_once, patience))
        run = decode_in_child(needed, kind, limits)
    return verify_answer(run.answer, limits)


def _to_temporary_file(parts: Iterable[bytes | memoryview]) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the caller's stack closes it
    file.writelines(parts)
    file.flush()
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    return file


def _sniff_head(file: IO[bytes], limits: IngestLimits) -> str:
    """Return what kind of picture it is, by its first bytes; PictureRefused for other kinds, and for a wrong length."""
    length = os.fstat(file.fileno()).st_size
    if not length:
        raise PictureRefused("empty")
    if length > limits.bytes:
        raise PictureRefused("too_large", megabytes=limits.bytes / 1e6)
    kind, what = sniff_kind(os.pread(file.fileno(), SNIFF_BYTES, 0))
    if kind is None:
        raise PictureRefused("animated" if what == "sequence" else "unknown_format", what=what)
    return kind


def _needed_parts(data: bytes, kind: str, limits: IngestLimits) -> tuple[memoryview, ...]:
    """Return the parts of a file that make up its pixels; PictureRefused where its own word for them is enough to."""
    try:
        header = containers.read_header(data, kind)
    except containers.MalformedFile as error:
        raise PictureRefused("damaged") from error
    except containers.TooManyParts as error:
        raise PictureRefused("too_complex") from error
    if header.frames > 1:
        raise PictureRefused("animated")
    if header.size:
        _check_size(header.size, limits)
    return header.parts


def _check_size(size: tuple[int, int], limits: IngestLimits) -> None:
    shorter, longer = sorted(size)
    faults = {
        "damaged": not shorter,
        "too_long_side": longer > limits.side_max,
        "too_many_pixels": shorter * longer > limits.pixels,
        "too_narrow": longer > limits.aspect * shorter,
        "too_small": shorter < limits.side_min,
    }
    for code in (code for code, found in faults.items() if found):
        raise PictureRefused(code, **_message_values(limits))


def decode_in_child(file: IO[bytes], kind: str, limits: IngestLimits) -> ChildResult:
    """Decode a file in a child process and return what it wrote; whatever happens, the child is gone then."""
    most = limits.pixels * 4 + limits.bytes  # a PNG that does not shrink, and its working copy
    asked = {**asdict(limits), "memory": limits.memory, "kind": kind, "answer": most, "threads": MAX_THREADS}
    asked["parent"] = os.getpid()
    with tempfile.TemporaryFile() as out:
        watch, held = os.pipe()
        child = subprocess.Popen(  # noqa: S603  # our own program
            [sys.executable, "-I", str(CHILD_PROGRAM), json.dumps(asked)],
            stdin=file,
            stdout=out,
            stderr=subprocess.DEVNULL,
            pass_fds=(held,),  # closed when the child ends: that can be waited for with a limit, to the millisecond
            env={"MALLOC_ARENA_MAX": "1", "LC_ALL": "C.UTF-8"},
            cwd="/",
            start_new_session=True,
        )
        os.close(held)
        try:
            ended = _wait_for_exit(limits.seconds, watch)
        finally:
            os.close(watch)
            with suppress(PermissionError):  # macOS' word for a child that has ended already
                os.killpg(child.pid, signal.SIGKILL)
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        answer = out.read() if ended and child.returncode in {0, -signal.SIGKILL} else b""
        return ChildResult(answer, used.ru_utime + used.ru_stime)


def _wait_for_exit(seconds: float, watch: int) -> bool:
    poll = select.poll()  # select() cannot watch a descriptor above 1023, which a busy server has
    poll.register(watch, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def verify_answer(answer: bytes, limits: IngestLimits) -> CleanPicture:
    """Return what the child says, if all of it holds: it has decoded hostile bytes. PictureRefused else."""
    head, _, body = answer.partition(b"\n")
    if not head or len(head) > MAX_HEAD_BYTES:
        raise PictureRefused("too_complex")
    try:
        said = json.loads(head)
        if code := said.get("refused"):
            raise PictureRefused(str(code), **_message_values(limits))
        return _build_picture(said, body, limits)
    except PictureRefused:
        raise
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, struct.error) as error:
        raise PictureRefused("damaged") from error


def _message_values(limits: IngestLimits) -> dict[str, Any]:
    return {
        "megapixels": limits.pixels / 1e6,
        "side_min": limits.side_min,
        "side_max": limits.side_max,
        "aspect": limits.aspect,
        "what": "",
        "megabytes": limits.bytes / 1e6,
    }


def _build_picture(said: dict[str, Any], body: bytes, limits: IngestLimits) -> CleanPicture:
    picture_format, sizes, lengths = said["format"], said["sizes"], said["lengths"]
    if picture_format not in {"jpeg", "png"} or len(sizes) != len(lengths) or not 1 <= len(sizes) <= 2:
        raise ValueError("the answer has another form")
    if sum(lengths) != len(body) or min(lengths) < 1:
        raise ValueError("the answer has another length")
    copies, at = [], 0
    for (width, height), length in zip(sizes, lengths, strict=True):
        data = body[at : at + length]
        at += length
        if read_copy_size(data) != (picture_format, width, height) or width * height > limits.pixels:
            raise ValueError("a copy is not what the answer says")
        copies.append(EncodedCopy(data, width, height))
    colors = tuple(
        DominantColor(_check_hex_color(one["color"]), _check_share(one["share"])) for one in said["colors"][:MAX_COLORS]
    )
    return CleanPicture(picture_format, copies[0], copies[-1], colors)


def _check_hex_color(value: str) -> str:
    if len(value) != 7 or value[0] != "#":
        raise ValueError("no colour")
    return f"#{int(value[1:], 16):06X}"


def _check_share(value: float) -> float:
    if not 0 <= value <= 1:
        raise ValueError("no share")
    return float(value)
