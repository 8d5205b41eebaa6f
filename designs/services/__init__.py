"""Use cases: each runs in one transaction, and wakes the workers after its commit."""

from designs.services.copy import DesignCopy, copy_design
from designs.services.create import NewDesign, create_design, find_repeated
from designs.services.customers import reassign_customer
from designs.services.edit import DesignEdit, edit_design
from designs.services.errors import (
    DesignGoneError,
    EditConflictError,
    IdempotencyConflictError,
    NoInkError,
    RepeatOfDeletedError,
    SessionOverError,
    UncopyableError,
    UnknownProductError,
    UnknownRevisionError,
    UploadInProgressError,
)
from designs.services.locked_layers import LockedLayerError
from designs.services.locks import check_session_round
from designs.services.moderation import moderate_revision
from designs.services.pins import find_revision, pin_revision, unpin
from designs.services.renders import check_session, delete_design, finish_design, request_render
from designs.services.validation import AssetsById, check_design_data, find_assets, find_product

__all__ = [
    "AssetsById",
    "DesignCopy",
    "DesignEdit",
    "DesignGoneError",
    "EditConflictError",
    "IdempotencyConflictError",
    "LockedLayerError",
    "NewDesign",
    "NoInkError",
    "RepeatOfDeletedError",
    "SessionOverError",
    "UncopyableError",
    "UnknownProductError",
    "UnknownRevisionError",
    "UploadInProgressError",
    "check_design_data",
    "check_session",
    "check_session_round",
    "copy_design",
    "create_design",
    "delete_design",
    "edit_design",
    "find_assets",
    "find_product",
    "find_repeated",
    "find_revision",
    "finish_design",
    "moderate_revision",
    "pin_revision",
    "reassign_customer",
    "request_render",
    "unpin",
]
