"""Harm to stored files, and what is left of them."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from designs.models import Asset, Garbage, Rendition
from designs.models.render import Lane
from designs.renders.lanes import storage_alias


def path_of(key: str, alias: str = "default") -> Path:
    """Return where a key's file lies."""
    return Path(settings.STORAGE.root, "private" if alias == "private" else "", key)


def lose_file(key: str, alias: str = "default") -> None:
    """Delete a file behind the service's back."""
    path_of(key, alias).unlink()


def damage_file(key: str, alias: str = "default") -> None:
    """Change one byte in the middle of a file."""
    path = path_of(key, alias)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


def truncate_file(key: str, alias: str = "default") -> None:
    """Keep the first half of a file."""
    path = path_of(key, alias)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def list_stored() -> set[str]:
    """Return the places of all stored files below STORAGE_ROOT."""
    root = Path(settings.STORAGE.root)
    files = [path for folder in ("designs", "private") for path in (root / folder).rglob("*") if path.is_file()]
    return {str(path.relative_to(root)) for path in files}


def list_named() -> set[str]:
    """Return the places of all files that rows name."""
    named = {
        f"private/{key}" if storage_alias(lane) == "private" else key
        for key, lane in Rendition.objects.values_list("key", "render__lane")
    }
    assets = Asset.objects.filter_usable()
    return named | {f"private/{key}" for asset in assets for key in asset.keys.unique_keys()}


def list_garbage() -> set[str]:
    """Return the places of all files that wait for collection."""
    from designs import lifecycle

    assert not Garbage.objects.filter(lane=Lane.PRINT).exists()
    return {key for row in Garbage.objects.all() for key in lifecycle.garbage_keys(row)}
