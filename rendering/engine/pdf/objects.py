"""PDF objects as bytes, written to a stream as they are made: the same bytes for the same objects.

There are no dates and no random ids: the file's ID is a hash of its content. Streams are compressed as PNG files are:
the system's zlib would give other bytes on another machine.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, TypeAlias

from rendering.engine.encode.deflate import deflate_blocks

_ESCAPES = str.maketrans({"\\": "\\\\", "(": "\\(", ")": "\\)"})
_DELIMITERS = frozenset(b"#()<>[]{}/%")
_FIRST_PRINTED, _LAST_PRINTED = 33, 126


class Ref(int):
    """The number of an object, which stands for it in others."""


class Name(str):
    """A PDF name, without its slash."""

    __slots__ = ()


Value: TypeAlias = bool | int | float | str | bytes | Ref | Name | Sequence["Value"] | Mapping[str, "Value"]
"""What objects hold: `str` is a text, `bytes` a binary string."""


def format_number(value: float) -> str:
    """Return a number with at most four decimals, without needless zeros."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def format_value(value: Value) -> bytes:
    """Return a value as it stands in a file."""
    if isinstance(value, Mapping):
        entries = (format_value(Name(key)) + b" " + format_value(one) for key, one in value.items())
        return b"<<" + b" ".join(entries) + b">>"
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return b"[" + b" ".join(map(format_value, value)) + b"]"
    return _format_scalar(value)


def _format_scalar(value: bool | float | str | bytes) -> bytes:
    if isinstance(value, bool):
        return b"true" if value else b"false"
    if isinstance(value, Ref):
        return b"%d 0 R" % value
    if isinstance(value, int | float):
        return format_number(value).encode()
    if isinstance(value, bytes):
        return b"<" + value.hex().upper().encode() + b">"
    return _format_name(value) if isinstance(value, Name) else _format_text(value)


def _format_name(name: Name) -> bytes:
    out = bytearray(b"/")
    for byte in name.encode():  # 7.3.5: what is not printed, and delimiters, as two hexadecimal digits
        plain = _FIRST_PRINTED <= byte <= _LAST_PRINTED and byte not in _DELIMITERS
        out += bytes((byte,)) if plain else b"#%02X" % byte
    return bytes(out)


def _format_text(text: str) -> bytes:
    if text.isascii():
        return b"(" + text.translate(_ESCAPES).encode() + b")"
    return b"<FEFF" + text.encode("utf-16-be").hex().upper().encode() + b">"  # 7.9.2.2


class PdfWriter:
    """Writes a file to a stream, object by object; equal objects are written once."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._hash = stream, hashlib.sha256()
        self._size = 0
        self._offsets: list[int] = []
        self._known: dict[bytes, Ref] = {}
        self._write(b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n")

    def reserve(self) -> Ref:
        """Return the number of an object that is written later."""
        self._offsets.append(-1)
        return Ref(len(self._offsets))

    def put(self, ref: Ref, value: Value) -> Ref:
        """Write the object of a reserved number."""
        self._write_object(ref, format_value(value))
        return ref

    def add(self, value: Value) -> Ref:
        """Write an object, unless an equal one is there already; return its number."""
        return self._add_once(format_value(value))

    def add_stream(self, entries: Mapping[str, Value], data: bytes, *, compress: bool = True) -> Ref:
        """Write a stream, compressed unless its data is so already; return its number."""
        if compress:
            data = b"".join(deflate_blocks(0, [(data, False)], 0))
            entries = {**entries, "Filter": Name("FlateDecode")}
        return self._add_once(format_value({**entries, "Length": len(data)}), b"\nstream\n", data, b"\nendstream")

    def stream_parts(self, entries: Mapping[str, Value], parts: Iterable[bytes], reserved: Ref | None = None) -> Ref:
        """Write a stream as its parts come, compressed, as a new object or one that was reserved; return its number.

        Its length follows as an object of its own (7.3.8.2).
        """
        ref, length = reserved or self.reserve(), self.reserve()
        head = format_value({**entries, "Filter": Name("FlateDecode"), "Length": length})
        self._offsets[ref - 1] = self._size
        self._write(b"%d 0 obj\n%b\nstream\n" % (ref, head))
        begun = self._size
        for piece in deflate_blocks(0, ((part, False) for part in parts), 0):
            self._write(piece)
        size = self._size - begun
        self._write(b"\nendstream\nendobj\n")
        self.put(length, size)
        return ref

    def finish(self, root: Ref, info: Ref) -> None:
        """Write the cross-reference table and the trailer."""
        if -1 in self._offsets:
            raise ValueError(f"object {self._offsets.index(-1) + 1} was reserved, but not written")
        digest, start = self._hash.digest()[:16], self._size
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(self._offsets) + 1))
        self._write(b"".join(b"%010d 00000 n \n" % offset for offset in self._offsets))
        trailer: dict[str, Value] = {"Size": len(self._offsets) + 1, "Root": root, "Info": info, "ID": [digest, digest]}
        self._write(b"trailer\n" + format_value(trailer) + b"\nstartxref\n%d\n%%%%EOF\n" % start)

    def _add_once(self, *parts: bytes) -> Ref:
        digest = hashlib.sha256()
        for part in parts:
            digest.update(part)
        key = digest.digest()
        ref = self._known.get(key)
        if ref is None:
            ref = self._known[key] = self.reserve()
            self._write_object(ref, *parts)
        return ref

    def _write_object(self, ref: Ref, *parts: bytes) -> None:
        if self._offsets[ref - 1] != -1:
            raise ValueError(f"object {ref} was written before")
        self._offsets[ref - 1] = self._size
        self._write(b"%d 0 obj\n" % ref)
        for part in parts:
            self._write(part)
        self._write(b"\nendobj\n")

    def _write(self, data: bytes) -> None:
        self._stream.write(data)
        self._hash.update(data)
        self._size += len(data)
