"""What was shipped before: digests of entries, so that those that nobody has changed get the newest ones."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from pydantic import BaseModel

EARLIER: Mapping[str, frozenset[str]] = {
    "t-shirt": frozenset({"5494de8f1543737d"}),
    "hoodie": frozenset({"bf29c7b8e7cd64e8"}),
    "tote-bag": frozenset({"5037abb16cc24668"}),
    "mug": frozenset({"a8ad66b4b8579cb9"}),
    "poster": frozenset({"70bc5034cf5dcf75"}),
}
"""By the name of a product or "technique:SLUG", the digests of what it was in earlier versions."""


def digest_entry(entry: BaseModel) -> str:
    """Hash what differs from the defaults, but not whether it is active: that is always the operator's decision."""
    values = entry.model_dump(exclude_defaults=True, exclude={"active"})
    for name, key in (("areas", "placement"), ("variants", "sku")):
        if name in values:
            values[name] = sorted(values[name], key=lambda each: str(each[key]))
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]
