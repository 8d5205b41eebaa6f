"""``manage.py smoke_storage``: check the configured storage by drawing, uploading, reading back and deleting files."""

import time
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.core.files.storage import storages
from django.core.management.base import BaseCommand

from rendering import keys, storage
from rendering.engine.draw import draw
from rendering.engine.request import DrawRequest, Resources
from rendering.engine.values import Output, RenderedFile, Rules
from rendering.fonts import catalogue
from rendering.storage import StorageUnavailable, StoredFile

T = TypeVar("T")

_PREVIEW = Output("preview.png", "preview", "png", 600)
_THUMBNAIL = Output("thumbnail.png", "thumbnail", "png", 200)
_DESIGN = {"text": "Test", "font": "Bebas-Bold", "color": "#FF0000"}
_RULES = Rules(text_min=1, text_max=50, size_min=12, size_max=72)


@dataclass(slots=True)
class _SmokeRun:
    """Progress of one run: keys to clean up, messages of passed steps, and title, bytes and ms of each step."""

    design_id: UUID = field(default_factory=uuid4)
    uploaded: list[str] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    rows: list[tuple[str, int | None, float]] = field(default_factory=list)


class Command(BaseCommand):
    """Draw, upload, read back and delete two images on the configured storage."""

    help = "Draw an image and a thumbnail, then upload, read back and delete them on the configured storage."
    requires_system_checks = "__all__"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the option that selects the storage."""
        parser.add_argument("--alias", choices=("default", "private"), default="default", help="storage to check")

    def handle(self, *, alias: str, **options: Any) -> None:  # noqa: ARG002
        """Run all steps; if one fails, clean up, print the cause and the fix, and exit with 1."""
        run = _SmokeRun()
        self.stdout.write(f"Checking the storage {alias!r}: {_describe(alias)}")
        try:
            self._try_picture(run, alias, _PREVIEW, "Image", "Preview")
            self._try_picture(run, alias, _THUMBNAIL, "Thumbnail", "Thumbnail")
            self._time_step(run, "delete both", lambda: _delete_and_verify(run.uploaded, alias))
        except (StorageUnavailable, OSError, ValueError) as error:
            with suppress(StorageUnavailable):
                storage.delete_files(run.uploaded, alias=alias)
            self.stdout.write("\n".join(["", *run.passed]))
            self.stderr.write(f"❌ {error}")
            raise SystemExit(1) from error
        run.passed.append("✅ Assets deleted")
        self._print_report(run)

    def _try_picture(self, run: _SmokeRun, alias: str, output: Output, drawn_name: str, stored_name: str) -> None:
        picture = self._time_step(run, f"draw {output.name}", lambda: _draw_file(output), lambda drawn: len(drawn.data))
        run.passed.append(f"✅ {drawn_name} created ({picture.width}x{picture.height})")
        key = keys.rendition_key(run.design_id, 0, 0, output.name)
        run.uploaded.append(key)  # before the upload, so that a partial upload is cleaned up too
        file = StoredFile(key, picture.data)
        self._time_step(run, f"upload {output.name}", lambda: storage.save_files([file], alias=alias))
        self._time_step(run, f"read back {output.name}", lambda: _verify_file(picture, key, alias))
        self.stdout.write(f"  {storage.file_url(key, alias=alias)}" if _has_url(key, alias) else f"  {key}")
        run.passed.append(f"✅ {stored_name} uploaded")

    def _time_step(
        self, run: _SmokeRun, title: str, step: Callable[[], T], size: Callable[[T], int] | None = None
    ) -> T:
        self.stdout.write(f"{title} …")
        start = time.perf_counter()
        result = step()
        run.rows.append((title, size(result) if size else None, (time.perf_counter() - start) * 1000))
        return result

    def _print_report(self, run: _SmokeRun) -> None:
        self.stdout.write(f"\n{'step':<26}{'bytes':>10}{'ms':>10}")
        for title, size, milliseconds in run.rows:
            self.stdout.write(f"{title:<26}{'' if size is None else size:>10}{milliseconds:>10.1f}")
        self.stdout.write("\n" + "\n".join(run.passed))


def _describe(alias: str) -> str:
    backend = storages[alias]
    location = getattr(backend, "bucket_name", None) or getattr(backend, "location", "")
    return f"{type(backend).__name__}, {location}"


def _draw_file(output: Output) -> RenderedFile:
    return draw(DrawRequest(_DESIGN, _RULES, [output]), Resources(catalogue.installed_fonts())).files[0]


def _verify_file(picture: RenderedFile, key: str, alias: str) -> None:
    stored = storage.read_file(key, alias=alias)
    if stored.data != picture.data:
        raise ValueError(f"{key} came back changed: {len(stored.data)} bytes instead of {len(picture.data)}.")
    if stored.content_type != picture.content_type:
        raise ValueError(f"{key} came back as {stored.content_type} instead of {picture.content_type}.")
    if stored.metadata != keys.object_metadata(key):
        raise ValueError(
            f"{key} came back with the metadata {dict(stored.metadata)} instead of {keys.object_metadata(key)}."
        )


def _has_url(key: str, alias: str) -> bool:
    try:
        storage.file_url(key, alias=alias)
    except ValueError:
        return False
    return True


def _delete_and_verify(uploaded: list[str], alias: str) -> None:
    storage.delete_files(uploaded, alias=alias)
    if remaining := [key for key in uploaded if storage.file_exists(key, alias=alias)]:
        raise ValueError(
            f"{remaining[0]} still exists after it was deleted: check for versioning rules or a caching proxy."
        )
