"""Writes a catalogue as a TOML file and its JSON Schema. The same catalogue gives the same bytes."""

from __future__ import annotations

import json
from typing import Any

import tomli_w
from pydantic import BaseModel

from designs.catalogue.entries import CatalogueFile

SCHEMA_NAME = "catalogue.schema.json"
_HEAD = f"""#:schema ./{SCHEMA_NAME}
# Products and techniques; docs/catalogue.md describes the format. Editors check the file and complete keys while you
# type, if the schema lies beside it: manage.py dumpcatalogue --schema --out {SCHEMA_NAME}
"""


def dump_catalogue(catalogue: CatalogueFile) -> str:
    """Return a catalogue as TOML: sorted by slug, without what has its default."""
    techniques = {slug: _to_table(entry) for slug, entry in sorted(catalogue.techniques.items())}
    products = {slug: _to_table(entry) for slug, entry in sorted(catalogue.products.items())}
    sections = {name: tables for name, tables in (("techniques", techniques), ("products", products)) if tables}
    return f"{_HEAD}{tomli_w.dumps({'version': catalogue.version, **sections}, indent=2)}"


def dump_schema() -> str:
    """Return the JSON Schema of the file, draft 2020-12."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **CatalogueFile.model_json_schema(),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _to_table(entry: BaseModel) -> dict[str, Any]:
    """Return the values of an entry that differ from the default, in the order of the model."""
    table: dict[str, Any] = {}
    for name, field in type(entry).model_fields.items():
        value = getattr(entry, name)
        if value is not None and (field.is_required() or value != field.default):
            table[name] = _to_toml(value)
    return table


def _to_toml(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return _to_table(value)
    if isinstance(value, dict):  # severities: JSON columns keep no order
        return {key: value[key] for key in sorted(value)}
    if isinstance(value, list):
        return [_to_toml(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value  # 300 instead of 300.0
