"""Migrations that have run somewhere must give the same result for ever: they import nothing that changes."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

# Operations, not data, whose meaning is fixed by the migrations that use them; and functions that a field names as its
# default or validator, which Django writes into migrations by their dotted name.
ALLOWED = {"designs.db.migration_operations", "customify.accounts.scopes"}
FILES = sorted(
    file
    for name in ("designs", "accounts")
    for file in (Path(apps.get_app_config(name).path) / "migrations").glob("[0-9]*.py")
)


def imported_modules(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[-3]}-{file.stem}")
def test_a_migration_imports_no_code_of_ours(file: Path) -> None:
    ours = {name for name in imported_modules(file) if name.partition(".")[0] in {"customify", "designs", "rendering"}}
    assert ours <= ALLOWED
