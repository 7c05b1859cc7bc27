"""What a kernel publishes of its work, read as every tab reads it: from the kernel's IOPub socket.

A Jupyter server takes many questions of a forgotten tab for activity, and their answers for the end of a cell. The
kernel's status messages name the request that each is about. Nothing is sent to the kernel but the subscription, in
ZMTP 3.0 (https://rfc.zeromq.org/spec/23/), as pyzmq is not in the standard library.
"""

from __future__ import annotations

import json
import os
import re
import socket
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CONNECT_SECONDS = 0.2
MAX_CONNECTION_FILE_BYTES = 8192
READ_BYTES = 1 << 14
MAX_READS = 128  # at one look
MAX_FRAME_BYTES = 4096  # of a frame that is looked at; larger ones are left out
MAX_RUNNING = 1000
STATUS_FRAMES = 7  # topic, delimiter, signature, header, parent header, metadata, content

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
READY = b"\x04\x19\x05READY\x0bSocket-Type\0\0\0\x03SUB"
SUBSCRIPTION = b"\x00\x08\x01kernel."
MORE, LONG, COMMAND = 1, 2, 4  # flags of a frame

# What a tab asks for by itself: as it is opened, is connected again, or shows how much memory a kernel uses.
QUESTIONS_OF_TABS = (
    "comm_info_request connect_request create_subshell_request debug_request delete_subshell_request history_request"
    " kernel_info_request list_subshell_request usage_request"
).split()


class KernelMessages:
    """A subscription to one kernel's status messages. Raises OSError or ValueError where there can be none."""

    def __init__(self, cmdline: list[str]) -> None:
        self.buffer, self.bytes_to_skip = b"", 0
        self.frames: list[bytes] = []
        self.ready = False  # the kernel's side has answered: no message since the subscription was missed
        self.worked = False  # whether it did what no tab asks for by itself, since clear() was called
        self.running: set[bytes] = set()  # the ids of the requests for a cell that it is busy with
        self.socket = connect(read_connection(cmdline))
        try:
            self.greet()
        except (OSError, ValueError):
            self.close()
            raise
        self.socket.setblocking(False)

    def greet(self) -> None:
        self.socket.sendall(GREETING)
        greeting = self.receive_greeting()
        if greeting[:1] != b"\xff" or greeting[9:10] != b"\x7f" or greeting[12:17] != b"NULL\0":
            raise ValueError("it speaks another protocol")
        self.socket.sendall(READY + SUBSCRIPTION)

    def receive_greeting(self) -> bytes:
        """The other side's greeting: a kernel that accepts before it was greeted sends its own in pieces."""
        greeting, deadline = b"", time.monotonic() + CONNECT_SECONDS
        while len(greeting) < len(GREETING):
            self.socket.settimeout(max(deadline - time.monotonic(), 0.001))
            received = self.socket.recv(len(GREETING) - len(greeting))
            if not received:
                raise ConnectionError("the kernel closed it")
            greeting += received
        return greeting

    def read(self) -> None:
        """Take what has come in. Raises OSError where the connection is lost, ValueError where it makes no sense."""
        for _ in range(MAX_READS):
            try:
                received = self.socket.recv(READ_BYTES)
            except BlockingIOError:
                return
            if not received:
                raise ConnectionError("the kernel closed it")
            self.buffer += received
            while self.take_frame():
                pass
        self.worked = True  # more than can be read

    def take_frame(self) -> bool:
        """Take one frame, or a piece of one that is left out, off the buffer; False where more must come in first."""
        if self.bytes_to_skip:
            skipped = min(self.bytes_to_skip, len(self.buffer))
            self.buffer, self.bytes_to_skip = self.buffer[skipped:], self.bytes_to_skip - skipped
            return skipped > 0
        head = 9 if self.buffer[:1] and self.buffer[0] & LONG else 2
        if len(self.buffer) < head:
            return False
        flags, length = self.buffer[0], int.from_bytes(self.buffer[1:head], "big")
        if length > MAX_FRAME_BYTES:
            self.buffer, self.bytes_to_skip, body = self.buffer[head:], length, b""
        elif len(self.buffer) < head + length:
            return False
        else:
            self.buffer, body = self.buffer[head + length :], self.buffer[head : head + length]
        self.take_body(flags, body)
        return True

    def take_body(self, flags: int, body: bytes) -> None:
        if flags & COMMAND:
            self.ready = self.ready or body.startswith(b"\x05READY")
            return
        if len(self.frames) < STATUS_FRAMES:
            self.frames.append(body)
        if not flags & MORE:
            if len(self.frames) == STATUS_FRAMES and self.frames[0].endswith(b".status"):
                self.take_status(parent=self.frames[4], content=self.frames[6])
            self.frames = []

    def take_status(self, parent: bytes, content: bytes) -> None:
        request, state = text_in(parent, b"msg_type"), text_in(content, b"execution_state")
        if not request or request.decode("latin-1") in QUESTIONS_OF_TABS:
            return
        self.worked = True
        if request == b"execute_request":
            message = text_in(parent, b"msg_id")
            if state == b"busy" and len(self.running) < MAX_RUNNING:
                self.running.add(message)
            elif state == b"idle":
                self.running.discard(message)

    def close(self) -> None:
        self.socket.close()


def text_in(document: bytes, key: bytes) -> bytes:
    """The text at a key of a JSON object: a regular expression costs a fraction of reading all of it."""
    found = re.search(rb'"' + key + rb'": ?"([^"]{0,100})"', document)
    return found[1] if found else b""


def connection_file(cmdline: list[str]) -> str:
    """The file with a kernel's sockets on its command line: `-f FILE`, `--f=FILE` …; empty where it names none."""
    files = [word.rpartition("=")[2] for word in cmdline[1:] if word.endswith(".json")]
    return files[-1] if files else ""


def read_connection(cmdline: list[str]) -> dict[str, Any]:
    file = os.open(connection_file(cmdline), os.O_RDONLY | os.O_NONBLOCK)
    try:
        connection = json.loads(os.read(file, MAX_CONNECTION_FILE_BYTES))
    finally:
        os.close(file)
    if not isinstance(connection, dict) or type(connection.get("iopub_port")) is not int:
        raise ValueError("no connection file")
    return connection


def ports_of(cmdline: list[str]) -> list[int]:
    """The ports of a kernel's own sockets. Raises OSError or ValueError where it has no connection file."""
    return [value for key, value in read_connection(cmdline).items() if key.endswith("_port") and type(value) is int]


def connect(connection: dict[str, Any]) -> socket.socket:
    """A connection to the socket that the kernel publishes on, which must be on this machine."""
    host, port = str(connection.get("ip")), connection["iopub_port"]
    if connection.get("transport") == "ipc":
        found = socket.socket(socket.AF_UNIX)
        address: Any = f"{host}-{port}"
    else:
        found = socket.socket()
        found.bind(("127.0.0.1", 0))
        address = (b"127.0.0.1" if host in ("0.0.0.0", "*", "localhost") else host.encode(), port)
    try:
        found.settimeout(CONNECT_SECONDS)
        found.connect(address)
    except (OSError, OverflowError):
        found.close()
        raise
    return found
