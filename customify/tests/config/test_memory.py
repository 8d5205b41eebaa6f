"""How many megapixels an upload may have by default: as many as the memory allows."""

from pathlib import Path

import pytest

from customify.config import memory


@pytest.mark.parametrize(
    ("limit", "decoders", "megapixels"),
    [("max", 2, 50), ("4294967296", 2, 50), ("4294967296", 3, 25), ("2147483648", 2, 25), ("2147483648", 1, 50)],
)
def test_the_container_s_memory_decides(
    limit: str, decoders: int, megapixels: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "memory.max"
    file.write_text(f"{limit}\n")
    monkeypatch.setattr(memory, "_LIMIT_FILES", (file, tmp_path / "absent"))
    monkeypatch.setattr("os.sysconf", lambda _: 1 << 20)  # a terabyte
    assert memory.default_megapixels(decoders) == megapixels


def test_a_small_machine_without_a_limit_decides_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_LIMIT_FILES", ())
    monkeypatch.setattr("os.sysconf", {"SC_PHYS_PAGES": 500_000, "SC_PAGE_SIZE": 4096}.__getitem__)
    assert memory.default_megapixels(2) == 25
