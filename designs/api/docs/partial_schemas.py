"""A drf-spectacular hook that documents the partial responses of `?fields=`."""

from __future__ import annotations

from typing import Any

from designs.api.docs.components import REF_PREFIX, SchemaNode
from designs.api.docs.parameters import FIELDS

PART_DESCRIPTION = "Only the members that `?fields=` selects."


def add_partial_schemas(result: SchemaNode, generator: Any, request: Any, public: bool) -> SchemaNode:  # noqa: ARG001  # the hook's signature
    """Add a partial schema beside the full one to each response that supports `?fields=`."""
    schemas: dict[str, SchemaNode] = result["components"]["schemas"]
    for path in result["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", ()):
                if parameter["name"] == FIELDS.name:
                    content = operation["responses"]["200"]["content"]["application/json"]
                    _add_partial_schema(content, parameter, schemas)
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    return result


def _add_partial_schema(content: SchemaNode, parameter: SchemaNode, schemas: dict[str, SchemaNode]) -> None:
    holder, key = content, "schema"
    page = schemas[_schema_name(content["schema"])]["properties"]
    if "results" in page:
        holder, key = page["results"], "items"
    name = _schema_name(holder[key])
    members = schemas[name]["properties"]
    schemas[f"{name}Part"] = {"type": "object", "description": PART_DESCRIPTION, "properties": members}
    schemas[f"{name}Member"] = {"type": "string", "enum": list(members)}
    schemas[f"{name}OrPart"] = {"anyOf": [{"$ref": REF_PREFIX + name}, {"$ref": f"{REF_PREFIX}{name}Part"}]}
    holder[key] = {"$ref": f"{REF_PREFIX}{name}OrPart"}
    names = {"type": "array", "minItems": 1, "items": {"$ref": f"{REF_PREFIX}{name}Member"}}
    parameter |= {"schema": names, "style": "form", "explode": False}


def _schema_name(schema: SchemaNode) -> str:
    return str(schema["$ref"]).removeprefix(REF_PREFIX)
