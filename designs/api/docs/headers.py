"""A hook of drf-spectacular: answers that `?fields=` has trimmed, beside the whole ones."""

from __future__ import annotations

from typing import Any

from designs.api.docs.components import REF, Node
from designs.api.docs.parameters import FIELDS

PART = "What `?fields=` asked for of it, and no other members."


def finish(result: Node, generator: Any, request: Any, public: bool) -> Node:  # noqa: ARG001  # the hook's form
    """Return the document in which each answer that can be trimmed is either whole or a part."""
    schemas: dict[str, Node] = result["components"]["schemas"]
    for path in result["paths"].values():
        for operation in path.values():
            asked = [one for one in operation.get("parameters", ()) if one["name"] == FIELDS.name]
            if asked:
                _offer(operation["responses"]["200"]["content"]["application/json"], asked[0], schemas)
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    return result


def _offer(content: Node, asked: Node, schemas: dict[str, Node]) -> None:
    held: Node = content
    whole = _name(content["schema"])
    if "results" in schemas[whole]["properties"]:
        held = schemas[whole]["properties"]["results"]
        whole = _name(held["items"])
    members = schemas[whole]["properties"]
    schemas[f"{whole}Part"] = {"type": "object", "description": PART, "properties": members}
    schemas[f"{whole}Member"] = {"type": "string", "enum": list(members)}
    schemas[f"{whole}OrPart"] = {"anyOf": [{"$ref": REF + whole}, {"$ref": f"{REF}{whole}Part"}]}
    held["items" if held is not content else "schema"] = {"$ref": f"{REF}{whole}OrPart"}
    names = {"type": "array", "minItems": 1, "items": {"$ref": f"{REF}{whole}Member"}}
    asked |= {"schema": names, "style": "form", "explode": False}


def _name(schema: Node) -> str:
    return str(schema["$ref"]).removeprefix(REF)
