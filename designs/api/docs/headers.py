"""A hook of drf-spectacular: answers that `?fields=` has trimmed, beside the whole ones."""

from __future__ import annotations

from typing import Any

from designs.api.docs.components import REF_PREFIX, SchemaNode
from designs.api.docs.parameters import FIELDS

PART_DESCRIPTION = "What `?fields=` asked for of it, and no other members."


def add_partial_schemas(result: SchemaNode, generator: Any, request: Any, public: bool) -> SchemaNode:  # noqa: ARG001  # the hook's form
    """Return the document in which each answer that can be trimmed is either whole or a part."""
    schemas: dict[str, SchemaNode] = result["components"]["schemas"]
    for path in result["paths"].values():
        for operation in path.values():
            asked = [one for one in operation.get("parameters", ()) if one["name"] == FIELDS.name]
            if asked:
                _offer_part(operation["responses"]["200"]["content"]["application/json"], asked[0], schemas)
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    return result


def _offer_part(content: SchemaNode, asked: SchemaNode, schemas: dict[str, SchemaNode]) -> None:
    held: SchemaNode = content
    whole = _schema_name(content["schema"])
    if "results" in schemas[whole]["properties"]:
        held = schemas[whole]["properties"]["results"]
        whole = _schema_name(held["items"])
    members = schemas[whole]["properties"]
    schemas[f"{whole}Part"] = {"type": "object", "description": PART_DESCRIPTION, "properties": members}
    schemas[f"{whole}Member"] = {"type": "string", "enum": list(members)}
    schemas[f"{whole}OrPart"] = {"anyOf": [{"$ref": REF_PREFIX + whole}, {"$ref": f"{REF_PREFIX}{whole}Part"}]}
    held["items" if held is not content else "schema"] = {"$ref": f"{REF_PREFIX}{whole}OrPart"}
    names = {"type": "array", "minItems": 1, "items": {"$ref": f"{REF_PREFIX}{whole}Member"}}
    asked |= {"schema": names, "style": "form", "explode": False}


def _schema_name(schema: SchemaNode) -> str:
    return str(schema["$ref"]).removeprefix(REF_PREFIX)
