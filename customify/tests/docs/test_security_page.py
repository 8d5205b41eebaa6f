"""docs/security.md and docs/reliability.md name tests: each named file exists and has tests."""

import re

from customify.testing.spawn import PROJECT

NAMED = re.findall(
    r"`([\w/]+/test_\w+\.py)`",
    (PROJECT / "docs/security.md").read_text() + (PROJECT / "docs/reliability.md").read_text(),
)


def test_each_defence_names_tests_that_exist() -> None:
    assert len(NAMED) > 50
    missing = [name for name in NAMED if not (PROJECT / name).is_file()]
    assert missing == []
    assert [name for name in NAMED if "def test_" not in (PROJECT / name).read_text()] == []


def test_each_row_of_the_threat_table_names_a_test() -> None:
    page = (PROJECT / "docs/security.md").read_text()
    table = page.partition("| threat |")[2].partition("\n\n")[0]
    rows = table.splitlines()[2:]
    assert len(rows) > 15
    assert [row for row in rows if "`" not in row.rpartition("|")[0].rpartition("|")[2]] == []
