"""The process in which pictures are decoded: `python -I child.py LIMITS <picture >answer`.

It imports Pillow and, for HEIC, libheif; of ours only its other half, `pixels.py`: nothing of Django, of any
database. Once it has read the picture it gives up what it can: memory, processor time, files and sockets (no more may
be opened), changing files by name, other programs, signalling others, root. The answer is one line of JSON, then the
bytes of the full copy and of the working one, as far as they differ. Limits that a platform lacks are left out: only
Linux has all of them, Landlock from 5.13 on and, for signals, from 6.12.
"""

import contextlib
import ctypes
import io
import json
import os
import resource
import struct
import sys
from typing import TYPE_CHECKING, Any

# All that decoding may ask for, before no file can be opened any more.
from PIL import (
    ExifTags,  # noqa: F401
    Image,
    ImageFile,
    JpegImagePlugin,  # noqa: F401
    MpoImagePlugin,  # noqa: F401
    PngImagePlugin,
    TiffImagePlugin,  # noqa: F401  # reads EXIF
    WebPImagePlugin,  # noqa: F401
)

if TYPE_CHECKING:
    from rendering.ingest import pixels
else:
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120  # -I leaves it out
    import pixels

    sys.path.pop(0)

NOBODY = 65534
PILLOW_FORMATS = {"jpeg": ("JPEG", "MPO"), "png": ("PNG",), "webp": ("WEBP",), "heic": ("HEIF",)}

# Linux: prctl's and Landlock's numbers, the same on every architecture
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, SIGKILL = 1, 38, 9
LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF = 444, 446
LANDLOCK_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # how many there are in each version; 16 from the fifth on

# Address space, bytes: what decoding takes besides the pixels, and for each pixel
SLACK_BYTES, BYTES_PER_PIXEL = 64 << 20, 28


class DecodeRefusedError(Exception):
    """The picture cannot be taken; the text is the code."""


def drop_privileges(limits: dict[str, Any]) -> None:
    """Give up what decoding does not need."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError, OSError):
            libc = ctypes.CDLL(None)
            libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)  # after setuid, which would clear it
            libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
            _apply_landlock(libc)
    if limits.get("parent", os.getppid()) != os.getppid():
        sys.exit("The process that asked has ended.")
    threads = 0 if limits["kind"] != "heic" else limits["threads"]  # libheif decodes in threads, be it in one
    for name, most in (
        ("RLIMIT_CPU", int(limits["seconds"]) + 1),
        ("RLIMIT_FSIZE", limits["answer"]),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_NPROC", threads),
        ("RLIMIT_NOFILE", 0),
        ("RLIMIT_AS", limits["memory"]),
    ):
        with contextlib.suppress(AttributeError, ValueError, OSError):  # macOS has no such limit on memory
            resource.setrlimit(getattr(resource, name), (most, most))


def _apply_landlock(libc: ctypes.CDLL) -> None:
    """Deny by Landlock what needs no open file: deleting, renaming, making, cutting short, running, signalling."""
    version = libc.syscall(LANDLOCK_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return
    files = (1 << LANDLOCK_FILE_RIGHTS.get(version, 16)) - 1
    denied = struct.pack("=3Q", files, 0b11, 0b11)[: 8 if version < 4 else 16 if version < 6 else 24]
    ruleset = libc.syscall(LANDLOCK_CREATE_RULESET, denied, len(denied), 0)
    if ruleset >= 0:
        libc.syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0)
        os.close(ruleset)


def bound_memory(picture: Image.Image, limits: dict[str, Any]) -> None:
    """Allow what a picture of its size may need: a small one that asks for more is a trap."""
    used = read_memory(limits.get("status"), "VmSize")
    most = min(limits["memory"], used + SLACK_BYTES + BYTES_PER_PIXEL * picture.width * picture.height)
    if used:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (most, limits["memory"]))


def open_picture(data: bytes, kind: str, limits: dict[str, Any]) -> Image.Image:
    """Read the header and hold it against the limits; no pixel is decoded yet."""
    Image.MAX_IMAGE_PIXELS = None  # ours is smaller, and no mere warning
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    PngImagePlugin.MAX_TEXT_MEMORY = PngImagePlugin.MAX_TEXT_CHUNK = pixels.MAX_PROFILE_BYTES
    picture = Image.open(io.BytesIO(data), formats=PILLOW_FORMATS[kind])
    width, height = picture.size
    shorter, longer = sorted((width, height))
    if longer > limits["side_max"]:
        raise DecodeRefusedError("too_long_side")
    if width * height > limits["pixels"]:
        raise DecodeRefusedError("too_many_pixels")
    if shorter and longer / shorter > limits["aspect"]:
        raise DecodeRefusedError("too_narrow")
    if shorter < limits["side_min"]:
        raise DecodeRefusedError("too_small")
    # Phones put previews and depth maps beside a photo (MPO, HEIC): those are no frames of a film.
    if kind in {"png", "webp"} and getattr(picture, "n_frames", 1) > 1:
        raise DecodeRefusedError("animated")
    if kind == "png" and "transparency" in picture.info and not has_deep_color_key(data, picture):
        picture.info["transparency"] = scale_key_to_8_bits(picture.info["transparency"], data[24], picture.mode)
    return picture


def has_deep_color_key(data: bytes, picture: Image.Image) -> bool:
    """Tell whether a picture is an RGB PNG of 16 bits with a transparent colour: Pillow reads the upper bytes alone."""
    depth = data[24] if picture.format == "PNG" else 0
    return depth == 16 and picture.mode == "RGB" and "transparency" in picture.info


def read_lower_bytes(data: bytes, picture: Image.Image) -> Image.Image:
    """Return the lower bytes of an RGB PNG of 16 bits, as if its numbers began with them."""
    low = Image.open(io.BytesIO(data), formats=[picture.format or ""])
    low.tile = [tile._replace(args="RGB;16L") for tile in low.tile]
    low.load()
    return low


def scale_key_to_8_bits(key: Any, depth: int, mode: str) -> Any:
    """Return the colour that is transparent, as Pillow has pixels; PNG gives it in the file's own `depth` (bits)."""
    # Of two bytes only as many bits count as a pixel has (PNG, third edition, 11.3.2.1).
    return (key & (2**depth - 1)) * 255 // (2**depth - 1) if mode == "L" else key


def read_memory(status: int | None, which: str) -> int:
    """Return how much memory this process has (VmSize) or has had at most (VmHWM), bytes; 0 where nobody tells."""
    if status is None:
        return 0
    lines = os.pread(status, 4096, 0).decode().splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{which}:")), 0)


def build_answer(data: bytes, kind: str, limits: dict[str, Any]) -> list[bytes]:
    """Return the answer in parts."""
    picture = open_picture(data, kind, limits)
    bound_memory(picture, limits)
    coarse = pixels.is_subsampled(picture, kind)
    picture = pixels.clean_picture(
        picture, read_lower_bytes(data, picture) if has_deep_color_key(data, picture) else None
    )
    working = pixels.shrink_to_side(picture, limits["working_side"])
    colors = pixels.find_dominant_colors(working)
    copies = [pixels.encode_picture(picture)]
    if working is not picture:
        copies.append(pixels.encode_picture(working, subsampled=coarse))
    head = {
        "format": "jpeg" if picture.mode == "RGB" else "png",
        "sizes": [list(one.size) for one in ([picture] if working is picture else [picture, working])],
        "lengths": [len(copy) for copy in copies],
        "colors": colors,
        "peak": read_memory(limits.get("status"), "VmHWM"),
    }
    return [json.dumps(head).encode(), b"\n", *copies]


def build_refusal(code: str, limits: dict[str, Any], cause: str = "") -> list[bytes]:
    """Return the answer that the picture cannot be taken; the cause is for whoever debugs this."""
    return [
        json.dumps({"refused": code, "cause": cause, "peak": read_memory(limits.get("status"), "VmHWM")}).encode(),
        b"\n",
    ]


def main() -> None:
    """Answer for the picture on standard input."""
    limits = json.loads(sys.argv[1])
    Image.preinit()  # Pillow would do it at the first picture, and could not any more
    data = sys.stdin.buffer.read()
    if limits["kind"] == "heic":
        import pi_heif  # noqa: PLC0415  # 20 ms that other pictures need not wait for

        pi_heif.options.DECODE_THREADS = 1
        pi_heif.register_heif_opener()
    with contextlib.suppress(OSError):
        limits["status"] = os.open("/proc/self/status", os.O_RDONLY)
    drop_privileges(limits)
    try:
        parts = build_answer(data, limits["kind"], limits)
    except DecodeRefusedError as refused:
        parts = build_refusal(str(refused), limits)
    except MemoryError:
        parts = build_refusal("too_complex", limits)
    except Exception as error:  # noqa: BLE001  # whatever a broken picture makes a decoder do
        parts = build_refusal("damaged", limits, f"{type(error).__name__}: {error}"[:200])
    for part in parts:
        sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
