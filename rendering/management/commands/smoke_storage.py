"""``manage.py smoke_storage``: is the configured storage usable? Draw, upload, read back and delete, for real."""

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
    """What one run has done so far: the files it must clean up, the steps that passed and how long each took."""

    design_id: UUID = field(default_factory=uuid4)
    uploaded: list[str] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    rows: list[tuple[str, int | None, float]] = field(default_factory=list)


class Command(BaseCommand):
    """Try the whole life of two pictures on the configured storage."""

    help = "Draw a picture and a thumbnail, upload, read back and delete them, on whichever storage is configured."
    requires_system_checks = "__all__"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Let the private storage be tried too."""
        parser.add_argument("--alias", choices=("default", "private"), default="default", help="which storage to try")

    def handle(self, *, alias: str, **options: Any) -> None:  # noqa: ARG002
        """Run all steps; at the first one that fails clean up, name the cause and the mend, and exit 1."""
        run = _SmokeRun()
        self.stdout.write(f"Trying the storage {alias!r}: {_describe(alias)}")
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

    def _try_picture(self, run: _SmokeRun, alias: str, output: Output, drawn_as: str, stored_as: str) -> None:
        picture = self._time_step(run, f"draw {output.name}", lambda: _draw_file(output), lambda drawn: len(drawn.data))
        run.passed.append(f"✅ {drawn_as} created ({picture.width}x{picture.height})")
        key = keys.rendition_key(run.design_id, 0, 0, output.name)
        run.uploaded.append(key)  # before the upload: one that fails half-way is cleaned up too
        file = StoredFile(key, picture.data)
        self._time_step(run, f"upload {output.name}", lambda: storage.save_files([file], alias=alias))
        self._time_step(run, f"read back {output.name}", lambda: _verify_file(picture, key, alias))
        self.stdout.write(f"  {storage.file_url(key, alias=alias)}" if _has_url(key, alias) else f"  {key}")
        run.passed.append(f"✅ {stored_as} uploaded")

    def _time_step(
        self, run: _SmokeRun, title: str, step: Callable[[], T], size: Callable[[T], int] | None = None
    ) -> T:
        self.stdout.write(f"{title} …")
        begun = time.perf_counter()
        result = step()
        run.rows.append((title, size(result) if size else None, (time.perf_counter() - begun) * 1000))
        return result

    def _print_report(self, run: _SmokeRun) -> None:
        self.stdout.write(f"\n{'step':<26}{'bytes':>10}{'ms':>10}")
        for title, size, milliseconds in run.rows:
            self.stdout.write(f"{title:<26}{'' if size is None else size:>10}{milliseconds:>10.1f}")
        self.stdout.write("\n" + "\n".join(run.passed))


def _describe(alias: str) -> str:
    used = storages[alias]
    place = getattr(used, "bucket_name", None) or getattr(used, "location", "")
    return f"{type(used).__name__}, {place}"


def _draw_file(output: Output) -> RenderedFile:
    return draw(DrawRequest(_DESIGN, _RULES, [output]), Resources(catalogue.installed_fonts())).files[0]


def _verify_file(picture: RenderedFile, key: str, alias: str) -> None:
    found = storage.read_file(key, alias=alias)
    if found.data != picture.data:
        raise ValueError(f"{key} came back changed: {len(found.data)} bytes instead of {len(picture.data)}.")
    if found.content_type != picture.content_type:
        raise ValueError(f"{key} came back as {found.content_type} instead of {picture.content_type}.")
    if found.metadata != keys.object_metadata(key):
        raise ValueError(
            f"{key} came back with the metadata {dict(found.metadata)} instead of {keys.object_metadata(key)}."
        )


def _has_url(key: str, alias: str) -> bool:
    try:
        storage.file_url(key, alias=alias)
    except ValueError:
        return False
    return True


def _delete_and_verify(uploaded: list[str], alias: str) -> None:
    storage.delete_files(uploaded, alias=alias)
    if left := [key for key in uploaded if storage.file_exists(key, alias=alias)]:
        raise ValueError(f"{left[0]} is still there after its deletion: check for versioning rules or a caching proxy.")
