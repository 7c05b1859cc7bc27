"""What people do to files, as the Jupyter server (2.0 and later) tells it: the websocket at api/events/subscribe.

The socket is read at each look; between two looks the system's buffers hold what comes. Nothing here waits for the
server but the handshake, and nothing is believed that does not come as the protocol (RFC 6455) wants it.
"""

from __future__ import annotations

import binascii
import contextlib
import importlib
import json
import os
import time

from errors import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from server import Server

# Of contents_service's actions those by people. `get` comes from every open tab, every few seconds.
ACTIONS_OF_PEOPLE = ("save", "upload", "create", "rename", "copy", "delete")

HANDSHAKE_SECONDS, MAX_HANDSHAKE_BYTES = 3, 16_384
MAX_BYTES_A_LOOK, MAX_MESSAGE_BYTES, MAX_CONTROL_BYTES = 4 << 20, 1 << 18, 125
PING_SECONDS = 30  # between two pings, and within which one is answered
FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 10, 600  # before the next attempt

ACCEPT_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


class EventStream:
    """One subscription, opened again where it is lost; `opened_at` is None while there is none."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.opened_at: float | None = None
        self.told, self.asked = 0, 0  # how often this server told of files, and was asked for that by the agent itself
        self.trouble = ""
        self.pause, self.next_attempt = FIRST_PAUSE_SECONDS, 0.0

    @property
    def has_spoken(self) -> bool:
        """Whether this server ever told anything of files."""
        return self.told > 0

    @property
    def has_told_of_others(self) -> bool:
        """Whether somebody else than the agent was there to be told of: a tab asks for its folder as it opens."""
        return self.told > self.asked

    def look(self, boot: float) -> bool:
        """Whether people did something to files since the last look."""
        did_something = False
        try:
            if self.opened_at is None and boot >= self.next_attempt:
                self.open(boot)
            if self.opened_at is not None:
                for message in self.read_messages():
                    did_something = self.tells_of_people(message) or did_something
                self.check_pulse(boot)
        except (OSError, ValueError, RecursionError, Unreadable) as error:
            self.lose(boot, str(error))
        return did_something

    def tells_of_people(self, message: bytes) -> bool:
        event = json.loads(message)
        if "/contents_service/" not in str(event.get("schema_id") if isinstance(event, dict) else None):
            return False
        self.told += 1
        return event.get("action") in ACTIONS_OF_PEOPLE

    def open(self, boot: float) -> None:
        deadline = time.monotonic() + HANDSHAKE_SECONDS
        self.connection = self.server.connect(HANDSHAKE_SECONDS)
        self.opened_at, self.buffer, self.message, self.is_amid_message = boot, bytearray(), b"", False
        self.pinged_at, self.is_ponged = boot, True
        key = binascii.b2a_base64(os.urandom(16), newline=False)
        request = (
            f"GET {self.server.path_of('events/subscribe')} HTTP/1.1\r\n{self.server.head_fields()}"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key.decode()}\r\n\r\n"
        )
        self.connection.sendall(request.encode())
        while b"\r\n\r\n" not in self.buffer:
            self.connection.settimeout(max(deadline - time.monotonic(), 0.01))
            received = self.connection.recv(4096)
            self.buffer += received
            if not received or len(self.buffer) > MAX_HANDSHAKE_BYTES or time.monotonic() > deadline:
                raise Unreadable("no answer to the handshake")
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        check_handshake(bytes(head), key)
        self.connection.setblocking(False)
        self.trouble = ""
        if not self.has_spoken:
            self.ask()

    def ask(self) -> None:
        """Ask for the server's folder, without what is in it: a stream that is good for anything tells of that."""
        self.asked += 1
        with contextlib.suppress(OSError, Unreadable):
            self.server.fetch(f"{self.server.path_of('contents')}&content=0")

    def read_messages(self) -> Iterator[bytes]:
        """All messages that are there. Raises Unreadable where the stream is over, or is none."""
        left = MAX_BYTES_A_LOOK
        while True:
            yield from self.take_messages()
            try:
                received = self.connection.recv(1 << 16)
            except BlockingIOError:
                return
            left -= len(received)
            if not received:
                raise Unreadable("the server closed it")
            if left < 0:
                raise Unreadable("it floods")
            self.buffer += received

    def take_messages(self) -> Iterator[bytes]:
        """The whole messages in the buffer, which they leave; pings are answered on the way."""
        at = 0
        while True:
            frame = parse_frame(self.buffer, at)
            if frame is None:
                del self.buffer[:at]
                return
            opcode, is_final, payload, at = frame
            if opcode >= CLOSE:
                self.take_control_frame(opcode, payload)
                continue
            if (opcode == CONTINUATION) != self.is_amid_message or len(self.message) + len(payload) > MAX_MESSAGE_BYTES:
                raise Unreadable("frames out of order, or a message too long")
            self.message, self.is_amid_message = self.message + payload, not is_final
            if is_final:
                whole, self.message = self.message, b""
                yield whole

    def take_control_frame(self, opcode: int, payload: bytes) -> None:
        if opcode == CLOSE:
            raise Unreadable("the server closed it")
        if opcode == PING:
            self.send(PONG, payload)
        self.is_ponged = self.is_ponged or opcode == PONG

    def check_pulse(self, boot: float) -> None:
        """A server that hangs is known by the ping that it does not answer."""
        if boot < self.pinged_at + PING_SECONDS:
            return
        if not self.is_ponged:
            raise Unreadable("it stalls")
        self.pinged_at, self.is_ponged = boot, False
        self.send(PING, b"")

    def send(self, opcode: int, payload: bytes) -> None:
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        self.connection.send(bytes([0x80 | opcode, 0x80 | len(payload)]) + mask + masked)

    def lose(self, boot: float, trouble: str) -> None:
        """The longer one lasted, the sooner the next is tried."""
        if self.opened_at is not None:
            self.connection.close()
            if boot > self.opened_at + MAX_PAUSE_SECONDS:
                self.pause = FIRST_PAUSE_SECONDS
        self.opened_at, self.trouble = None, trouble
        self.next_attempt, self.pause = boot + self.pause, min(self.pause * 2, MAX_PAUSE_SECONDS)


def parse_frame(buffer: bytearray, at: int) -> tuple[int, bool, bytes, int] | None:
    """The opcode, whether it is its message's last, the payload and the end of the frame there; None until it is whole.

    Raises Unreadable on what no server may send to a client that asked for no extension.
    """
    if len(buffer) < at + 2:
        return None
    first, length = buffer[at], buffer[at + 1]
    opcode, is_final, start = first & 0x0F, first >= 0x80, at + 2
    is_control = opcode >= CLOSE
    if first & 0x70 or opcode not in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG) or length > 127:
        raise Unreadable("no frame of a websocket's server")
    if is_control and (length > MAX_CONTROL_BYTES or not is_final):
        raise Unreadable("a control frame that is too long or in parts")
    if length > 125:
        size = 2 if length == 126 else 8
        if len(buffer) < start + size:
            return None
        length, start = int.from_bytes(buffer[start : start + size], "big"), start + size
    if length > MAX_MESSAGE_BYTES:
        raise Unreadable(f"a frame of {length} bytes")
    end = start + length
    return (opcode, is_final, bytes(buffer[start:end]), end) if len(buffer) >= end else None


def check_handshake(head: bytes, key: bytes) -> None:
    status, *lines = head.decode("latin-1").split("\r\n")
    if status[9:12] != "101":
        raise Unreadable(f"HTTP {status[9:12]}")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    accept = binascii.b2a_base64(sha1(key + ACCEPT_GUID), newline=False).decode()
    if headers.get("upgrade", "").lower() != "websocket" or headers.get("sec-websocket-accept") != accept:
        raise Unreadable("the server does not accept the handshake")


def sha1(data: bytes) -> bytes:
    """By the interpreter's own module: hashlib would load OpenSSL, four megabytes of it."""
    try:
        module: Any = importlib.import_module("_sha1")
    except ImportError:
        module = importlib.import_module("hashlib")
    digest: bytes = module.sha1(data).digest()
    return digest
