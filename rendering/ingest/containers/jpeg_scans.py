"""Which coefficients the scans of a JPEG have brought (ITU-T T.81, B.2.3, G.1.1): with all of them it is complete."""

from __future__ import annotations

from rendering.ingest.containers.header import MalformedFile

PROGRESSIVE_FRAME = 0xC2
COEFFICIENTS = 64
_WHOLE = (1 << COEFFICIENTS) - 1


class ScanCoverage:
    """The coefficients of each component that came in their last precision, as bits."""

    def __init__(self) -> None:
        self._missing: dict[int, int] = {}
        self._is_progressive = False

    def add_frame(self, marker: int, frame: bytes) -> None:
        """Note the components of a frame header, from its precision on."""
        self._is_progressive = marker == PROGRESSIVE_FRAME
        self._missing = {frame[6 + 3 * number]: _WHOLE for number in range(frame[5])}

    def add_scan(self, scan: bytes) -> None:
        """Note what a scan brings, by its header without marker and length; MalformedFile if it is too short."""
        count = scan[0]
        if len(scan) < 4 + 2 * count:
            raise MalformedFile("A scan's header is too short.")
        first, last, shifts = scan[1 + 2 * count : 4 + 2 * count]
        brought = _WHOLE
        if self._is_progressive:
            last_bit_missing = shifts & 15
            brought = 0 if last_bit_missing else (1 << last + 1) - (1 << first)
        for number in range(count):
            component = scan[1 + 2 * number]
            if component in self._missing:
                self._missing[component] &= ~brought

    @property
    def is_complete(self) -> bool:
        """Whether every coefficient of every component was in a scan."""
        return bool(self._missing) and not any(self._missing.values())
