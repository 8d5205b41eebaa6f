"""PDF objects as bytes."""

import io
import zlib
from collections.abc import Iterator

import pytest

from rendering.engine.pdf.objects import Name, PdfWriter, Ref, Value, format_number, format_value
from rendering.tests.support.print_files import open_pdf


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-0.00001, "0"), (1.5, "1.5"), (-2.0, "-2"), (100.0, "100"), (0.12345, "0.1235"), (1e-9, "0")],
)
def test_a_number_has_no_needless_digits_and_no_exponent(value: float, text: str) -> None:
    assert format_number(value) == text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, b"true"),
        (Ref(3), b"3 0 R"),
        (Name("A B#(é"), b"/A#20B#23#28#C3#A9"),
        ("a(b)\\", b"(a\\(b\\)\\\\)"),
        ("é", b"<FEFF00E9>"),
        (b"\x01\xff", b"<01FF>"),
        ([1, [2.5, Name("X")]], b"[1 [2.5 /X]]"),
        ({"K": {"L": "m"}}, b"<</K <</L (m)>>>>"),
    ],
)
def test_values_are_written_as_the_standard_has_them(value: Value, expected: bytes) -> None:
    assert format_value(value) == expected


def test_equal_objects_are_written_once_and_read_back_by_another_library() -> None:
    out = io.BytesIO()
    writer = PdfWriter(out)
    root, pages = writer.reserve(), writer.reserve()
    stream = writer.add_stream({"A": 1}, b"words" * 100)
    assert writer.add_stream({"A": 1}, b"words" * 100) == stream
    assert writer.add([1, 2]) == writer.add([1, 2]) != writer.add([1, 3])
    writer.put(pages, {"Type": Name("Pages"), "Kids": [], "Count": 0})
    writer.put(root, {"Type": Name("Catalog"), "Pages": pages, "Test": stream})
    writer.finish(root, writer.add({"Title": "Größe (1)"}))
    document = open_pdf(out.getvalue())
    assert document.Root.Test.read_bytes() == b"words" * 100
    assert str(document.trailer.Info.Title) == "Größe (1)"
    assert document.trailer.ID[0] == document.trailer.ID[1]


def test_a_stream_in_parts_is_never_whole_in_memory_and_says_its_length_afterwards() -> None:
    out = io.BytesIO()
    writer = PdfWriter(out)
    root, pages = writer.reserve(), writer.reserve()
    written: list[int] = []

    def parts() -> Iterator[bytes]:
        for number in range(3):
            written.append(out.tell())
            yield bytes((number,)) * 100_000

    stream = writer.stream_parts({"A": 1}, parts())
    writer.put(pages, {"Type": Name("Pages"), "Kids": [], "Count": 0})
    writer.put(root, {"Type": Name("Catalog"), "Pages": pages, "Test": stream})
    writer.finish(root, writer.add({}))
    assert written == sorted(written)
    document = open_pdf(out.getvalue())
    found = document.Root.Test
    assert found.read_bytes() == b"".join(bytes((number,)) * 100_000 for number in range(3))
    assert zlib.decompress(found.read_raw_bytes())[:3] == b"\0\0\0"


def test_a_reserved_object_that_was_forgotten_is_an_error() -> None:
    writer = PdfWriter(io.BytesIO())
    root = writer.reserve()
    with pytest.raises(ValueError, match="object 1 was reserved"):
        writer.finish(root, root)


def test_an_object_is_written_only_once() -> None:
    writer = PdfWriter(io.BytesIO())
    ref = writer.put(writer.reserve(), 1)
    with pytest.raises(ValueError, match="written before"):
        writer.put(ref, 2)
