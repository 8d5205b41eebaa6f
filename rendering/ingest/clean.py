"""Untrusted bytes in, clean image out.

An uploaded file is first parsed as a container, in pure Python (`containers`); most malicious files are refused there.
The parts that make up the pixels are decoded in a sandboxed child process (`child.py`), and its answer is verified
before it is used.
"""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TypeAlias

from rendering.ingest import containers
from rendering.ingest.child_answer import verify_answer
from rendering.ingest.image_limits import ANSWER_LOST, find_size_problem
from rendering.ingest.slots import DecoderBusy, hold_slot
from rendering.ingest.sniff import SNIFF_BYTES, sniff_kind
from rendering.ingest.temporary import TemporaryFilesUnusable, name_temporary_folder
from rendering.ingest.values import CleanPicture, DominantColor, EncodedCopy, IngestLimits, PictureRefused

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
SLOW_PIXELS = {"jpeg": 25e6, "png": 16e6, "webp": 8e6, "heic": 16e6}  # what takes more than a second to decode
MAX_THREADS = 4_096  # the kernel counts all threads of the child's user: enough for those and a few of the decoder


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
    limits: IngestLimits = IngestLimits(),  # noqa: B008  # frozen
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
        raise PictureRefused(code, **limits.message_values)


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
