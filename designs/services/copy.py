"""Copies a design: a reorder, or a start from what somebody made before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from designs.models import Design
from designs.services.create import NewDesign, create_design
from designs.services.errors import UncopyableError, UnknownProductError
from designs.services.pins import find_revision
from rendering.engine.validation.problems import SpecError


@dataclass(frozen=True, slots=True)
class DesignCopy:
    """What a copy takes over: `revision` (the newest if None), and the values that replace the original's."""

    revision: int | None = None
    metadata: dict[str, Any] | None = None
    external_id: str = ""
    customer: str | None = None
    render: bool = True


def copy_design(
    original: Design, copy: DesignCopy, idempotency_key: str = "", request_sha256: str = ""
) -> tuple[Design, bool]:
    """Create a design with the data of a revision; return it and whether it is new.

    The data must meet today's rules of its product. The shop's own number is not taken over, because it names one
    design. Raises UncopyableError, UnknownRevisionError, and what `create_design` raises for quotas and keys.
    """
    revision = find_revision(original, original.revision if copy.revision is None else copy.revision)
    new = NewDesign(
        owner_id=original.owner_id,
        is_test=original.test,
        product_type=original.product.slug,
        design_data=revision.design_data,
        metadata=original.metadata if copy.metadata is None else copy.metadata,
        external_id=copy.external_id,
        customer=original.customer if copy.customer is None else copy.customer,
        render=copy.render,
        copied_from=original.pk,
    )
    try:
        return create_design(new, idempotency_key, request_sha256)
    except UnknownProductError as error:
        raise UncopyableError(f"Its product {new.product_type} is no longer offered.") from error
    except SpecError as error:
        raise UncopyableError(error.problems[0].message) from error
