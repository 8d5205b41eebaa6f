"""Untrusted bytes in, clean image out.

An uploaded file is first parsed as a container, in pure Python (`containers`); most malicious files are refused there.
The parts that make up the pixels are decoded in a sandboxed child process (`child.py`), and its answer is verified
before it is used.
"""

import json
import os
import select
import signal
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Literal, TypeAlias

from rendering.ingest import containers
from rendering.ingest.image_limits import ANSWER_LOST, BYTES_PER_PIXEL, MAX_DOMINANT_COLORS, find_size_problem
from rendering.ingest.slots import DecoderBusy, hold_slot
from rendering.ingest.sniff import REFUSAL_MESSAGES, SNIFF_BYTES, read_copy_size, sniff_kind
from rendering.ingest.temporary import TemporaryFilesUnusable, name_temporary_folder

__all__ = [
    "CleanPicture",
    "DecoderBusy",
    "DominantColor",
    "EncodedCopy",
    "IngestLimits",
    "PictureRefused",
    "TemporaryFilesUnusable",
    "ingest_picture",
]

CHILD_PROGRAM = Path(__file__).with_name("child.py")
MAX_HEAD_BYTES = 4_096  # of the line of JSON in the child's answer
SLOW_PIXELS = {"jpeg": 25e6, "png": 16e6, "webp": 8e6, "heic": 16e6}  # what takes more than a second to decode
MAX_THREADS = 4_096  # the kernel counts all threads of the child's user: enough for those and a few of the decoder


@dataclass(frozen=True, slots=True)
class IngestLimits:
    """What an image may be, and what decoding it may take."""

    bytes: int = 40_000_000
    pixels: int = 50_000_000
    stored_pixels: int = 25_000_000  # of the full copy; a larger image is shrunk
    side_min: int = 50  # px
    side_max: int = 12_000  # px
    aspect: float = 20.0  # longer side over shorter
    working_side: int = 1_600  # px, longer side of the working copy
    seconds: float = 30.0

    @property
    def answer_bytes(self) -> int:
        """The largest answer: a PNG that does not compress, and its working copy."""
        return self.pixels * 4 + self.bytes

    @property
    def temporary_bytes(self) -> int:
        """What one upload takes of the folder of temporary files: the body, the file, its parts, and the answer."""
        return 3 * self.bytes + self.answer_bytes

    @property
    def memory(self) -> int:
        """The child's address space in bytes: the interpreter with its libraries, and the largest image allowed."""
        return 300_000_000 + BYTES_PER_PIXEL * self.pixels


@dataclass(frozen=True, slots=True)
class DominantColor:
    """A dominant colour, #RRGGBB, and its share of the visible pixels, 0 to 1."""

    color: str
    share: float


@dataclass(frozen=True, slots=True)
class EncodedCopy:
    """One encoded image; width and height in px."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """An image rebuilt from its pixels: upright, sRGB, no metadata; `working` is `full` itself if that is small."""

    format: Literal["jpeg", "png"]
    full: EncodedCopy
    working: EncodedCopy
    colors: tuple[DominantColor, ...]


class PictureRefused(ValueError):
    """The upload is refused; `code` is the error code, the text a message for shoppers."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(REFUSAL_MESSAGES[code].format(**values))
        self.code = code


@dataclass(frozen=True, slots=True)
class ChildResult:
    """The result of one child process: its answer (empty if it died) and its CPU time in s."""

    answer: bytes
    cpu_seconds: float


HoldDecoder: TypeAlias = Callable[[bool], AbstractContextManager[None]]
"""Waits until one more image may be decoded, and raises DecoderBusy; it is told whether that will be slow."""


def hold_any_slot(is_slow: bool) -> AbstractContextManager[None]:  # noqa: ARG001  # as HoldDecoder
    """Hold one of two slots of this machine's user."""
    return hold_slot(2, 2.0)


def ingest_picture(
    source: Path | bytes,
    limits: IngestLimits = IngestLimits(),  # frozen
    *,
    hold_decoder: HoldDecoder = hold_any_slot,
) -> CleanPicture:
    """Return the clean image of a file.

    Raises PictureRefused, TemporaryFilesUnusable, and what `hold_decoder` raises.
    """
    with ExitStack() as stack:
        file: IO[bytes] = stack.enter_context(
            source.open("rb") if isinstance(source, Path) else _to_temporary_file([source])
        )
        kind = _sniff_head(file, limits)
        header = _read_header(file.read(), kind, limits)
        needed = stack.enter_context(_to_temporary_file(header.parts))
        stack.enter_context(hold_decoder(_is_slow(header, kind)))
        result = decode_in_child(needed, kind, limits, header)
    return verify_answer(result.answer, limits)


def _to_temporary_file(parts: Iterable[bytes | memoryview]) -> IO[bytes]:
    with name_temporary_folder(), ExitStack() as stack:
        file = stack.enter_context(tempfile.TemporaryFile())
        file.writelines(parts)
        file.flush()
        os.lseek(file.fileno(), 0, os.SEEK_SET)
        stack.pop_all()  # the caller closes it
        return file


def _sniff_head(file: IO[bytes], limits: IngestLimits) -> str:
    """Return the kind of image by its first bytes; PictureRefused for other kinds, empty files and too large ones."""
    length = os.fstat(file.fileno()).st_size
    if not length:
        raise PictureRefused("empty")
    if length > limits.bytes:
        raise PictureRefused("too_large", megabytes=limits.bytes / 1e6)
    kind, what = sniff_kind(os.pread(file.fileno(), SNIFF_BYTES, 0))
    if kind is None:
        raise PictureRefused("animated" if what == "sequence" else "unknown_format", what=what)
    return kind


def _read_header(data: bytes, kind: str, limits: IngestLimits) -> containers.FileHeader:
    """Return the header of a file, with the parts that make up its pixels; PictureRefused if it breaks a limit."""
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
    return header


def _is_slow(header: containers.FileHeader, kind: str) -> bool:
    width, height = header.size or (0, 0)
    return max(width * height, header.decoded_pixels) > SLOW_PIXELS[kind]


def _check_size(size: tuple[int, int], limits: IngestLimits) -> None:
    if not all(size):
        raise PictureRefused("damaged")
    code = find_size_problem(
        *size, side_min=limits.side_min, side_max=limits.side_max, pixels=limits.pixels, aspect=limits.aspect
    )
    if code:
        raise PictureRefused(code, **_message_values(limits))


def decode_in_child(
    file: IO[bytes],
    kind: str,
    limits: IngestLimits,
    header: containers.FileHeader = containers.FileHeader(()),  # noqa: B008  # frozen
) -> ChildResult:
    """Decode a file in a child process and return its answer; the child has ended by then, whatever happens.

    Raises TemporaryFilesUnusable: there is no room for the answer.
    """
    options = {**asdict(limits), "memory": limits.memory, "kind": kind, "answer": limits.answer_bytes}
    options |= {"threads": MAX_THREADS, "parent": os.getpid()}
    options |= {"colors": asdict(header.colors), "is_ended": header.is_ended}
    with ExitStack() as stack:
        with name_temporary_folder():
            out = stack.enter_context(tempfile.TemporaryFile())
        watch, inherited = os.pipe()
        child = subprocess.Popen(  # noqa: S603  # a program of this project
            [sys.executable, "-I", str(CHILD_PROGRAM), json.dumps(options)],
            stdin=file,
            stdout=out,
            stderr=subprocess.DEVNULL,
            pass_fds=(inherited,),  # closed when the child ends, which poll() reports at once and with a time limit
            env={"MALLOC_ARENA_MAX": "1", "OPENBLAS_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"},
            cwd="/",
            start_new_session=True,
        )
        os.close(inherited)
        try:
            ended = _wait_for_exit(limits.seconds, watch)
        finally:
            os.close(watch)
            with suppress(PermissionError):  # macOS raises it for a child that has ended already
                os.killpg(child.pid, signal.SIGKILL)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode == ANSWER_LOST:
            raise TemporaryFilesUnusable("the decoded image could not be written")
        out.seek(0)
        answer = out.read() if ended and child.returncode in {0, -signal.SIGKILL} else b""
        return ChildResult(answer, usage.ru_utime + usage.ru_stime)


def _wait_for_exit(seconds: float, watch: int) -> bool:
    poll = select.poll()  # select() fails for descriptors above 1023, which a busy server has
    poll.register(watch, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def verify_answer(answer: bytes, limits: IngestLimits) -> CleanPicture:
    """Check the child's answer and return its image. Raises PictureRefused.

    The child has decoded untrusted bytes, so nothing in its answer is trusted either.
    """
    head, _, body = answer.partition(b"\n")
    if not head or len(head) > MAX_HEAD_BYTES:
        raise PictureRefused("too_complex")
    try:
        fields = json.loads(head)
        if code := fields.get("refused"):
            raise PictureRefused(str(code), **_message_values(limits))
        return _build_picture(fields, body, limits)
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


def _build_picture(fields: dict[str, Any], body: bytes, limits: IngestLimits) -> CleanPicture:
    picture_format, sizes, lengths = fields["format"], fields["sizes"], fields["lengths"]
    if picture_format not in {"jpeg", "png"} or len(sizes) != len(lengths) or not 1 <= len(sizes) <= 2:
        raise ValueError("the answer has an unexpected form")
    if sum(lengths) != len(body) or min(lengths) < 1:
        raise ValueError("the copies do not have the announced lengths")
    copies, at = [], 0
    for (width, height), length in zip(sizes, lengths, strict=True):
        data = body[at : at + length]
        at += length
        if read_copy_size(data) != (picture_format, width, height) or width * height > limits.pixels:
            raise ValueError("a copy does not match the answer")
        copies.append(EncodedCopy(data, width, height))
    colors = tuple(
        DominantColor(_check_hex_color(entry["color"]), _check_share(entry["share"]))
        for entry in fields["colors"][:MAX_DOMINANT_COLORS]
    )
    return CleanPicture(picture_format, copies[0], copies[-1], colors)


def _check_hex_color(value: str) -> str:
    if len(value) != 7 or value[0] != "#":
        raise ValueError("not a colour")
    return f"#{int(value[1:], 16):06X}"


def _check_share(value: float) -> float:
    if not 0 <= value <= 1:
        raise ValueError("not a share")
    return float(value)
