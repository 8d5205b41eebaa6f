"""A drf-spectacular hook that makes the components usable by client generators.

Pydantic's schemas are meant for validators. Generators need a name for every object and union, no objects as defaults,
and no titles that repeat the property's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from designs.api.docs.naming import LAYER_NAMES

SchemaNode = dict[str, Any]
REF_PREFIX = "#/components/schemas/"

# (component, property): name of the component that replaces the inline object or union.
INLINE_SCHEMA_NAMES = {
    ("Placement", "background"): "Background",
    ("ShapeLayer", "fill"): "Fill",
    ("TextLayer", "axes"): "AxisValues",
    ("TextLayer", "line_height"): "LineHeight",
    ("TextLayer", "features"): "FontFeatures",
    ("LongForm", "placements"): "Placements",
    ("CreateDesignRequest", "metadata"): "Metadata",
    ("Render", "receipt"): "Receipt",
}
DESCRIPTIONS = {
    "DesignData": "The data to render: a line of text in the short form, or layers on a product's placements in the "
    "long form. Products have narrower limits (`/api/v1/products`). A placement has at most 100 layers, including "
    "those in groups, and groups are nested at most 4 deep.",
    "Background": "Fill of a placement.",
    "Fill": "Fill of a shape.",
    "LineHeight": "A number of ems, or `auto`.",
    "Layer": "One element of a placement; `type` is its kind.",
    "Metadata": "Your own data, stored and returned unchanged: at most 16,384 bytes as JSON.",
    "Placements": "Layers by placement of the product: front, back, wrap.",
}


def finish_components(result: SchemaNode, generator: Any, request: Any, public: bool) -> SchemaNode:  # noqa: ARG001  # the hook's signature
    """Name the components, and remove what client generators do not support."""
    schemas: dict[str, SchemaNode] = result["components"]["schemas"]
    schemas.pop("DesignDataRequest", None)  # the same as in responses
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
    """Yield every object in a document, at any depth."""
    pending = [value]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            yield node
            pending += node.values()
        elif isinstance(node, list):
            pending += node


def _rename_refs(node: SchemaNode, renamed: dict[str, str]) -> None:
    for key, value in node.items():
        if isinstance(value, str) and (key == "$ref" or value.startswith(REF_PREFIX)):
            name = value.removeprefix(REF_PREFIX)
            node[key] = REF_PREFIX + renamed[name] if name in renamed else value


def _clean_schema(schema: SchemaNode) -> None:
    """Remove titles, and defaults that are objects or null; replace `patternProperties` by `propertyNames`."""
    for node in [schema, *(node for each in schema.get("properties", {}).values() for node in iter_nodes(each))]:
        if isinstance(node.get("title"), str):
            del node["title"]
        if "default" in node and (node["default"] is None or isinstance(node["default"], dict | list)):
            defaults = ", ".join(f"{name} {value}" for name, value in dict(node.pop("default") or {}).items())
            if defaults:
                node["description"] = f"{node.get('description', '')} Default: {defaults}.".strip()
        if "example" in node:
            node["examples"] = [node.pop("example")]
        if "patternProperties" in node:
            ((pattern, value),) = node.pop("patternProperties").items()
            node |= {"propertyNames": {"pattern": pattern}, "additionalProperties": value}


def _name_unions(schemas: dict[str, SchemaNode]) -> None:
    """Turn the inline objects and unions into components."""
    schemas["Layer"] = schemas["Placement"]["properties"]["layers"]["items"]
    for owner in ("Placement", "GroupLayer"):
        schemas[owner]["properties"]["layers"]["items"] = {"$ref": f"{REF_PREFIX}Layer"}
    for (owner, name), new in INLINE_SCHEMA_NAMES.items():
        _extract_component(schemas, schemas[owner]["properties"], name, new)
    for schema in schemas.values():
        if "metadata" in schema.get("properties", {}):
            schema["properties"]["metadata"] = {"$ref": f"{REF_PREFIX}Metadata"}


def _extract_component(schemas: dict[str, SchemaNode], properties: SchemaNode, name: str, new: str) -> None:
    node = properties[name]
    kept = {"description": node["description"]} if node.get("description") else {}
    if "default" in node:
        kept["default"] = node.pop("default")
    if "anyOf" in node:  # the object or union, or null
        schemas[new], null = node["anyOf"]
        properties[name] = {"anyOf": [{"$ref": REF_PREFIX + new}, null], **kept}
    else:
        schemas[new] = node
        properties[name] = {"$ref": REF_PREFIX + new, **kept}


def _complete_page(schema: SchemaNode) -> None:
    """Mark the three members of a page as required, and describe its links."""
    properties = schema.get("properties", {})
    if set(properties) == {"next", "previous", "results"}:
        schema["required"] = ["next", "previous", "results"]
        for name in ("next", "previous"):
            description = f"URL of the {name} page; null if there is none."
            # drf-spectacular writes `nullable`, which OpenAPI 3.1 does not have.
            properties[name] = {"type": ["string", "null"], "format": "uri", "description": description}


def _name_enum(node: SchemaNode, schemas: dict[str, SchemaNode]) -> None:
    """Replace the inline choices of a parameter by a reference to the enum with the same choices."""
    choices = node.get("schema", {}).get("enum") if isinstance(node.get("schema"), dict) else None
    for name, schema in schemas.items():
        if choices and sorted(schema.get("enum", ())) == sorted(choices):
            node["schema"] = {"$ref": REF_PREFIX + name}
            return
