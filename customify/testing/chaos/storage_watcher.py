"""Looks at local storage while things go wrong: what is visible is whole, at every moment."""

from __future__ import annotations

from dataclasses import dataclass, field

from customify.testing.chaos.end_state import hash_stored_files
from customify.testing.chaos.site import Site

PUBLISHED_FILES_SQL = (
    "SELECT r.key, r.sha256 FROM designs_rendition r JOIN designs_design d ON d.published_render_id = r.render_id"
)


def find_wrong_files(rows: dict[str, str], stored: dict[str, str]) -> dict[str, str]:
    """Return the published keys whose file is missing or other than its row says, with what is there instead."""
    return {key: stored.get(key, "nothing") for key, sha256 in rows.items() if stored.get(key) != sha256}


@dataclass(slots=True)
class StorageWatcher:
    """What was seen of a site on local files, and the complaints about it."""

    site: Site
    seen_hashes: dict[str, str] = field(default_factory=dict)
    check_count: int = 0
    complaints: list[str] = field(default_factory=list)

    def check_once(self) -> None:
        """Look once: a published file is what its row says, and a file that was ever to be seen never changes."""
        self.check_count += 1
        rows = self._published_hashes()
        stored = {key: sha256 for key, sha256 in hash_stored_files(self.site).items() if "/." not in key}
        wrong = find_wrong_files(rows, stored)
        # Replaced meanwhile, perhaps: only what a second look at the rows still shows is visible.
        still = self._published_hashes() if wrong else {}
        self.complaints += [f"{key} shows {what}" for key, what in wrong.items() if key in still]
        changed = [key for key, sha256 in stored.items() if self.seen_hashes.setdefault(key, sha256) != sha256]
        self.complaints += [f"{key} changed while it could be seen" for key in changed]

    def _published_hashes(self) -> dict[str, str]:
        return dict(self.site.query_rows(PUBLISHED_FILES_SQL))
