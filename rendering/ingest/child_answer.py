"""The answer of the child process that decodes an upload, checked before it is used."""

import json
import struct
from typing import Any

from rendering.ingest.image_limits import MAX_DOMINANT_COLORS
from rendering.ingest.sniff import read_copy_size
from rendering.ingest.values import CleanPicture, DominantColor, EncodedCopy, IngestLimits, PictureRefused

MAX_HEAD_BYTES = 4_096  # of the line of JSON in the child's answer


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
            raise PictureRefused(str(code), **limits.message_values)
        return _build_picture(fields, body, limits)
    except PictureRefused:
        raise
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, struct.error) as error:
        raise PictureRefused("damaged") from error


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
