"""Cuts ICU's data down to what breaking text needs: `trim_icu_data.py LIBRARY`.

icu4py bundles a library that holds 30 MB of names of countries, currencies, time zones and more in one data package.
Its format is described in ICU's `ucmndata.h` (`UDataOffsetTOC`). The smaller package is written in place, so that its
symbol keeps its address, and the parts of the file behind it move up. There is no tool for this without a compiler.
Raises SystemExit where the library is not built as expected: then adapt this, or leave the library as it is.
"""

from __future__ import annotations

import struct
import sys
from dataclasses import dataclass
from pathlib import Path

KEPT_FOLDERS = ("brkitr",)  # rules and dictionaries of breaking
KEPT_ENDINGS = (".nrm", "ulayout.icu", "uemoji.icu")
# What choosing a locale reads.
KEPT_NAMES = {"root.res", "pool.res", "res_index.res", "supplementalData.res", "langInfo.res", "likelySubtags.res"} | {
    "keyTypeData.res",
    "metadata.res",
}
MARK, MARK_AT = b"CmnD", 12  # the data format, behind the start of a package
# Type, flags, offset, address, physical address, size in the file and in memory, alignment.
PROGRAM_HEADER = struct.Struct("<IIQQQQQQ")
LOADED = 1


@dataclass(slots=True)
class Item:
    """One file of the data package."""

    name: bytes
    content: bytes

    @property
    def is_kept(self) -> bool:
        """Whether breaking text may read it."""
        _, _, path = self.name.decode().partition("/")
        folder, _, name = path.rpartition("/")
        return folder in KEPT_FOLDERS or (not folder and (name.endswith(KEPT_ENDINGS) or name in KEPT_NAMES))


def trim_package(package: bytes) -> bytes:
    """Return a data package with the kept items alone."""
    (header_size,) = struct.unpack_from("<H", package)
    items = [item for item in _read_items(package[header_size:]) if item.is_kept]
    if not any(item.name.endswith(b"/line.brk") for item in items):
        raise SystemExit("The data package has no rules for line breaks.")
    return package[:header_size] + _write_items(items)


def _read_items(body: bytes) -> list[Item]:
    (count,) = struct.unpack_from("<I", body)
    entries = list(struct.iter_unpack("<II", body[4 : 4 + 8 * count]))
    ends = [start for _, start in entries[1:]] + [len(body)]
    return [
        Item(body[at : body.index(b"\0", at)], body[start:end]) for (at, start), end in zip(entries, ends, strict=True)
    ]


def _write_items(items: list[Item]) -> bytes:
    """Return count, table, names and contents, each content at a multiple of 16 bytes from the start."""
    name_at, names = 4 + 8 * len(items), b""
    name_offsets = []
    for item in items:
        name_offsets.append(name_at + len(names))
        names += item.name + b"\0"
    contents, content_offsets = bytearray(), []
    start = -(-(name_at + len(names)) // 16) * 16
    for item in items:
        contents += b"\0" * (-len(contents) % 16)
        content_offsets.append(start + len(contents))
        contents += item.content
    table = b"".join(struct.pack("<II", *pair) for pair in zip(name_offsets, content_offsets, strict=True))
    return (struct.pack("<I", len(items)) + table + names).ljust(start, b"\0") + contents


def trim_library(library: bytes) -> bytes:
    """Return the shared library (ELF, 64 bits, little-endian) with a smaller data package."""
    if library[:6] != b"\x7fELF\x02\x01" or library.count(MARK) != 1:
        raise SystemExit("This is no 64-bit library with one ICU data package.")
    (headers_at,), (count,) = struct.unpack_from("<Q", library, 32), struct.unpack_from("<H", library, 56)
    headers = [list(PROGRAM_HEADER.unpack_from(library, headers_at + PROGRAM_HEADER.size * n)) for n in range(count)]
    package_at = library.index(MARK) - MARK_AT
    data = next(header for header in headers if header[0] == LOADED and header[2] <= package_at < header[2] + header[5])
    data_end = data[2] + data[5]
    package = trim_package(library[package_at:data_end])
    kept = library[:package_at] + package
    alignment = max(header[7] for header in headers if header[0] == LOADED)
    moved = (data_end - len(kept)) // alignment * alignment  # addresses and offsets must agree in their last bits
    data[5] = data[6] = len(kept) - data[2]
    for header in headers:
        header[2] -= moved if header[2] >= data_end else 0
    result = bytearray(kept.ljust(data_end - moved, b"\0") + library[data_end : _loaded_end(library, headers, moved)])
    for number, header in enumerate(headers):
        PROGRAM_HEADER.pack_into(result, headers_at + PROGRAM_HEADER.size * number, *header)
    struct.pack_into("<Q", result, 40, 0)  # no section headers: only linkers and debuggers read them
    struct.pack_into("<HH", result, 60, 0, 0)
    return bytes(result)


def _loaded_end(library: bytes, headers: list[list[int]], moved: int) -> int:
    """Return where, in the original file, the last loaded segment ends."""
    return min(len(library), max(header[2] + header[5] for header in headers if header[0] == LOADED) + moved)


def main() -> None:
    """Trim the library that the command line names."""
    file = Path(sys.argv[1])
    before = file.read_bytes()
    after = trim_library(before)
    file.write_bytes(after)
    print(f"{file.name}: {len(before) / 1e6:.1f} MB of data, now {len(after) / 1e6:.1f} MB")  # noqa: T201


if __name__ == "__main__":
    main()
