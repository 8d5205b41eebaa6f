"""What goes into and comes out of the cleaning of uploads: the limits, the clean image, and the refusal."""

from dataclasses import dataclass
from typing import Any, Literal

from rendering.ingest.image_limits import BYTES_PER_PIXEL
from rendering.ingest.sniff import REFUSAL_MESSAGES


@dataclass(frozen=True, slots=True)
class IngestLimits:
    """What an image may be, and what decoding it may take."""

    bytes: int = 40_000_000
    pixels: int = 50_000_000
    stored_pixels: int = 25_000_000  # of the full copy; a larger image is shrunk
    side_min: int = 50  # px
    side_max: int = 12_000  # px
    aspect: float = 20.0  # longer side over shorter
    working_side: int = 1_600  # px, longer side of the working copy
    seconds: float = 30.0

    @property
    def answer_bytes(self) -> int:
        """The largest answer: a PNG that does not compress, and its working copy."""
        return self.pixels * 4 + self.bytes

    @property
    def temporary_bytes(self) -> int:
        """What one upload takes of the folder of temporary files: the body, the file, its parts, and the answer."""
        return 3 * self.bytes + self.answer_bytes

    @property
    def memory(self) -> int:
        """The child's address space in bytes: the interpreter with its libraries, and the largest image allowed."""
        return 300_000_000 + BYTES_PER_PIXEL * self.pixels

    @property
    def message_values(self) -> dict[str, Any]:
        """The values that messages of refusals name."""
        return {
            "megapixels": self.pixels / 1e6,
            "side_min": self.side_min,
            "side_max": self.side_max,
            "aspect": self.aspect,
            "what": "",
            "megabytes": self.bytes / 1e6,
        }


@dataclass(frozen=True, slots=True)
class DominantColor:
    """A dominant colour, #RRGGBB, and its share of the visible pixels, 0 to 1."""

    color: str
    share: float


@dataclass(frozen=True, slots=True)
class EncodedCopy:
    """One encoded image; width and height in px."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """An image rebuilt from its pixels: upright, sRGB, no metadata; `working` is `full` itself if that is small."""

    format: Literal["jpeg", "png"]
    full: EncodedCopy
    working: EncodedCopy
    colors: tuple[DominantColor, ...]


class PictureRefused(ValueError):
    """The upload is refused; `code` is the error code, the text a message for shoppers."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(REFUSAL_MESSAGES[code].format(**values))
        self.code = code
