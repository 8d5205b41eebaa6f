"""``manage.py preflight_guide``: draw the examples of docs/preflight.md."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from rendering.engine.preflight.codes import CODES
from rendering.gallery.findings import EXAMPLES, draw_example_with_box

PICTURE_FOLDER = "images/preflight"
_INTRODUCTION = (
    "# What preflight finds\n\n"
    "Written by `manage.py preflight_guide`; the designs are in `rendering/gallery/findings.py`. Each picture has the "
    "finding's `box` in\nmagenta. [Findings](design-data.md#errors-and-findings) says what a finding holds, and "
    "[the catalogue](catalogue.md) where limits and\nseverities come from. A severity here is the usual one; a "
    "technique or a product may name another, or `off`.\n"
)


class Command(BaseCommand):
    """Draw one example of each finding, and write docs/preflight.md."""

    help = "Draw docs/preflight.md and its images."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the option for the target folder."""
        docs = Path(settings.BASE_DIR) / "docs"
        parser.add_argument("--to", type=Path, default=docs, help="folder to write to (default: docs)")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Draw all images and write the page."""
        to: Path = options["to"]
        folder = to / PICTURE_FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        sections = [_INTRODUCTION]
        for code in sorted(EXAMPLES):
            picture, finding = draw_example_with_box(code)
            lines = [f"## {code}", "", CODES[code], ""]
            if finding:
                (folder / f"{code}.png").write_bytes(picture)
                lines += [f"![{CODES[code]}]({PICTURE_FOLDER}/{code}.png)", ""]
                lines += [f"| `{finding.severity}` | |", "|---|---|", f"| to the shopper | {finding.message} |"]
                lines.append(f"| to the operator | {finding.operator_message} |")
                if finding.fix:
                    lines.append(f"| fix | `{finding.fix.path}` = `{finding.fix.value}` |")
                lines.append("")
            sections.append("\n".join(lines))
            self.stdout.write(f"{code}: {finding.message if finding else 'depends on the installation'}")
        (to / "preflight.md").write_text("\n".join(sections).rstrip("\n") + "\n", encoding="utf-8")
        self.stdout.write(f"Wrote {len(EXAMPLES)} examples to {to / 'preflight.md'}.")
