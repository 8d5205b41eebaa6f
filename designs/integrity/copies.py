"""A folder that holds copies of the stored files, laid out as STORAGE_ROOT or the bucket is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from designs.integrity.compare import Comparison, Verdict
from designs.integrity.expected import ExpectedFile
from rendering.storage.files import measure_chunks


@dataclass(frozen=True, slots=True)
class FolderCopy:
    """The copy in a folder."""

    root: Path

    def compare_file(self, file: ExpectedFile, *, with_hash: bool = True) -> Comparison:
        """Compare the copy of a file with what its row says."""
        path = self.root / file.path
        try:
            size = path.stat().st_size
            if size != file.size:
                return Comparison(file, Verdict.DAMAGED, f"{size} bytes instead of {file.size}")
            if with_hash:
                with path.open("rb") as stream:
                    sha256 = measure_chunks(iter(lambda: stream.read(1 << 20), b"")).sha256
                if sha256 != file.sha256:
                    return Comparison(file, Verdict.DAMAGED, f"SHA-256 {sha256[:12]}… instead of {file.sha256[:12]}…")
        except FileNotFoundError:
            return Comparison(file, Verdict.MISSING)
        except OSError as error:
            return Comparison(file, Verdict.DAMAGED, f"it cannot be read ({error.strerror})")
        return Comparison(file, Verdict.SOUND)

    def find_sound(self, file: ExpectedFile) -> Path | None:
        """Return the path of a file's copy if that is what the row says."""
        return self.root / file.path if self.compare_file(file).verdict is Verdict.SOUND else None
