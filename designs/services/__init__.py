"""Use cases: each runs in one transaction, and wakes the workers after its commit."""

from designs.services.copy import DesignCopy, copy_design
from designs.services.create import NewDesign, create_design, find_repeated
from designs.services.customers import reassign_customer
from designs.services.edit import DesignEdit, edit_design
from designs.services.errors import (
    CodeError,
    DesignGoneError,
    EditConflictError,
    IdempotencyConflictError,
    NoInkError,
    NotRenderedError,
    RepeatOfDeletedError,
    SessionOverError,
    UncopyableError,
    UnknownProductError,
    UnknownRevisionError,
    UploadInProgressError,
    VariantGoneError,
)
from designs.services.locked_layers import LockedLayerError
from designs.services.locks import check_session_round
from designs.services.moderation import moderate_revision
from designs.services.overrides import (
    Decider,
    find_blockers,
    find_stored_findings,
    list_overridden_codes,
    override_finding,
    remove_override,
)
from designs.services.pins import find_revision, pin_revision, unpin
from designs.services.print_files import (
    NewPrintFile,
    NotPrintableError,
    PrintPlan,
    order_print_file,
    plan_print_file,
    select_print_files,
)
from designs.services.renders import check_session, delete_design, finish_design, request_render
from designs.services.validation import (
    AssetsById,
    CheckedDesign,
    check_design_data,
    find_assets,
    find_product,
    parse_on_variant,
    read_revision,
)
from designs.services.variants import VariantChoice, look_up_variant

__all__ = [
    "AssetsById",
    "CheckedDesign",
    "CodeError",
    "Decider",
    "DesignCopy",
    "DesignEdit",
    "DesignGoneError",
    "EditConflictError",
    "IdempotencyConflictError",
    "LockedLayerError",
    "NewDesign",
    "NewPrintFile",
    "NoInkError",
    "NotPrintableError",
    "NotRenderedError",
    "PrintPlan",
    "RepeatOfDeletedError",
    "SessionOverError",
    "UncopyableError",
    "UnknownProductError",
    "UnknownRevisionError",
    "UploadInProgressError",
    "VariantChoice",
    "VariantGoneError",
    "check_design_data",
    "check_session",
    "check_session_round",
    "copy_design",
    "create_design",
    "delete_design",
    "edit_design",
    "find_assets",
    "find_blockers",
    "find_product",
    "find_repeated",
    "find_revision",
    "find_stored_findings",
    "finish_design",
    "list_overridden_codes",
    "look_up_variant",
    "moderate_revision",
    "order_print_file",
    "override_finding",
    "parse_on_variant",
    "pin_revision",
    "plan_print_file",
    "read_revision",
    "reassign_customer",
    "remove_override",
    "request_render",
    "select_print_files",
    "unpin",
]
