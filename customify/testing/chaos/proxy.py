"""A fault-injecting proxy in front of an S3 server (`python -m customify.testing.chaos.proxy …`).

It forwards requests unchanged (their signatures cover the host that the client used), each on its own connection, and
injects faults into some of them, determined by the seed and the number of the request. A control port takes one JSON
object a line.

Written by hand because known fault proxies work on TCP connections: they cannot store an upload and then answer with an
error, answer a single upload with a lie, or hold it until a test releases it. It uses the standard library only.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import socket
import struct
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields

from customify.testing.chaos.raw_requests import RawRequest, read_request

HOST = "127.0.0.1"
HEAD_LIMIT = 1 << 16  # bytes of the head of a request or response
# The faults, in the order in which their probabilities are added up.
FAULT_KINDS = ("error", "stored_then_error", "hang", "reset", "slow", "truncate", "lose", "halve")
LIES = {"lose", "halve"}  # an upload is answered with success, and nothing or half of it is stored
PASS, FAULTS, REFUSE, HOLD, LATE = "pass", "faults", "refuse", "hold", "late"
HOLDING = (HOLD, LATE)  # uploads wait until they are released; a late one is stored although its client has gone


@dataclass(slots=True)
class FaultSettings:
    """The settings of the proxy: its mode, the share of requests for each fault, and delays."""

    mode: str = PASS
    shares: Mapping[str, float] = field(default_factory=dict)
    hang: float = 1.0  # s before a hanging request is dropped
    slow: float = 0.5  # s over which a slow upload is spread
    only: str = ""  # faults hit requests alone whose method and path (`GET /bucket/key`) begin with this
    false_etag: bool = False  # a lie has the ETag of what was sent, else of what is stored, and none for nothing

    def apply_changes(self, changes: Mapping[str, object]) -> None:
        """Apply changes from the control port. Raises ValueError for unknown settings or modes."""
        names = {one.name for one in fields(self)}
        if set(changes) - names or changes.get("mode", self.mode) not in {PASS, FAULTS, REFUSE, *HOLDING}:
            message = f"The settings are {', '.join(sorted(names))}; modes are pass, faults, refuse, hold and late."
            raise ValueError(message)
        for name, value in changes.items():
            setattr(self, name, value)

    def pick_kind(self, chance: float) -> str:
        """Return the fault for a random number from 0 to 1, "" to forward the request."""
        for kind in FAULT_KINDS:
            chance -= self.shares.get(kind, 0.0)
            if chance < 0:
                return kind
        return ""


class FaultProxy:
    """Forwards requests to `upstream`, a port of this machine, and injects faults into some of them.

    Half of a signed upload would be refused, so it is stored through `filer`, the port of the file server behind the
    store; without one nothing is stored. The count `overwritten` is of uploads that replaced another content.
    """

    def __init__(self, upstream: int, seed: int, filer: int = 0) -> None:
        self.upstream, self.filer, self.faults, self.counts = upstream, filer, FaultSettings(), Counter[str]()
        self._uploaded: dict[str, str] = {}  # MD5 by path
        self._rng = random.Random(seed)  # noqa: S311 - reproducible, no security
        self._held_uploads: list[asyncio.Event] = []

    async def serve_client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection until it ends or a fault closes it."""
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            while request := await read_request(reader, writer):
                if not await self._answer_request(request, writer):
                    break
        writer.close()

    async def serve_control(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read changes, one JSON object a line, and answer each with the counts so far.

        `release` releases that many held uploads, the oldest first; any mode except `hold` and `late` releases all.
        """
        while line := await reader.readline():
            try:
                changes = json.loads(line)
                release = changes.pop("release", 0)
                self.faults.apply_changes(changes)
                answer: dict[str, object] = dict(self.counts)
                for held in self._held_uploads[: release if self.faults.mode in HOLDING else None]:
                    held.set()
            except ValueError as error:
                answer = {"refused": str(error)}
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
        writer.close()

    async def _answer_request(self, request: RawRequest, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; return False if the connection must be closed afterwards."""
        chance = self._rng.random()  # drawn for every request, so that a change of mode does not affect later ones
        self.counts["requests"] += 1
        if self.faults.mode in HOLDING and request.method == "PUT":
            return await self._answer_held(request, writer, is_late=self.faults.mode == LATE)
        kind = {REFUSE: "error", FAULTS: self.faults.pick_kind(chance)}.get(self.faults.mode, "")
        if (kind in LIES and request.method != "PUT") or not request.target.startswith(self.faults.only):
            kind = ""
        if not kind:
            writer.write(await self._forward_request(request, request.body))
            await writer.drain()
            return True
        self.counts[kind] += 1
        faults: dict[str, Callable[[RawRequest, asyncio.StreamWriter], Awaitable[bool]]] = {
            "error": self._send_error,
            "stored_then_error": self._store_then_send_error,
            "hang": self._hang_then_close,
            "reset": self._reset_connection,
            "slow": self._answer_slowly,
            "truncate": self._truncate_body,
            "lose": self._lose_upload,
            "halve": self._halve_upload,
        }
        return await faults[kind](request, writer)

    async def _answer_held(self, request: RawRequest, writer: asyncio.StreamWriter, *, is_late: bool) -> bool:
        """Forward an upload once it is released; where its client has disconnected, only if it `is_late`."""
        await self._wait_for_release()
        if writer.transport.is_closing() and not is_late:
            return False
        self.counts["released"] += 1
        answer = await self._forward_request(request, request.body)
        if writer.transport.is_closing():
            return False
        writer.write(answer)
        await writer.drain()
        return True

    async def _wait_for_release(self) -> None:
        self.counts["held"] += 1
        released = asyncio.Event()
        self._held_uploads.append(released)
        await released.wait()
        self._held_uploads.remove(released)

    async def _lose_upload(self, request: RawRequest, writer: asyncio.StreamWriter) -> bool:
        return await self._answer_with_success(request, b"", writer)

    async def _halve_upload(self, request: RawRequest, writer: asyncio.StreamWriter) -> bool:
        half = request.body[: len(request.body) // 2] if self.filer else b""
        if half:
            head = f"PUT /buckets{request.path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {len(half)}\r\n"
            await self._send_to(self.filer, f"{head}Connection: close\r\n\r\n".encode() + half)
        return await self._answer_with_success(request, half, writer)

    async def _answer_with_success(self, request: RawRequest, stored: bytes, writer: asyncio.StreamWriter) -> bool:
        told = request.body if self.faults.false_etag else stored
        etag = f'ETag: "{_hash_body(told)}"\r\n' if told else ""
        writer.write(f"HTTP/1.1 200 OK\r\n{etag}Content-Length: 0\r\n\r\n".encode())
        await writer.drain()
        return True

    async def _forward_request(self, request: RawRequest, body: bytes) -> bytes:
        if request.method == "PUT":
            sent = _hash_body(body)
            self.counts["overwritten"] += self._uploaded.setdefault(request.path, sent) != sent
        answer = await self._send_to(self.upstream, request.build_forwarded(body))
        return answer.replace(b"Connection: close\r\n", b"", 1)

    async def _send_to(self, port: int, raw: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(HOST, port, limit=HEAD_LIMIT)
        try:
            writer.write(raw)
            await writer.drain()
            return await reader.read(-1)
        finally:
            writer.close()

    async def _send_error(self, request: RawRequest, writer: asyncio.StreamWriter) -> bool:  # noqa: ARG002
        status = "503 Slow Down" if self.counts["error"] % 2 else "500 Internal Server Error"
        code = "SlowDown" if self.counts["error"] % 2 else "InternalError"
        body = f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>a fault of the test</Message></Error>'
        writer.write(
            f"HTTP/1.1 {status}\r\nContent-Type: application/xml\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        await writer.drain()
        return True

    async def _store_then_send_error(self, request: RawRequest, writer: asyncio.StreamWriter) -> bool:
        await self._forward_request(request, request.body)
        return await self._send_error(request, writer)

    async def _hang_then_close(self, request: RawRequest, writer: asyncio.StreamWriter) -> bool:  # noqa: ARG002
        await asyncio.sleep(self.faults.hang)
        return False

    async def _reset_connection(self, request: RawRequest, writer: asyncio.StreamWriter) -> bool:  # noqa: ARG002
        connection = writer.get_extra_info("socket")
        # With a linger time of 0, closing sends RST instead of FIN.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False

    async def _answer_slowly(self, request: RawRequest, writer: asyncio.StreamWriter) -> bool:
        answer = await self._forward_request(request, request.body)
        for byte in range(10):
            writer.write(answer[byte : byte + 1])
            await writer.drain()
            await asyncio.sleep(self.faults.slow / 10)
        writer.write(answer[10:])
        await writer.drain()
        return True

    async def _truncate_body(self, request: RawRequest, writer: asyncio.StreamWriter) -> bool:
        """Send half of an upload to the store, or half of any other response to the client, and close."""
        if request.body:
            _, upstream = await asyncio.open_connection(HOST, self.upstream)
            upstream.write(request.build_forwarded(request.body[: len(request.body) // 2]))
            await upstream.drain()
            upstream.close()
            return False
        answer = await self._forward_request(request, b"")
        writer.write(answer[: len(answer) // 2])
        await writer.drain()
        return False


def _hash_body(body: bytes) -> str:
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


class ProxyControl:
    """A client of a proxy's control port."""

    def __init__(self, port: int) -> None:
        self.port = port

    def __call__(self, **changes: object) -> dict[str, int]:
        """Change settings and return the counts so far. Raises ValueError if the proxy refuses."""
        with socket.create_connection((HOST, self.port), timeout=10) as connection:
            connection.sendall(json.dumps(changes).encode() + b"\n")
            with connection.makefile() as lines:
                answer = json.loads(lines.readline())
        if "refused" in answer:
            raise ValueError(answer["refused"])
        counts: dict[str, int] = answer
        return counts


async def run_proxy(port: int, control_port: int, upstream: int, seed: int, filer: int) -> None:
    """Serve both ports until the process ends."""
    proxy = FaultProxy(upstream, seed, filer)
    await asyncio.start_server(proxy.serve_control, HOST, control_port)
    server = await asyncio.start_server(proxy.serve_client, HOST, port, limit=HEAD_LIMIT)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for name in ("port", "control-port", "upstream", "seed"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--filer", type=int, default=0)
    asyncio.run(run_proxy(**vars(parser.parse_args())))
