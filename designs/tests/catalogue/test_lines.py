"""The line of each value of a TOML text."""

from designs.catalogue.lines import LineIndex

TEXT = '''\
title = "a # no comment" # a comment
"quoted key" = 1
a.b.c = 2
text = """
[not.a.table]
x = 1
"""
raw = \'\'\'
y = 2\'\'\'
when = 1979-05-27 07:32:00
rows = [
    { sku = "1", tags = ["x", "y"] }, # one
    { sku = "2]" },
]
[first.second]
x = 1
[[list]]
x = 1
[[list]]
[list.inner]
z = 1
[[list.nested]]
w = 1
[[list.nested]]
w = 2
'''


def test_every_key_item_and_table_has_its_line() -> None:
    index = LineIndex(TEXT)
    lines = {
        ("title",): 1,
        ("quoted key",): 2,
        ("a", "b", "c"): 3,
        ("text",): 4,
        ("raw",): 8,
        ("when",): 10,
        ("rows",): 11,
        ("rows", 0, "sku"): 12,
        ("rows", 0, "tags", 1): 12,
        ("rows", 1, "sku"): 13,
        ("first", "second", "x"): 16,
        ("list", 0, "x"): 18,
        ("list", 1): 19,
        ("list", 1, "inner", "z"): 21,
        ("list", 1, "nested", 1, "w"): 25,
    }
    assert {path: index.find_line(path) for path in lines} == lines


def test_what_is_missing_has_the_line_of_the_table_around_it() -> None:
    index = LineIndex(TEXT)
    assert index.find_line(("first", "second", "missing")) == 15
    assert index.find_line(("missing",)) == 1


def test_an_empty_text_has_one_line() -> None:
    assert LineIndex("").find_line(("x",)) == 1
