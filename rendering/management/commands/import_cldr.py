"""`manage.py import_cldr MISC CORE`: write the letters of each language from CLDR's npm packages.

`npm pack cldr-misc-full cldr-core`, unpack both, and name their folders. Languages that CLDR knows well enough to give
them a level of coverage are included, and other scripts of a language where their letters differ.
"""

import json
import re
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from rendering.fonts.exemplars import LETTERS_FILE, compress_ranges, parse_unicode_set

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?")  # no regions: letters do not depend on them
_LICENSE = "Unicode-3.0; Copyright 1991-2025 Unicode, Inc.; https://www.unicode.org/license.txt"


class Command(BaseCommand):
    """Write `rendering/fonts/data/letters.json`."""

    help = "Write the letters of each language, from the npm packages cldr-misc-full and cldr-core."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the folders of the two packages."""
        parser.add_argument("misc", type=Path, help="folder of cldr-misc-full")
        parser.add_argument("core", type=Path, help="folder of cldr-core")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Read the main exemplar characters and write them."""
        core: Path = options["core"]
        levels = json.loads((core / "coverageLevels.json").read_text())["effectiveCoverageLevels"]
        version = json.loads((core / "package.json").read_text())["version"]
        letters: dict[str, str] = {}
        for language in sorted(set(filter(_LANGUAGE.fullmatch, levels)) - {"und"}):
            path = options["misc"] / "main" / language / "characters.json"
            if not path.exists():
                continue
            characters = json.loads(path.read_text())["main"][language]["characters"]
            written = compress_ranges(parse_unicode_set(characters["exemplarCharacters"]))
            if written and written != letters.get(language.partition("-")[0]):
                letters[language] = written
        document = {"source": f"CLDR {version}", "license": _LICENSE, "languages": letters}
        LETTERS_FILE.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        self.stdout.write(f"{len(letters)} languages in {LETTERS_FILE}")
