"""What a catalogue file must be beside well-formed: names that exist, and values that fit each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches

from designs.catalogue.entries import AreaEntry, CatalogueFile, OverrideEntry, ProductEntry
from designs.catalogue.lines import Location
from rendering.engine.geometry.svg_path import read_svg_path
from rendering.engine.geometry.transform import Transform
from rendering.engine.preflight.codes import CODES

Mistake = tuple[Location, str]
_TOLERANCE = 0.01  # mm by which an outline may leave its area


def find_mistakes(
    file: CatalogueFile, techniques: Collection[str] = (), owners: Mapping[str, str] | None = None
) -> Iterator[Mistake]:
    """Yield where a mistake is, and a sentence that says how to fix it.

    `techniques` and `owners` are what the database has: techniques by slug, and by SKU the slug of its product.
    """
    known = frozenset(techniques) | file.techniques.keys()
    for slug, technique in file.techniques.items():
        yield from _check_severities(technique.severities, ("techniques", slug, "severities"))
    for slug, product in file.products.items():
        at: Location = ("products", slug)
        if product.technique:
            yield from _check_technique(product.technique, known, (*at, "technique"))
        yield from _check_severities(product.severities, (*at, "severities"))
        yield from _check_limits(product, at)
        yield from _check_areas(product, known, at)
    yield from _check_skus(file, owners or {})


def _check_skus(file: CatalogueFile, owners: Mapping[str, str]) -> Iterator[Mistake]:
    seen: dict[str, str] = {}
    for slug, product in file.products.items():
        for number, variant in enumerate(product.variants):
            where: Location = ("products", slug, "variants", number, "sku")
            owner = owners.get(variant.sku, slug)
            if variant.sku in seen:
                first = "a variant above" if seen[variant.sku] == slug else f"a variant of {seen[variant.sku]!r}"
                yield where, f"The SKU {variant.sku!r} is that of {first}. Give each variant its own."
            elif owner != slug and owner not in file.products:
                message = (
                    f"The SKU {variant.sku!r} belongs to the product {owner!r}, which this file does not describe."
                )
                yield where, f"{message} Use another SKU, or add that product without it."
            seen.setdefault(variant.sku, slug)


def _check_technique(name: str, known: Collection[str], where: Location) -> Iterator[Mistake]:
    if name not in known:
        yield where, f"There is no technique {name!r}.{_suggest(name, known)} Add it under [techniques], or correct it."


def _check_severities(severities: Mapping[str, str], where: Location) -> Iterator[Mistake]:
    for code in severities:
        if code not in CODES:
            message = f"No finding has the code {code!r}.{_suggest(code, CODES)}"
            yield (*where, code), f"{message} Take a code of docs/catalogue.md, or leave it out."


def _check_limits(product: ProductEntry, at: Location) -> Iterator[Mistake]:
    for low, high in (("text_min", "text_max"), ("size_min", "size_max")):
        least, most = getattr(product, low), getattr(product, high)
        if least > most:
            yield (*at, low), f"{low}, {least:g}, is above {high}, {most:g}. Lower it, or raise {high}."


def _check_areas(product: ProductEntry, known: Collection[str], at: Location) -> Iterator[Mistake]:
    main = sum(area.main for area in product.areas)
    if main != 1:
        count = "No area is" if main == 0 else f"{main} areas are"
        yield (*at, "areas"), f"{count} the main one. Write main = true in just one: designs begin on it."
    present = {kind: {getattr(each, kind) for each in product.variants} for kind in ("size", "sku")}
    for number, area in enumerate(product.areas):
        where: Location = (*at, "areas", number)
        if area.placement in {each.placement for each in product.areas[:number]}:
            yield (*where, "placement"), f"There are two areas {area.placement!r}. Rename or remove one."
        if area.technique:
            yield from _check_technique(area.technique, known, (*where, "technique"))
        found = list(_check_geometry(area, area, where))
        yield from found
        known_texts = {text for _, text in found}  # an override repeats the mistakes of its area
        for position, override in enumerate(area.overrides):
            within: Location = (*where, "overrides", position)
            yield from _check_matches(override, present, within)
            if override.technique:
                yield from _check_technique(override.technique, known, (*within, "technique"))
            repeated = _check_geometry(area, override, within)
            yield from (mistake for mistake in repeated if mistake[1] not in known_texts)


def _check_matches(override: OverrideEntry, present: Mapping[str, set[str]], where: Location) -> Iterator[Mistake]:
    if not override.sizes and not override.skus:
        yield where, "The override holds for no variant. Name `sizes` or `skus`."
    if not override.model_fields_set - {"sizes", "skus"}:
        yield where, "The override changes nothing. Name what differs, such as width_mm, or remove it."
    for kind, names in (("size", override.sizes), ("sku", override.skus)):
        for number, name in enumerate(names):
            if name not in present[kind]:
                shown = kind.upper() if kind == "sku" else kind
                message = f"No variant of this product has the {shown} {name!r}.{_suggest(name, present[kind])}"
                yield (*where, f"{kind}s", number), f"{message} Correct it, or add the variant."


def _check_geometry(area: AreaEntry, values: AreaEntry | OverrideEntry, where: Location) -> Iterator[Mistake]:
    """Check lengths against each other: those of an override with what it leaves as it is."""

    def get(name: str) -> float:
        value = getattr(values, name)
        return float(getattr(area, name) if value is None else value)

    shorter = min(get("width_mm"), get("height_mm"))
    if 2 * get("safe_mm") >= shorter:
        yield (
            (*where, "safe_mm"),
            f"safe_mm, {get('safe_mm'):g} on each side, leaves nothing of {shorter:g} mm. Lower it.",
        )
    if 2 * get("corner_radius_mm") > shorter:
        message = f"corner_radius_mm, {get('corner_radius_mm'):g}, is more than half of {shorter:g} mm. Lower it."
        yield (*where, "corner_radius_mm"), message
    if 0 < get("recommended_dpi") < get("min_dpi"):
        message = f"recommended_dpi, {get('recommended_dpi'):g}, is below min_dpi, {get('min_dpi'):g}."
        yield (*where, "recommended_dpi"), f"{message} Raise it, or leave it out."
    outline = area.outline if values.outline is None else values.outline
    if outline and get("corner_radius_mm"):
        yield (*where, "corner_radius_mm"), "An outline has its own corners. Leave out corner_radius_mm or the outline."
    if outline and (values.outline or values.width_mm or values.height_mm):
        yield from _check_outline(outline, get("width_mm"), get("height_mm"), (*where, "outline"))
    for color, count in Counter(values.colors or ()).items():
        if count > 1:
            yield (*where, "colors"), f"The colour {color} is there {count} times. Leave it once."


def _check_outline(data: str, width: float, height: float, where: Location) -> Iterator[Mistake]:
    try:
        bounds = read_svg_path(data).bounding_rect(Transform())
    except ValueError as error:
        text = str(error)
        yield where, f"{text[:1].upper()}{text[1:]}. Export the outline as a path of M, L, C and Z in mm."
        return
    if bounds and (
        min(bounds.left, bounds.top) < -_TOLERANCE
        or bounds.right > width + _TOLERANCE
        or bounds.bottom > height + _TOLERANCE
    ):
        box = f"({bounds.left:g}, {bounds.top:g}) to ({bounds.right:g}, {bounds.bottom:g})"
        message = f"The outline goes from {box}, but the area is {width:g} × {height:g} mm."
        yield where, f"{message} Draw it from (0, 0) in mm, or enlarge the area."


def _suggest(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, sorted(known), 1)
    return f" Did you mean {near[0]!r}?" if near else ""
