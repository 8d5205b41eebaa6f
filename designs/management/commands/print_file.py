"""`manage.py print_file DESIGN --out FILE`."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management import BaseCommand, CommandError, CommandParser

from designs import services
from designs.drawing.asset_reads import AssetUnavailable
from designs.drawing.draw import draw_render
from designs.drawing.errors import UndrawableError
from designs.lifecycle import ClaimedRender
from designs.models import Lane
from designs.renders.print_options import COLORS, FORMATS, PrintOptions, PrintOptionsError
from rendering.engine.values import PressError
from rendering.storage import StorageUnavailable


class Command(BaseCommand):
    """Write a print file of a design to this machine's disk."""

    help = (
        "Write a print file of a design to a file, as POST /api/v1/designs/{id}/print-files makes it. Nothing is stored"
        " or pinned. Exit code 1: it cannot be printed; the text says why."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the design, the options and the file."""
        parser.add_argument("design", type=UUID, help="the design's id")
        parser.add_argument("--out", type=Path, required=True, help="the file to write")
        parser.add_argument("--revision", type=int, help="number of the revision (default: the newest)")
        parser.add_argument("--format", choices=FORMATS, default="pdf", help="default: pdf")
        parser.add_argument("--placement", action="append", default=[], help="to print (default: all; may be repeated)")
        parser.add_argument("--color", choices=COLORS, default="rgb", help="default: rgb; cmyk needs PRINT_PROFILE")
        parser.add_argument("--marks", action="store_true", help="crop and registration marks")
        parser.add_argument("--extend-bleed", action="store_true", help="mirror art that ends at the trim")
        parser.add_argument("--mirrored", action="store_true", default=None, help="mirror png and tiff")
        parser.add_argument("--white", action="store_true", help="add a plate of white ink, to a PDF")
        parser.add_argument("--cut", choices=("kiss", "die"), help="add a cut line")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Draw the file, and report its size."""
        snapshot = self._plan(options).snapshot
        name = self._choose_file(snapshot["print"]["options"])
        self.stdout.write(f"Drawing {name} of revision {snapshot['print']['revision']} …")
        number = snapshot["print"]["revision"]
        work = ClaimedRender(0, options["design"], number, 0, Lane.PRINT, uuid.uuid4(), snapshot, has_more_due=False)
        try:
            drawn = draw_render(work)
        except (UndrawableError, AssetUnavailable, StorageUnavailable) as error:
            raise CommandError(f"The print file cannot be made: {error}") from error
        if drawn.printed is None:
            raise AssertionError("a print render has printed files")
        try:
            shutil.copyfile(drawn.printed.folder.path / name, options["out"])
        except OSError as error:
            raise CommandError(
                f"{options['out']} cannot be written: {error.strerror}. Choose another --out."
            ) from error
        row = next(row for row in drawn.rows if row.name == name)
        for page in drawn.receipt.get("parity") or ():
            self.stdout.write(f"parity     {page['placement']}: {page['mean']:g} of 255 on average")
        self.stdout.write(f"written    {options['out']}  {row.bytes:,} bytes  {row.sha256}")

    def _plan(self, options: dict[str, Any]) -> services.PrintPlan:
        chosen = PrintOptions(
            (options["format"],),
            tuple(options["placement"]),
            marks=options["marks"],
            extend_bleed=options["extend_bleed"],
            mirrored=options["mirrored"],
            color=options["color"],
            white={} if options["white"] else None,
            cut={"kind": options["cut"]} if options["cut"] else None,
        )
        design = options["design"]
        try:
            return services.plan_print_file(services.NewPrintFile(design, chosen, options["revision"]))
        except services.DesignGoneError as error:
            raise CommandError(f"There is no design {design}.") from error
        except services.UnknownRevisionError as error:
            raise CommandError(f"Design {design} has revisions 1 to {error.newest}, no {error.number}.") from error
        except services.NotRenderedError as error:
            raise CommandError(f"Revision {error} has not been rendered: render it first.") from error
        except services.NotPrintableError as error:
            messages = " ".join(f"{one['code']}: {one['message']}" for one in error.findings)
            raise CommandError(f"Preflight stops it. {messages} Change the design, or override the finding.") from error
        except (PrintOptionsError, PressError, OSError) as error:
            raise CommandError(str(error)) from error

    def _choose_file(self, chosen: dict[str, Any]) -> str:
        (kind,), placements = chosen["formats"], chosen["placements"]
        if kind == "pdf":
            return "print.pdf"
        if len(placements) > 1:
            listed = ", ".join(placements)
            raise CommandError(f"A {kind} shows one placement: choose one of {listed} with --placement.")
        return f"print-{placements[0]}.{kind}"
