"""The process in which pictures are decoded: `python -I ingest_child.py LIMITS <picture >answer`.

It imports Pillow and, for HEIC, libheif; nothing of ours, of Django, of any database. Once it has read the picture it
gives up what it can: memory, processor time, files and sockets (no more may be opened), other processes, root. The
answer is one line of JSON, then the bytes of the full copy and of the working one, as far as they differ. Limits that a
platform lacks are left out: only Linux has all of them.
"""

import contextlib
import ctypes
import io
import json
import os
import resource
import sys
import zlib
from typing import Any

# All that decoding may ask for, before no file can be opened any more.
from PIL import (
    ExifTags,  # noqa: F401
    Image,
    ImageCms,
    ImageFile,
    ImageOps,
    JpegImagePlugin,  # noqa: F401
    MpoImagePlugin,  # noqa: F401
    PngImagePlugin,
    TiffImagePlugin,  # noqa: F401  # reads EXIF
    WebPImagePlugin,  # noqa: F401
)

NOBODY = 65534
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, SIGKILL = 1, 38, 9
LARGEST_PROFILE = 4 << 20  # bytes; printers' own profiles have one or two million
COLORS, LEAST_SHARE = 5, 0.02
LOOKED_AT = 96  # px, longer side of the picture whose colours are counted
ALIKE = 32  # of 255, in each channel
SRGB = ImageCms.createProfile("sRGB")
FORMATS = {"jpeg": ("JPEG", "MPO"), "png": ("PNG",), "webp": ("WEBP",), "heic": ("HEIF",)}


class RefusedError(Exception):
    """The picture cannot be taken; the text is the code."""


def confine(limits: dict[str, Any]) -> None:
    """Give up what decoding does not need."""
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError, OSError):
            libc = ctypes.CDLL(None)
            libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
            libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
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


def opened(data: bytes, kind: str, limits: dict[str, Any]) -> Image.Image:
    """Read the header and hold it against the limits; no pixel is decoded yet."""
    Image.MAX_IMAGE_PIXELS = None  # ours is smaller, and no mere warning
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    PngImagePlugin.MAX_TEXT_MEMORY = PngImagePlugin.MAX_TEXT_CHUNK = 1 << 20
    picture = Image.open(io.BytesIO(data), formats=FORMATS[kind])
    width, height = picture.size
    shorter, longer = sorted((width, height))
    if longer > limits["side_max"]:
        raise RefusedError("too_long_side")
    if width * height > limits["pixels"]:
        raise RefusedError("too_many_pixels")
    if shorter and longer / shorter > limits["aspect"]:
        raise RefusedError("too_narrow")
    if shorter < limits["side_min"]:
        raise RefusedError("too_small")
    # Phones put previews and depth maps beside a photo (MPO, HEIC): those are no frames of a film.
    if kind in {"png", "webp"} and getattr(picture, "n_frames", 1) > 1:
        raise RefusedError("animated")
    return picture


def cleaned(picture: Image.Image) -> Image.Image:
    """Return the pixels alone: upright, sRGB, RGB or, where something shows through, RGBA."""
    picture.load()
    profile = picture.info.get("icc_profile")
    picture = ImageOps.exif_transpose(picture)
    picture = _in_srgb(_plain(picture), profile)
    picture.info.clear()
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    return picture


def _plain(picture: Image.Image) -> Image.Image:
    """Return the picture in one of the modes that a profile can speak of: L, RGB, RGBA, CMYK."""
    if picture.mode.startswith("I"):
        # 16 bits of grey: Pillow's own conversion would cut off all that is lighter than 255.
        return picture.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if picture.mode in {"LA", "La", "PA", "RGBa", "RGBA"} or "transparency" in picture.info:
        return picture if picture.mode == "RGBA" else picture.convert("RGBA")
    if picture.mode in {"L", "RGB", "CMYK"}:
        return picture
    return picture.convert("L" if picture.mode == "1" else "RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert by the picture's own profile; one that is broken, or of another kind of picture, counts for nothing."""
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    if profile and len(profile) <= LARGEST_PROFILE:
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if not (picture.mode in {"RGB", "RGBA"} and "sRGB" in ImageCms.getProfileDescription(source)):
                return _converted(picture, source, mode)
    return picture if picture.mode == mode else picture.convert(mode)


def _converted(picture: Image.Image, source: ImageCms.ImageCmsProfile, mode: str) -> Image.Image:
    # Relative colorimetric with black point compensation, as photographers' programs do by default.
    transform = ImageCms.buildTransform(
        source,
        SRGB,
        picture.mode,
        mode,
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    if picture.mode == mode:
        transform.apply_in_place(picture)
        return picture
    return transform.apply(picture)


def smaller(picture: Image.Image, side: int) -> Image.Image:
    """Return a copy whose longer side is `side` px, or the picture itself where it is no larger."""
    scale = side / max(picture.size)
    if scale >= 1:
        return picture
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    if picture.mode == "RGB":
        return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    # What is invisible must not colour what is beside it.
    return picture.convert("RGBa").resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0).convert("RGBA")


def encoded(picture: Image.Image) -> bytes:
    """Return a JPEG, or a PNG of what is transparent, without metadata."""
    out = io.BytesIO()
    if picture.mode == "RGB":
        # Every pixel with its own colour: what is printed is looked at closely.
        picture.save(out, "JPEG", quality=95, subsampling=0)
    else:
        # Runs alone: a third quicker than deflating, and photographs come out smaller.
        picture.save(out, "PNG", compress_level=1, compress_type=zlib.Z_RLE)
    return out.getvalue()


def colors_of(picture: Image.Image) -> list[dict[str, Any]]:
    """Return the colours that most of the visible pixels have, the largest share first."""
    small = picture.copy()
    small.thumbnail((LOOKED_AT, LOOKED_AT), Image.Resampling.BOX)
    pixels = small.convert("RGBA").tobytes()
    seen = b"".join(pixels[at : at + 3] for at in range(0, len(pixels), 4) if pixels[at + 3] >= 128)
    count = len(seen) // 3
    if not count:
        return []
    reduced = Image.frombytes("RGB", (count, 1), seen).quantize(16, Image.Quantize.MEDIANCUT, kmeans=3)
    palette = bytes(reduced.getpalette() or [])
    found: list[tuple[int, Any]] = sorted(reduced.getcolors() or [], key=lambda one: (-one[0], one[1]))
    return [
        {"color": f"#{color.hex().upper()}", "share": round(number / count, 3)}
        for color, number in _merged([(palette[3 * index : 3 * index + 3], number) for number, index in found])
        if number / count >= LEAST_SHARE
    ][:COLORS]


def _merged(found: list[tuple[bytes, int]]) -> list[tuple[bytes, int]]:
    """Count a colour that people would call the same as a more frequent one to that."""
    kept: dict[bytes, int] = {}
    for color, number in found:
        near = (one for one in kept if max(abs(a - b) for a, b in zip(one, color, strict=True)) <= ALIKE)
        nearest = next(near, color)
        kept[nearest] = kept.get(nearest, 0) + number
    return sorted(kept.items(), key=lambda one: -one[1])


def peak(status: int | None) -> int:
    """Return the most memory that this process has had, bytes; 0 where nobody tells."""
    if status is None:
        return 0
    lines = os.pread(status, 4096, 0).decode().splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)


def answer(data: bytes, kind: str, limits: dict[str, Any]) -> list[bytes]:
    """Return the answer in parts."""
    picture = cleaned(opened(data, kind, limits))
    working = smaller(picture, limits["working_side"])
    colors = colors_of(working)
    copies = [encoded(picture)] if working is picture else [encoded(picture), encoded(working)]
    head = {
        "format": "jpeg" if picture.mode == "RGB" else "png",
        "sizes": [list(one.size) for one in ([picture] if working is picture else [picture, working])],
        "lengths": [len(copy) for copy in copies],
        "colors": colors,
        "peak": peak(limits.get("status")),
    }
    return [json.dumps(head).encode(), b"\n", *copies]


def refusal(code: str, limits: dict[str, Any], cause: str = "") -> list[bytes]:
    """Return the answer that the picture cannot be taken; the cause is for whoever debugs this."""
    return [json.dumps({"refused": code, "cause": cause, "peak": peak(limits.get("status"))}).encode(), b"\n"]


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
    confine(limits)
    try:
        parts = answer(data, limits["kind"], limits)
    except RefusedError as refused:
        parts = refusal(str(refused), limits)
    except MemoryError:
        parts = refusal("too_complex", limits)
    except Exception as error:  # noqa: BLE001  # whatever a broken picture makes a decoder do
        parts = refusal("damaged", limits, f"{type(error).__name__}: {error}"[:200])
    for part in parts:
        sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
