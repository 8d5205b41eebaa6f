"""Checks local storage during faults: every visible file is complete at every moment."""

from __future__ import annotations

from dataclasses import dataclass, field

from customify.testing.chaos.end_state import hash_stored_files
from customify.testing.chaos.site import Site

PUBLISHED_FILES_SQL = (
    "SELECT r.key, r.sha256 FROM designs_rendition r JOIN designs_design d ON d.published_render_id = r.render_id"
)


def find_wrong_files(rows: dict[str, str], stored: dict[str, str]) -> dict[str, str]:
    """Return the published keys whose file is missing or differs from its row, with the stored hash."""
    return {key: stored.get(key, "nothing") for key, sha256 in rows.items() if stored.get(key) != sha256}


@dataclass(slots=True)
class StorageWatcher:
    """Checks the files of a site with local storage, and collects violations."""

    site: Site
    seen_hashes: dict[str, str] = field(default_factory=dict)
    check_count: int = 0
    violations: list[str] = field(default_factory=list)

    def check_once(self) -> None:
        """Check once: published files match their rows, and no file has changed since it was first seen."""
        self.check_count += 1
        rows = self._published_hashes()
        stored = {key: sha256 for key, sha256 in hash_stored_files(self.site).items() if "/." not in key}
        wrong = find_wrong_files(rows, stored)
        # They may have been replaced meanwhile: only keys that are still published count.
        still = self._published_hashes() if wrong else {}
        self.violations += [f"{key} shows {what}" for key, what in wrong.items() if key in still]
        changed = [key for key, sha256 in stored.items() if self.seen_hashes.setdefault(key, sha256) != sha256]
        self.violations += [f"{key} changed while it was visible" for key in changed]

    def _published_hashes(self) -> dict[str, str]:
        return dict(self.site.query_rows(PUBLISHED_FILES_SQL))
