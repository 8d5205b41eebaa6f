"""Use cases: what a user asks for, each in one transaction, with the wake after its commit."""

from designs.services.create import NewDesign, create_design
from designs.services.edit import Edit, edit_design
from designs.services.errors import (
    DesignGoneError,
    EditConflictError,
    IdempotencyConflictError,
    RepeatOfDeletedError,
    SessionOverError,
    UnknownProductError,
)
from designs.services.renders import check_session, delete_design, finish_design, request_render
from designs.services.validation import Assets, assets_of, check_design_data, product_named

__all__ = [
    "Assets",
    "DesignGoneError",
    "Edit",
    "EditConflictError",
    "IdempotencyConflictError",
    "NewDesign",
    "RepeatOfDeletedError",
    "SessionOverError",
    "UnknownProductError",
    "assets_of",
    "check_design_data",
    "check_session",
    "create_design",
    "delete_design",
    "edit_design",
    "finish_design",
    "product_named",
    "request_render",
]
