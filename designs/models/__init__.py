from designs.models.asset import Asset, AssetUse
from designs.models.design import Design, DesignRevision, DesignStatus
from designs.models.event import Event, EventType
from designs.models.garbage import Garbage
from designs.models.heartbeat import Heartbeat
from designs.models.idempotency import IdempotencyKey, ResourceKind
from designs.models.moderation import Moderation, ModerationState
from designs.models.override import Override
from designs.models.pin import Pin
from designs.models.print_file import PrintFile
from designs.models.product import PrintArea, Product
from designs.models.quota import Quota
from designs.models.render import UNFINISHED, UNFINISHED_SQL, Lane, Render, RenderState
from designs.models.rendition import Rendition
from designs.models.technique import Technique
from designs.models.variant import Variant

__all__ = [
    "UNFINISHED",
    "UNFINISHED_SQL",
    "Asset",
    "AssetUse",
    "Design",
    "DesignRevision",
    "DesignStatus",
    "Event",
    "EventType",
    "Garbage",
    "Heartbeat",
    "IdempotencyKey",
    "Lane",
    "Moderation",
    "ModerationState",
    "Override",
    "Pin",
    "PrintArea",
    "PrintFile",
    "Product",
    "Quota",
    "Render",
    "RenderState",
    "Rendition",
    "ResourceKind",
    "Technique",
    "Variant",
]
