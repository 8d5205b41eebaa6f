"""A catalogue file with mistakes is refused as a whole; each mistake is named with its line, field and fix."""

from __future__ import annotations

import pytest

from designs.catalogue.file import CatalogueFileError, FileMistake, read_file
from designs.catalogue.shipped import SHIPPED_FILE

FILE = """\
version = 1

[techniques.dtg]
name = "Direct to garment"
min_line_mm = 0.35
severities = { thin_line = "error" }

[products.shirt]
name = "Shirt"
technique = "dtg"
text_min = 1
text_max = 50
size_min = 12
size_max = 72
variants = [
    { sku = "red-s", color_name = "Red", color = "#FF0000", size = "S" },
    { sku = "red-m", color_name = "Red", color = "#FF0000", size = "M" },
]

[[products.shirt.areas]]
placement = "front"
main = true
width_mm = 300
height_mm = 400
safe_mm = 5
outline = "M0 0 H300 V400 H0 Z"
overrides = [
    { sizes = ["S"], width_mm = 300 },
]

[[products.shirt.areas]]
placement = "back"
width_mm = 300
height_mm = 400
"""


def find(text: str | bytes) -> list[FileMistake]:
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(CatalogueFileError) as refusal:
        read_file(data)
    return refusal.value.mistakes


def test_a_file_without_mistakes_is_read() -> None:
    shirt = read_file(FILE.encode()).products["shirt"]
    assert (shirt.technique, len(shirt.areas), len(shirt.variants)) == ("dtg", 2, 2)
    assert shirt.areas[0].width_mm == 300.0


def test_a_byte_order_mark_and_lines_of_windows_are_accepted() -> None:
    assert read_file(b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode()) == read_file(FILE.encode())


MISTAKES = [
    # what is written, what instead, line, field, words of the message
    ("version = 1", "version = 2", 1, "version", "Write 1"),
    ("version = 1\n", "", 1, "version", "missing"),
    ("version = 1", "version = 1\nproduct = 3", 2, "product", "Did you mean 'products'"),
    ("min_line_mm", "min_lin_mm", 5, "techniques.dtg.min_lin_mm", "Did you mean 'min_line_mm'"),
    ("min_line_mm = 0.35", "min_line_mm = -0.35", 5, "techniques.dtg.min_line_mm", "greater than or equal to 0"),
    ("min_line_mm = 0.35", 'min_line_mm = "0.35"', 5, "techniques.dtg.min_line_mm", "Write a number, without quotes"),
    ("min_line_mm = 0.35", "min_line_mm = inf", 5, "techniques.dtg.min_line_mm", "Write a finite number"),
    ('name = "Direct to garment"\n', "", 3, "techniques.dtg.name", "missing"),
    ("{ thin_line =", "{ thin_lines =", 6, "techniques.dtg.severities.thin_lines", "Did you mean 'thin_line'"),
    ('= "error"', '= "fatal"', 6, "techniques.dtg.severities.thin_line", "'off', 'info', 'warning' or 'error'"),
    ('name = "Shirt"', "name = 5", 9, "products.shirt.name", "Write a text in quotes"),
    ('name = "Shirt"', 'name = "A\\u0000"', 9, "products.shirt.name", "control characters"),
    ('technique = "dtg"', 'technique = "dtb"', 10, "products.shirt.technique", "Did you mean 'dtg'"),
    ("text_min = 1", "text_min = 60", 11, "products.shirt.text_min", "above text_max, 50"),
    ("text_min = 1", "text_min = 1.5", 11, "products.shirt.text_min", "whole number"),
    ("text_max = 50", "text_max = 2001", 12, "products.shirt.text_max", "less than or equal to 2000"),
    ("size_min = 12", "size_min = 80", 13, "products.shirt.size_min", "above size_max, 72"),
    ("size_max = 72\n", "", 8, "products.shirt.size_max", "missing"),
    ('"red-m"', '"red-s"', 17, "products.shirt.variants[red-s].sku", "that of a variant above"),
    ('"red-m", color_name = "Red", color = "#FF0000"', '"red-m", color = "#f00"', 17,
     "products.shirt.variants[red-m].color", "#RRGGBB with capitals"),
    ('sku = "red-m", ', "", 17, "products.shirt.variants[2].sku", "missing"),
    ('placement = "back"', 'placement = "front"', 32, "products.shirt.areas[front].placement", "two areas 'front'"),
    ("main = true\n", "", 20, "products.shirt.areas", "No area is the main one"),
    ('placement = "back"', 'placement = "back"\nmain = true', 20, "products.shirt.areas", "2 areas are the main one"),
    ("main = true", 'main = "yes"', 22, "products.shirt.areas[front].main", "true or false"),
    ("height_mm = 400\nsafe", "height_mm = 0\nsafe", 24, "products.shirt.areas[front].height_mm", "greater than or"),
    ("safe_mm = 5", "safe_mm = 150", 25, "products.shirt.areas[front].safe_mm", "leaves nothing"),
    ("safe_mm = 5", "min_dpi = 300\nrecommended_dpi = 150", 26, "products.shirt.areas[front].recommended_dpi", "below"),
    ("safe_mm = 5", "safe_mm = 5\ncorner_radius_mm = 9", 26, "products.shirt.areas[front].corner_radius_mm", "own"),
    ("H300 V400", "H300 A400", 26, "products.shirt.areas[front].outline", "only M, L, H, V, C, Q and Z"),
    ("H300 V400", "H310 V400", 26, "products.shirt.areas[front].outline", "goes from"),
    ('sizes = ["S"]', 'sizes = ["XS"]', 28, "products.shirt.areas[front].overrides[1].sizes[1]", "has the size 'XS'"),
    ('sizes = ["S"]', 'skus = ["red-l"]', 28, "products.shirt.areas[front].overrides[1].skus[1]", "the SKU 'red-l'"),
    ('sizes = ["S"], ', "", 28, "products.shirt.areas[front].overrides[1]", "holds for no variant"),
    ('["S"], width_mm = 300', '["S"]', 28, "products.shirt.areas[front].overrides[1]", "changes nothing"),
    ('["S"], width', '["S"], technique = "foil", width', 28,
     "products.shirt.areas[front].overrides[1].technique", "no technique 'foil'"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "field", "words"), MISTAKES)
def test_one_mistake_is_named_alone_with_its_line_field_and_fix(
    old: str, new: str, line: int, field: str, words: str
) -> None:
    assert FILE.count(old) >= 1
    mistakes = find(FILE.replace(old, new, 1))
    assert [(each.line, each.field) for each in mistakes] == [(line, field)]
    assert words in mistakes[0].message


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (b"version = 1\nname = \xff", 2, "0xff is not UTF-8. Save the file with the encoding UTF-8"),
        ('version = 1\nname = "open', 2, "Correct the TOML"),
        ("version = 1\nproducts = [1,", 2, "Correct the TOML"),
        ("version = 1\nversion = 1", 2, "there twice"),
        ("version = 1\n[products.a]\nname = 'A'\n[products.a]", 4, "there twice"),
        ("version = 1\nname = yes", 2, "Texts need quotes"),
        ("[products.a", 1, "Correct the TOML"),
        ("version = 1\nx = " + "9" * 5_000, 2, "too many digits"),
        ("x = " + "[" * 5_000, 1, "nested too deeply"),
    ],
)
def test_what_is_no_toml_is_named_with_its_line(text: str | bytes, line: int, words: str) -> None:
    (mistake,) = find(text)
    assert (mistake.line, words in mistake.message) == (line, True), mistake


def test_a_slug_with_a_space_is_a_mistake_and_its_product_is_checked() -> None:
    text = FILE.replace("products.shirt", 'products."a shirt"').replace("main = true\n", "")
    assert [(each.line, each.field) for each in find(text)] == [
        (8, "products.a shirt"),
        (20, "products.a shirt.areas"),
    ]


@pytest.mark.parametrize(
    "text",
    ["", "x = 1", "products = 3", "version = 1\nproducts = { a = 3 }", "version = 1\n[products.a]\nareas = [1, {}]"],
)
def test_values_of_any_shape_are_mistakes_and_no_errors(text: str) -> None:
    assert all(mistake.message for mistake in find(text))


def test_many_mistakes_are_all_named_in_the_order_of_the_lines() -> None:
    text = FILE.replace("min_line_mm = 0.35", "min_line_mm = -1").replace("size_min = 12", "size_min = 90")
    text = text.replace('"red-m"', '"red-s"').replace("main = true\n", 'with = 1\nmain = "x"\n')
    text = text.replace("H300", "K300").replace("[techniques.dtg]", "[techniques.dtg]\nnam = 1")
    assert [each.line for each in find(text)] == [4, 6, 14, 18, 23, 24, 28]


def test_a_mistake_in_a_technique_does_not_make_it_unknown() -> None:
    (mistake,) = find(FILE.replace("min_line_mm = 0.35", "min_line_mm = -1"))
    assert mistake.field == "techniques.dtg.min_line_mm"


def test_names_and_skus_of_the_database_count() -> None:
    text = FILE.replace('technique = "dtg"', 'technique = "foil"').encode()
    assert read_file(text, ["foil"]).products["shirt"].technique == "foil"
    with pytest.raises(CatalogueFileError, match="belongs to the product 'dress'"):
        read_file(FILE.encode(), owners={"red-s": "dress"})
    assert read_file(FILE.encode(), owners={"red-s": "shirt"})


def test_the_shipped_file_has_no_mistakes() -> None:
    assert len(read_file(SHIPPED_FILE.read_bytes()).products) == 10


def test_mistakes_in_one_place_hide_none_elsewhere() -> None:
    replacements = [
        ('placement = "back"', 'placement = "b?"'),  # what must be unique is replaced by a value of its own
        ('"red-m"', '""'),
        ('technique = "dtg"', 'technique = "dtgg"'),
        ("text_min = 1", "text_min = 60"),
        ("safe_mm = 5", "safe_mm = 150"),
        ("width_mm = 300 }", "width_m = 300 }"),
    ]
    text = FILE
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    assert [(each.line, each.field.rpartition(".")[2]) for each in find(text)] == [
        (10, "technique"),
        (11, "text_min"),
        (17, "sku"),
        (25, "safe_mm"),
        (28, "width_m"),
        (32, "placement"),
    ]


def test_mistakes_of_a_line_are_in_one_order() -> None:
    text = FILE.replace('"red-m", color_name = "Red", color = "#FF0000"', '"red-m", order = 1, hue = 2, color = "red"')
    assert [each.field.rpartition(".")[2] for each in find(text)] == ["color", "hue", "order"]
