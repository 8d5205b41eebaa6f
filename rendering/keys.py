"""Storage keys: pure functions from what a file is to its key, and back.

The key of a rendition belongs to one attempt of one render, ``designs/{design_id}/{number}-{attempt}-{nonce}/{name}``.
So no file is ever overwritten or shared, copies in a CDN are never stale, and files to delete are found from database
rows without listing the storage. The nonce is random: after a restore from a backup, attempts are counted again from an
earlier number, and must not meet the files of before. Attempts of earlier versions have none.
"""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from uuid import UUID

from rendering.engine.encode.formats import list_content_types

CONTENT_TYPES = {
    ".pdf": "application/pdf",
    ".svg": "image/svg+xml",
    ".tiff": "image/tiff",
    **list_content_types(),
}

# Strict, so that every name is safe in a URL, an HTTP header, a shell and on a case-insensitive file system.
_NAME_PATTERN = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*\.[a-z0-9]+")
_SEGMENT_PATTERN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?=[A-Za-z0-9]))*")
_MAX_NAME_LENGTH = 100
_MAX_KEY_LENGTH = 500
_RENDITION_PATTERN = re.compile(
    r"designs/(?P<design>[0-9a-f-]{36})/(?P<number>\d{1,18})-(?P<attempt>\d{1,18})"
    r"(?:-(?P<nonce>[0-9a-f]{8}))?/(?P<name>[^/]+)"
)
NONCE_LENGTH = 8  # hexadecimal digits
_NONCE_PATTERN = re.compile(rf"(?:[0-9a-f]{{{NONCE_LENGTH}}})?")


@dataclass(frozen=True, slots=True)
class KeyParts:
    """The parts of a rendition's key: design, render number, attempt, file name, kind (``thumbnail``) and nonce."""

    design_id: UUID
    number: int
    attempt: int
    name: str
    kind: str
    nonce: str = ""  # of an attempt of an earlier version


def design_prefix(design_id: UUID) -> str:
    """Return the prefix of every key of a design, ending in a slash."""
    if not isinstance(design_id, UUID):
        raise TypeError(f"design_id must be a UUID, not {type(design_id).__name__}: pass design.id itself.")
    return f"designs/{design_id}/"


def attempt_prefix(design_id: UUID, number: int, attempt: int, nonce: str = "") -> str:
    """Return the prefix of the keys that one attempt of one render may write, ending in a slash.

    ``nonce`` is the attempt's own, empty for an attempt of an earlier version. Raises ValueError for a negative number
    or attempt, or another form of nonce.
    """
    if number < 0 or attempt < 0:
        raise ValueError(f"A render's number ({number}) and attempt ({attempt}) cannot be negative.")
    if not _NONCE_PATTERN.fullmatch(nonce):
        raise ValueError(f"{nonce!r} is not an attempt's nonce: {NONCE_LENGTH} hexadecimal digits in lower case.")
    return f"{design_prefix(design_id)}{number:d}-{attempt:d}{f'-{nonce}' if nonce else ''}/"


def rendition_key(design_id: UUID, number: int, attempt: int, name: str, nonce: str = "") -> str:
    """Return the key of one file of one attempt; ValueError as `attempt_prefix`, or for a name unlike preview.png."""
    return attempt_prefix(design_id, number, attempt, nonce) + _check_name(name)


def asset_prefix(asset_id: UUID) -> str:
    """Return the prefix of the keys of an asset's copies, ending in a slash."""
    if not isinstance(asset_id, UUID):
        raise TypeError(f"asset_id must be a UUID, not {type(asset_id).__name__}: pass asset.id itself.")
    return f"assets/{asset_id}/"


def asset_key(asset_id: UUID, name: str) -> str:
    """Return the key of one copy of an asset, in private storage; ValueError if the name is not usable."""
    return asset_prefix(asset_id) + _check_name(name)


def parse_key(key: str) -> KeyParts:
    """Return the parts of a rendition's key; raises ValueError for any other key."""
    match = _RENDITION_PATTERN.fullmatch(key)
    if match is None:
        raise ValueError(f"{key!r} is not a rendition's key (designs/UUID/NUMBER-ATTEMPT-NONCE/NAME).")
    name = _check_name(match["name"])
    number, attempt, nonce = int(match["number"]), int(match["attempt"]), match["nonce"] or ""
    parts = KeyParts(UUID(match["design"]), number, attempt, name, rendition_kind(name), nonce)
    if rendition_key(parts.design_id, number, attempt, name, nonce) != key:
        raise ValueError(f"{key!r} is not in the form that rendition_key returns.")
    return parts


def rendition_kind(name: str) -> str:
    """Return the kind of rendition that a file name stands for: ``thumbnail-100.webp`` is a ``thumbnail``."""
    return PurePosixPath(name).stem.partition("-")[0]


def get_content_type(name: str) -> str:
    """Return the media type for a file name or key; raises ValueError for an extension that is not in CONTENT_TYPES.

    Python's ``mimetypes`` differs between machines and knows SVG, which can run scripts.
    """
    suffix = PurePosixPath(name).suffix
    try:
        return CONTENT_TYPES[suffix]
    except KeyError:
        supported = ", ".join(CONTENT_TYPES)
        raise ValueError(f"{name!r}: no media type is known for {suffix!r}; use one of {supported}.") from None


def object_metadata(key: str) -> dict[str, str]:
    """Return the metadata stored with an object: ``design_id`` and ``type`` for renditions, nothing for other keys."""
    if not key.startswith("designs/"):
        return {}
    parts = parse_key(key)
    return {"design_id": str(parts.design_id), "type": parts.kind}


def check_key(key: str) -> str:
    """Return the key itself if it is a relative path that cannot leave its root; raises ValueError otherwise."""
    if len(key) > _MAX_KEY_LENGTH or not all(_SEGMENT_PATTERN.fullmatch(segment) for segment in key.split("/")):
        raise ValueError(
            f"{key[:80]!r} is not a usable key: slash-separated names of letters, digits, '.', '_' and '-'."
        )
    return key


def _check_name(name: str) -> str:
    if len(name) > _MAX_NAME_LENGTH or not _NAME_PATTERN.fullmatch(name):
        raise ValueError(
            f"{name[:80]!r} is not a usable file name: lower-case letters, digits, '-' and '_', one extension."
        )
    return name
