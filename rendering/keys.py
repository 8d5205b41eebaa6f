"""Storage keys: pure functions from what a file is to where it lies, and back.

A key belongs to one attempt of one render, ``designs/{design_id}/{render number}-{attempt}/{name}``, so nothing is ever
overwritten or shared, copies in a CDN are never stale, and files can be collected from database rows without a listing.
"""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from uuid import UUID

from rendering.engine.encode.formats import list_content_types

CONTENT_TYPES = {".pdf": "application/pdf", **list_content_types()}

# Tight on purpose: every name is safe in a URL, an HTTP header, a shell and on a case-insensitive file system.
_NAME_PATTERN = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*\.[a-z0-9]+")
_SEGMENT_PATTERN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?=[A-Za-z0-9]))*")
_MAX_NAME_LENGTH = 100
_MAX_KEY_LENGTH = 500
_RENDITION_PATTERN = re.compile(
    r"designs/(?P<design>[0-9a-f-]{36})/(?P<number>\d{1,18})-(?P<attempt>\d{1,18})/(?P<name>[^/]+)"
)


@dataclass(frozen=True, slots=True)
class KeyParts:
    """What a rendition's key says: whose it is, which attempt wrote it, and what it is."""

    design_id: UUID
    number: int
    attempt: int
    name: str
    kind: str


def design_prefix(design_id: UUID) -> str:
    """Return the prefix of every key of a design, ending in a slash."""
    if not isinstance(design_id, UUID):
        raise TypeError(f"design_id must be a UUID, not {type(design_id).__name__}: pass design.id itself.")
    return f"designs/{design_id}/"


def attempt_prefix(design_id: UUID, number: int, attempt: int) -> str:
    """Return the prefix of the keys that one attempt of one render may write, ending in a slash.

    Raises ValueError for a negative number or attempt.
    """
    if number < 0 or attempt < 0:
        raise ValueError(f"A render's number ({number}) and attempt ({attempt}) cannot be negative.")
    return f"{design_prefix(design_id)}{number:d}-{attempt:d}/"


def rendition_key(design_id: UUID, number: int, attempt: int, name: str) -> str:
    """Return the key of one file of one attempt; raises ValueError for a name that is not plain (``preview.png``)."""
    return attempt_prefix(design_id, number, attempt) + _check_name(name)


def asset_prefix(asset_id: UUID) -> str:
    """Return the prefix of the keys of an asset's copies, ending in a slash."""
    if not isinstance(asset_id, UUID):
        raise TypeError(f"asset_id must be a UUID, not {type(asset_id).__name__}: pass asset.id itself.")
    return f"assets/{asset_id}/"


def asset_key(asset_id: UUID, name: str) -> str:
    """Return the key of one copy of an asset, in private storage; ValueError for a name that is not plain."""
    return asset_prefix(asset_id) + _check_name(name)


def parse_key(key: str) -> KeyParts:
    """Return the parts of a rendition's key; raises ValueError for any other key."""
    match = _RENDITION_PATTERN.fullmatch(key)
    if match is None:
        raise ValueError(f"{key!r} is not a rendition's key (designs/UUID/NUMBER-ATTEMPT/NAME).")
    name = _check_name(match["name"])
    parts = KeyParts(UUID(match["design"]), int(match["number"]), int(match["attempt"]), name, rendition_kind(name))
    if rendition_key(parts.design_id, parts.number, parts.attempt, name) != key:
        raise ValueError(f"{key!r} is spelled oddly: keys are only ever those that rendition_key returns.")
    return parts


def rendition_kind(name: str) -> str:
    """Return the kind of rendition a file name stands for: ``thumbnail-100.webp`` is a ``thumbnail``."""
    return PurePosixPath(name).stem.partition("-")[0]


def get_content_type(name: str) -> str:
    """Return the media type for a file name or key, from our own table; raises ValueError for an unknown extension.

    The platform's own table (``mimetypes``) differs between machines and would let SVG through, which can run scripts.
    """
    suffix = PurePosixPath(name).suffix
    try:
        return CONTENT_TYPES[suffix]
    except KeyError:
        known = ", ".join(CONTENT_TYPES)
        raise ValueError(f"{name!r}: no media type is known for {suffix!r}; use one of {known}.") from None


def object_metadata(key: str) -> dict[str, str]:
    """Return the metadata stored with an object: ``design_id`` and ``type`` for renditions, nothing for other keys."""
    if not key.startswith("designs/"):
        return {}
    parts = parse_key(key)
    return {"design_id": str(parts.design_id), "type": parts.kind}


def check_key(key: str) -> str:
    """Return the key itself if it is plain, relative and cannot leave its root; raises ValueError otherwise."""
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
