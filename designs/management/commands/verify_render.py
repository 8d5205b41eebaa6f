"""`manage.py verify_render DESIGN [--render N]`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.core.management import BaseCommand, CommandError, CommandParser

from designs.drawing.errors import UndrawableError
from designs.drawing.verify import NothingToVerifyError, Verification, verify_files
from designs.models import Design, Render
from rendering.storage import StorageUnavailable


class Command(BaseCommand):
    """Draw a render again and compare the files with the rows and the storage."""

    help = (
        "Draw a design's files again from the render's snapshot, read the stored files, and compare both with the"
        " SHA-256 in the rows; report what differs, and what has changed. Nothing is stored. Exit code 1: files differ,"
        " are missing or damaged, or cannot be drawn."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the design's id and a render's number."""
        parser.add_argument("design", type=UUID, help="the design's id")
        parser.add_argument("--render", type=int, help="the render's number (default: the published one)")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Report one line a file, then what has changed and what was compared."""
        render = self._find_render(options["design"], options["render"])
        try:
            verified = verify_files(render)
        except NothingToVerifyError as error:
            text = f"Render {render.number} has no files: it is {render.state}, or its files were deleted."
            raise CommandError(text) from error
        except (UndrawableError, StorageUnavailable) as error:
            raise CommandError(f"Render {render.number} cannot be drawn again or compared: {error}") from error
        self._report(render, verified)

    def _find_render(self, design_id: UUID, number: int | None) -> Render:
        design = Design.objects.filter(pk=design_id, deleted_at=None).first()
        if design is None:
            raise CommandError(f"There is no design {design_id}.")
        lookup = {"number": number} if number is not None else {"pk": design.published_render_id}
        render = Render.objects.select_related("reuses").filter(design=design, **lookup).first()
        if render is None:
            which = "no published render" if number is None else f"no render {number}"
            raise CommandError(f"Design {design_id} has {which}.")
        return render

    def _report(self, render: Render, verified: Verification) -> None:
        for name in verified.names:
            drawn = "different" if name in verified.different else "identical"
            self.stdout.write(f"{drawn}  {name}  (stored file: {verified.broken.get(name, 'identical')})")
        for change in verified.changed:
            self.stdout.write(f"changed    {change}")
        self.stdout.write("Compared by SHA-256 with the rows: the files as they are drawn now, and the stored files.")
        if problems := list(self._find_problems(render, verified)):
            raise CommandError(" ".join(problems))
        self.stdout.write(f"Render {render.number} of {render.design_id} is identical.")

    def _find_problems(self, render: Render, verified: Verification) -> Iterator[str]:
        if verified.different:
            cause = "" if verified.changed else " Nothing that the receipt names has changed: check this machine."
            yield f"{len(verified.different)} files of render {render.number} differ when they are drawn now.{cause}"
        if verified.broken:
            count = len(verified.broken)
            yield f"{count} stored files of render {render.number} are missing or damaged: verify_files --repair."
