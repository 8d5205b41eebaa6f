import re

import pytest

from customify.testing.spawning import PROJECT

READ = re.compile(r"""\benv\.(?!add_problem\b)\w+\(\s*["']([A-Z0-9_]+)["']""")
EXPLAINED = re.compile(r"^#?([A-Z][A-Z0-9_]*)=", re.MULTILINE)
NOT_SETTINGS = {"ENV_FILE", "PORT", "POSTGRES_PASSWORD"}


@pytest.fixture(scope="module")
def explained() -> list[str]:
    return EXPLAINED.findall((PROJECT / ".env.example").read_text())


def test_the_example_explains_exactly_the_variables_that_settings_read(explained: list[str]) -> None:
    read = set(READ.findall((PROJECT / "customify/settings.py").read_text()))
    assert len(read) > 20
    assert set(explained) - NOT_SETTINGS == read


def test_each_variable_has_a_comment_of_its_own_or_of_its_group() -> None:
    blocks = re.split(r"\n\s*\n", (PROJECT / ".env.example").read_text())
    for block in blocks:
        if EXPLAINED.search(block):
            assert re.match(r"# \S", block), f"no explanation above: {block}"


def test_no_variable_is_listed_twice(explained: list[str]) -> None:
    assert len(explained) == len(set(explained))
