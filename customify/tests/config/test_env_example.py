import re

import pytest

from customify.config.variables import Variables
from customify.testing.spawn import PROJECT
from rendering.engine.encode.outputs import STANDARD_OUTPUTS, parse_outputs

EXPLAINED = re.compile(r"^#?([A-Z][A-Z0-9_]*)=", re.MULTILINE)
COMPOSE_ONLY = {"COMPOSE_LOCAL_STORAGE", "COMPOSE_PUBLIC_BUCKET", "IMAGE", "PORT", "POSTGRES_PASSWORD"}
NOT_SETTINGS = {"ENV_FILE", *COMPOSE_ONLY}


@pytest.fixture(scope="module")
def explained() -> list[str]:
    return EXPLAINED.findall((PROJECT / ".env.example").read_text())


def test_the_example_explains_exactly_the_variables_that_settings_read(explained: list[str]) -> None:
    assert set(explained) - NOT_SETTINGS == set(Variables.model_fields)


def test_settings_use_every_variable() -> None:
    used = set(re.findall(r"\benv\.([A-Z0-9_]+)", (PROJECT / "customify/settings.py").read_text()))
    assert used == set(Variables.model_fields) - {"SECRET_KEY_FILE"}  # it is read into SECRET_KEY


def test_each_variable_has_a_comment_of_its_own_or_of_its_group() -> None:
    blocks = re.split(r"\n\s*\n", (PROJECT / ".env.example").read_text())
    for block in blocks:
        if EXPLAINED.search(block):
            assert re.match(r"# \S", block), f"no explanation above: {block}"


def test_no_variable_is_listed_twice(explained: list[str]) -> None:
    assert len(explained) == len(set(explained))


def test_the_listed_outputs_are_the_standard_ones() -> None:
    (entries,) = re.findall(r"^RENDER_OUTPUTS=(.+)$", (PROJECT / ".env.example").read_text(), re.MULTILINE)
    assert parse_outputs(entries.split(",")) == STANDARD_OUTPUTS
