"""A hook of drf-spectacular: components that a client can be generated from.

Pydantic writes for validators. Generators want a name for every object and union, no objects as defaults, and no titles
that say the property's name once more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from designs.api.docs.naming import LAYER_NAMES

SchemaNode = dict[str, Any]
REF_PREFIX = "#/components/schemas/"

# Component, property: what to call the object or union that stands there.
INLINE_SCHEMA_NAMES = {
    ("Placement", "background"): "Background",
    ("ShapeLayer", "fill"): "Fill",
    ("TextLayer", "axes"): "AxisValues",
    ("TextLayer", "features"): "FontFeatures",
    ("LongForm", "placements"): "Placements",
    ("CreateDesignRequest", "metadata"): "Metadata",
    ("Render", "receipt"): "Receipt",
}
DESCRIPTIONS = {
    "DesignData": "What is drawn: one line of text in the short form, or layers on a product's placements in the long "
    "one. A product has narrower limits of its own (`/api/v1/products`); a placement has at most 100 layers, those in "
    "groups counted, and groups stand in groups at most 4 deep.",
    "Background": "What a placement is filled with.",
    "Fill": "What a shape is filled with.",
    "Layer": "One element of a placement; `type` says which kind.",
    "Metadata": "Your own data, kept and returned as it is: at most 16,384 bytes as JSON.",
    "Placements": "Layers by the name of the product's placement: front, back, wrap.",
}


def finish_components(result: SchemaNode, generator: Any, request: Any, public: bool) -> SchemaNode:  # noqa: ARG001  # the hook's form
    """Return the document with its components named, and free of what generators stumble over."""
    schemas: dict[str, SchemaNode] = result["components"]["schemas"]
    schemas.pop("DesignDataRequest", None)  # the same as in answers
    renamed = {**LAYER_NAMES, "DesignDataRequest": "DesignData"}
    for old, new in LAYER_NAMES.items():
        if old in schemas:
            schemas[new] = schemas.pop(old)
    for node in iter_nodes(result):
        _rename_refs(node, renamed)
    for schema in schemas.values():
        _clean_schema(schema)
    _name_unions(schemas)
    for name, text in DESCRIPTIONS.items():
        if name in schemas:
            schemas[name]["description"] = text
    for schema in schemas.values():
        _complete_page(schema)
    for node in iter_nodes(result["paths"]):
        _name_enum(node, schemas)
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    return result


def iter_nodes(value: Any) -> Iterator[SchemaNode]:
    """Yield every object of a document."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def _rename_refs(node: SchemaNode, renamed: dict[str, str]) -> None:
    for key, value in node.items():
        if isinstance(value, str) and (key == "$ref" or value.startswith(REF_PREFIX)):
            name = value.removeprefix(REF_PREFIX)
            node[key] = REF_PREFIX + renamed[name] if name in renamed else value


def _clean_schema(schema: SchemaNode) -> None:
    """Drop titles and defaults that are objects or null; say the names of an object's members by `propertyNames`."""
    for node in [schema, *(node for each in schema.get("properties", {}).values() for node in iter_nodes(each))]:
        if isinstance(node.get("title"), str):
            del node["title"]
        if "default" in node and (node["default"] is None or isinstance(node["default"], dict | list)):
            words = ", ".join(f"{name} {value}" for name, value in dict(node.pop("default") or {}).items())
            if words:
                node["description"] = f"{node.get('description', '')} Without it: {words}.".strip()
        if "example" in node:
            node["examples"] = [node.pop("example")]
        if "patternProperties" in node:
            ((pattern, value),) = node.pop("patternProperties").items()
            node |= {"propertyNames": {"pattern": pattern}, "additionalProperties": value}


def _name_unions(schemas: dict[str, SchemaNode]) -> None:
    """Make components of the objects and unions that stand in others."""
    schemas["Layer"] = schemas["Placement"]["properties"]["layers"]["items"]
    for owner in ("Placement", "GroupLayer"):
        schemas[owner]["properties"]["layers"]["items"] = {"$ref": f"{REF_PREFIX}Layer"}
    for (owner, name), new in INLINE_SCHEMA_NAMES.items():
        _extract_component(schemas, schemas[owner]["properties"], name, new)
    for schema in schemas.values():
        if "metadata" in schema.get("properties", {}):
            schema["properties"]["metadata"] = {"$ref": f"{REF_PREFIX}Metadata"}


def _extract_component(schemas: dict[str, SchemaNode], held: SchemaNode, name: str, new: str) -> None:
    node = held[name]
    description = {"description": node["description"]} if node.get("description") else {}
    if "anyOf" in node:  # a union, or nothing
        schemas[new], nothing = node["anyOf"]
        held[name] = {"anyOf": [{"$ref": REF_PREFIX + new}, nothing], **description}
    else:
        schemas[new] = node
        held[name] = {"$ref": REF_PREFIX + new, **description}


def _complete_page(schema: SchemaNode) -> None:
    """Say that a page always has its three members; show an address of ours."""
    properties = schema.get("properties", {})
    if set(properties) == {"next", "previous", "results"}:
        schema["required"] = ["next", "previous", "results"]
        for name in ("next", "previous"):
            words = f"Address of the {name} page; null: there is none."
            # The framework's own says `nullable`, which OpenAPI 3.1 knows nothing of.
            properties[name] = {"type": ["string", "null"], "format": "uri", "description": words}


def _name_enum(node: SchemaNode, schemas: dict[str, SchemaNode]) -> None:
    """Let a parameter name the enum that there is."""
    choices = node.get("schema", {}).get("enum") if isinstance(node.get("schema"), dict) else None
    for name, schema in schemas.items():
        if choices and sorted(schema.get("enum", ())) == sorted(choices):
            node["schema"] = {"$ref": REF_PREFIX + name}
            return
