"""The process in which images are decoded: `python -I child.py LIMITS <image >answer`.

It imports Pillow and, for HEIC, libheif; of this project only modules beside it, by path: no Django, no database.
After it has read the image it gives up everything it does not need: memory, CPU time, files and sockets (none can be
opened any more), changes to files by name, other programs, signals to other processes, root.
The answer is one line of JSON, then the bytes of the full copy and, if it differs, of the working copy.

Limits that a platform lacks are skipped. Only Linux has all of them: Landlock from 5.13, for signals from 6.12.
The limits are set by hand because a sandbox library (bubblewrap, nsjail) would be a program that every host has to
install, and a seccomp filter would need a library without wheels (docs/decisions/0016).
"""

import contextlib
import ctypes
import errno
import io
import json
import os
import resource
import struct
import sys
from typing import TYPE_CHECKING, Any

# Everything decoding needs must be imported before files can no longer be opened.
from PIL import (
    ExifTags,  # noqa: F401
    Image,
    ImageChops,
    ImageFile,
    JpegImagePlugin,  # noqa: F401
    MpoImagePlugin,  # noqa: F401
    PngImagePlugin,
    TiffImagePlugin,  # noqa: F401  # reads EXIF
    WebPImagePlugin,  # noqa: F401
)

if TYPE_CHECKING:
    from rendering.ingest import pixels
    from rendering.ingest.color_spaces import ColorSpace
    from rendering.ingest.colors import find_sources
    from rendering.ingest.image_limits import ANSWER_LOST, BYTES_PER_PIXEL, MAX_PROFILE_BYTES, find_size_problem
else:
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120  # -I leaves it out
    import pixels
    from color_spaces import ColorSpace
    from colors import find_sources
    from image_limits import ANSWER_LOST, BYTES_PER_PIXEL, MAX_PROFILE_BYTES, find_size_problem

    if __name__ == "__main__" and json.loads(sys.argv[1])["colors"].get("deep"):
        import deep_colors  # noqa: F401
    sys.path.pop(0)

NOBODY = 65534  # user and group id
PILLOW_FORMATS = {"jpeg": ("JPEG", "MPO"), "png": ("PNG",), "webp": ("WEBP",), "heic": ("HEIF",)}

# Linux: numbers of prctl and Landlock, the same on every architecture
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, SIGKILL = 1, 38, 9
LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF = 444, 446
LANDLOCK_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # ABI version to the number of rights; 16 from version 5 on

OTHER_DATA = bytes(range(1, 255, 2)) * 8  # entropy-coded data that continue no image sensibly

SLACK_BYTES = 64 << 20  # address space that decoding takes besides the pixels
SLACK_SECONDS = 3.0  # CPU time that decoding takes besides the pixels, on a slow machine


class DecodeRefusedError(Exception):
    """The image is refused; the text is the error code."""


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
        sys.exit("The parent process has ended.")
    threads = 0 if limits["kind"] != "heic" else limits["threads"]  # libheif always decodes in a thread of its own
    for name, limit in (
        ("RLIMIT_CPU", int(limits["seconds"]) + 1),
        ("RLIMIT_FSIZE", limits["answer"]),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_NPROC", threads),
        ("RLIMIT_NOFILE", 0),
        ("RLIMIT_AS", limits["memory"]),
    ):
        with contextlib.suppress(AttributeError, ValueError, OSError):  # macOS has no limit on memory
            resource.setrlimit(getattr(resource, name), (limit, limit))


def _apply_landlock(libc: ctypes.CDLL) -> None:
    """Deny what needs no open file: delete, rename, create, truncate, execute, connect over TCP, send signals."""
    version = libc.syscall(LANDLOCK_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return
    file_rights = (1 << LANDLOCK_FILE_RIGHTS.get(version, 16)) - 1
    denied = struct.pack("=3Q", file_rights, 0b11, 0b11)[: 8 if version < 4 else 16 if version < 6 else 24]
    ruleset = libc.syscall(LANDLOCK_CREATE_RULESET, denied, len(denied), 0)
    if ruleset >= 0:
        libc.syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0)
        os.close(ruleset)


def bound_memory(image: Image.Image, limits: dict[str, Any]) -> None:
    """Limit the address space to what an image of this size needs: a small one that takes more is malicious."""
    used = read_memory(limits.get("status"), "VmSize")
    allowed = min(limits["memory"], used + SLACK_BYTES + BYTES_PER_PIXEL * image.width * image.height)
    if used:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (allowed, limits["memory"]))


def bound_time(image: Image.Image, limits: dict[str, Any]) -> None:
    """Limit the CPU time to what an image of this size needs: a small one that takes longer is malicious."""
    share = min(1.0, image.width * image.height / limits["pixels"])
    seconds = SLACK_SECONDS + (limits["seconds"] - SLACK_SECONDS) * share
    used = resource.getrusage(resource.RUSAGE_SELF)
    with contextlib.suppress(ValueError, OSError):
        allowed = int(used.ru_utime + used.ru_stime + seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def open_image(data: bytes, kind: str, limits: dict[str, Any]) -> Image.Image:
    """Read the header and check it against the limits; no pixel is decoded yet. Raises DecodeRefusedError."""
    Image.MAX_IMAGE_PIXELS = None  # the limit below is smaller, and an error instead of a warning
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    PngImagePlugin.MAX_TEXT_MEMORY = PngImagePlugin.MAX_TEXT_CHUNK = MAX_PROFILE_BYTES
    image = Image.open(io.BytesIO(data), formats=PILLOW_FORMATS[kind])
    size_limits = {name: limits[name] for name in ("side_min", "side_max", "pixels", "aspect")}
    if code := find_size_problem(*image.size, **size_limits):
        raise DecodeRefusedError(code)
    # Phones store previews and depth maps beside a photo (MPO, HEIC): those are not frames of an animation.
    if kind in {"png", "webp"} and getattr(image, "n_frames", 1) > 1:
        raise DecodeRefusedError("animated")
    if kind == "png" and "transparency" in image.info and not has_deep_color_key(data, image):
        image.info["transparency"] = scale_key_to_8_bits(image.info["transparency"], data[24], image.mode)
    return image


def check_completeness(image: Image.Image, data: bytes, limits: dict[str, Any]) -> None:
    """Refuse a JPEG without some of its pixels: libjpeg makes them grey, and says so to nobody.

    If its data are followed by others, a complete image stays the same, and one that lacks pixels takes them from
    there. Only a file without an end marker, or with grey in the last corner, is decoded again for that.
    """
    corner = image.crop((image.width - 8, image.height - 8, image.width, image.height))
    is_gray = all(low == high and low in {127, 128} for low, high in _band_extrema(corner))
    if limits["is_ended"] and not is_gray:
        return
    other = Image.open(io.BytesIO(data[:-2] + OTHER_DATA + data[-2:]), formats=PILLOW_FORMATS["jpeg"])
    other.load()
    for top in range(0, image.height, 64):
        box = (0, top, image.width, min(top + 64, image.height))
        if ImageChops.difference(image.crop(box), other.crop(box)).getbbox(alpha_only=False):
            raise DecodeRefusedError("damaged")


def _band_extrema(image: Image.Image) -> list[Any]:
    return [band.getextrema() for band in image.split()]


def has_deep_color_key(data: bytes, image: Image.Image) -> bool:
    """Tell whether an image is a 16-bit RGB PNG with a transparent colour: Pillow reads only its high bytes."""
    return is_deep_png(data, image) and image.mode == "RGB" and "transparency" in image.info


def is_deep_png(data: bytes, image: Image.Image) -> bool:
    """Tell whether an image is an RGB or RGBA PNG with 16 bits a channel."""
    return image.format == "PNG" and data[24] == 16 and image.mode in {"RGB", "RGBA"}


def read_low_bytes(data: bytes, image: Image.Image) -> Image.Image:
    """Return the low bytes of a 16-bit PNG as an 8-bit image."""
    low = Image.open(io.BytesIO(data), formats=[image.format or ""])
    low.tile = [tile._replace(args=f"{image.mode};16L") for tile in low.tile]
    low.load()
    return low


def scale_key_to_8_bits(key: Any, depth: int, mode: str) -> Any:
    """Return the transparent colour at Pillow's 8 bits; PNG stores it at the file's own `depth` (bits)."""
    # Of its two bytes only the lowest `depth` bits count (PNG, third edition, 11.3.2.1).
    return (key & (2**depth - 1)) * 255 // (2**depth - 1) if mode == "L" else key


def read_memory(status: int | None, field: str) -> int:
    """Return this process's memory in bytes, now (VmSize) or at its peak (VmHWM); 0 where it is unknown."""
    if status is None:
        return 0
    lines = os.pread(status, 4096, 0).decode().splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{field}:")), 0)


def build_answer(data: bytes, kind: str, limits: dict[str, Any]) -> list[bytes]:
    """Return the answer in parts: the line of JSON, then the copies."""
    image = open_image(data, kind, limits)
    bound_memory(image, limits)
    bound_time(image, limits)
    subsampled = pixels.is_subsampled(image, kind)
    if kind == "jpeg":
        image.load()
        check_completeness(image, data, limits)
    image = pixels.shrink_to_area(clean_image(image, data, kind, limits["colors"]), limits["stored_pixels"])
    working = pixels.shrink_to_side(image, limits["working_side"])
    colors = pixels.find_dominant_colors(working)
    copies = [pixels.encode_image(image)]
    if working is not image:
        copies.append(pixels.encode_image(working, subsampled=subsampled))
    head = {
        "format": "jpeg" if image.mode == "RGB" else "png",
        "sizes": [list(copy.size) for copy in ([image] if working is image else [image, working])],
        "lengths": [len(copy) for copy in copies],
        "colors": colors,
        "peak": read_memory(limits.get("status"), "VmHWM"),
    }
    return [json.dumps(head).encode(), b"\n", *copies]


def clean_image(image: Image.Image, data: bytes, kind: str, told: dict[str, Any]) -> Image.Image:
    """Decode an opened image to upright sRGB, mode RGB or RGBA."""
    deep = sys.modules.get("deep_colors")
    if deep and kind == "heic":
        space = next(iter(find_sources(image, told)), None)
        if isinstance(space, ColorSpace) and space.is_hdr and (shown := deep.decode_heic(data, space)):
            return pixels.drop_hidden_colors(shown)
    needs_low = is_deep_png(data, image) if deep else has_deep_color_key(data, image)
    return pixels.clean_image(image, told, read_low_bytes(data, image) if needs_low else None, deep)


def build_refusal(code: str, limits: dict[str, Any], cause: str = "") -> list[bytes]:
    """Return the answer that refuses the image; `cause` is for debugging."""
    return [
        json.dumps({"refused": code, "cause": cause, "peak": read_memory(limits.get("status"), "VmHWM")}).encode(),
        b"\n",
    ]


def main() -> None:
    """Decode the image on standard input and write the answer to standard output."""
    limits = json.loads(sys.argv[1])
    Image.preinit()  # Pillow would do it for the first image, when files can no longer be opened
    data = sys.stdin.buffer.read()
    if limits["kind"] == "heic":
        import pi_heif  # noqa: PLC0415  # 20 ms that other formats need not wait for

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
    except Exception as error:  # noqa: BLE001  # a broken image can make a decoder raise anything
        parts = build_refusal("damaged", limits, f"{type(error).__name__}: {error}"[:200])
    try:
        for part in parts:
            sys.stdout.buffer.write(part)
        sys.stdout.buffer.flush()
    except OSError as error:
        if error.errno != errno.EFBIG:  # that is our own limit: the answer is too large
            os._exit(ANSWER_LOST)  # an orderly end would try to write once more
        raise


if __name__ == "__main__":
    main()
