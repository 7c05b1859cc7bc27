"""The app's Jupyter server, asked in a way that it does not take for activity.

http.client and urllib would bring in ssl and email and double the resident process's memory.
"""

from __future__ import annotations

import json
import socket
import time

from errors import Unreadable
from server_identity import find_server

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HTTP_SECONDS = 5  # for a whole answer, however slowly it drips in
MAX_ANSWER_BYTES = 4 << 20

SEARCH_SECONDS = 300  # between two searches for what a server that refuses says of itself
REFUSALS = {
    "401": "the Jupyter server wants a token",
    "403": "the Jupyter server wants a token",
    "404": "the Jupyter server has another base URL",
}


class Refused(Unreadable):
    """The server is there, but not for one who asks like this."""


class Server:
    """A Jupyter server at a host and port, below a base URL such as /jupyterlab/default/."""

    def __init__(self, host: str, port: str, base_url: str) -> None:
        self.host, self.port = host.replace("0.0.0.0", "127.0.0.1"), int(port)
        self.base_url, self.token = base_url.strip("/"), ""
        self.next_search = 0.0

    def get_list(self, resource: str) -> list[dict[str, Any]]:
        """The list of objects at api/<resource>. Raises Unreadable where the answer is anything else."""
        try:
            answer = json.loads(self.fetch_resource(resource))
        except (OSError, ValueError, RecursionError) as error:
            raise Unreadable(f"{resource}: {error}") from error
        if not isinstance(answer, list) or not all(isinstance(item, dict) for item in answer):
            raise Unreadable(f"{resource}: not a list of objects")
        return answer

    def fetch_resource(self, resource: str) -> bytes:
        """Where the settings' base URL is wrong, or a token is wanted, the server's own file may say which."""
        try:
            return self.fetch(self.path_of(resource))
        except Refused as error:
            if self.find_identity():
                return self.fetch(self.path_of(resource))
            raise Unreadable(str(error)) from error

    def path_of(self, resource: str) -> str:
        return f"/{self.base_url}/api/{resource}?no_track_activity=1".replace("//", "/")

    def find_identity(self) -> bool:
        """Whether the server says another base URL or token of itself than it was asked with."""
        if time.monotonic() < self.next_search:
            return False
        self.next_search = time.monotonic() + SEARCH_SECONDS
        found = find_server(self.port)
        if found is None or (found[0].strip("/"), found[1]) == (self.base_url, self.token):
            return False
        self.base_url, self.token = found[0].strip("/"), found[1]
        return True

    def connect(self, seconds: float) -> socket.socket:
        address: Any = (self.host.encode(), self.port)  # a host in bytes spares the process the IDNA tables
        return socket.create_connection(address, seconds)

    def head_fields(self) -> str:
        """The lines that every request's head has."""
        token = f"Authorization: token {self.token}\r\n" if self.token else ""
        return f"Host: {self.host}:{self.port}\r\n{token}"

    def fetch(self, path: str) -> bytes:
        """The body of the answer to a GET request."""
        deadline = time.monotonic() + HTTP_SECONDS
        with self.connect(HTTP_SECONDS) as connection:
            # HTTP/1.0 keeps the answer from being chunked, and the connection from being kept alive.
            connection.sendall(f"GET {path} HTTP/1.0\r\n{self.head_fields()}\r\n".encode())
            answer = b""
            while len(answer) <= MAX_ANSWER_BYTES and time.monotonic() < deadline:
                connection.settimeout(deadline - time.monotonic() + 0.01)
                received = connection.recv(1 << 20)
                if not received:
                    return body_of(answer)
                answer += received
        raise Unreadable("the answer takes too long or is too long")


def body_of(answer: bytes) -> bytes:
    head, _, body = answer.partition(b"\r\n\r\n")
    status = head[9:12].decode("latin-1")
    if status in REFUSALS:
        raise Refused(REFUSALS[status])
    if status != "200":
        raise Unreadable(f"HTTP {status}")
    return body
