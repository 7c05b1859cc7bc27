"""A real socket that answers badly."""

from __future__ import annotations

import socket
import threading
import time
import unittest
from typing import Any
from unittest import mock

import server
from errors import Unreadable
from server import Refused, Server


class ServerTest(unittest.TestCase):
    """A real socket that answers badly."""

    def ask(self, *pieces: bytes, pause: float = 0, hang: bool = False) -> list[dict[str, Any]]:
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        over = threading.Event()
        self.addCleanup(over.set)

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                self.request = connection.recv(4096)
                try:
                    for piece in pieces:
                        connection.sendall(piece)
                        over.wait(pause)
                except OSError:
                    return
                over.wait(30 if hang else 0)

        threading.Thread(target=serve, daemon=True).start()
        return Server("127.0.0.1", str(listener.getsockname()[1]), "/jupyterlab/default/").get_list("kernels")

    def test_it_asks_without_being_activity(self) -> None:
        self.assertEqual(self.ask(b"HTTP/1.0 200 OK\r\n\r\n", b"[", b"]"), [])
        self.assertTrue(
            self.request.startswith(b"GET /jupyterlab/default/api/kernels?no_track_activity=1 HTTP/1.0\r\n")
        )

    def test_what_is_no_list_of_objects_is_unreadable(self) -> None:
        for body in (b"", b"{}", b"null", b"[1]", b'"x"', b"<html>", b"[" * 100_000, b"\xff\xfe", b"[{}"):
            self.assertRaises(Unreadable, self.ask, b"HTTP/1.1 200 OK\r\n\r\n" + body)

    def test_any_status_but_200_is_unreadable(self) -> None:
        for status in (b"HTTP/1.1 500 x", b"HTTP/1.1 403 x", b"HTTP/1.1 302 x", b"HTTP/1.1 404 x", b"", b"SSH-2.0-x"):
            self.assertRaises(Unreadable, self.ask, status + b"\r\n\r\n[]")

    def test_a_server_that_refuses_is_said_to_do_so_by_name(self) -> None:
        for status, why in ((b"403", "wants a token"), (b"401", "wants a token"), (b"404", "has another base URL")):
            with self.assertRaisesRegex(Unreadable, f"^the Jupyter server {why}$"):
                self.ask(b"HTTP/1.1 " + status + b" x\r\n\r\n")

    def test_a_server_that_refuses_is_asked_as_its_own_file_says(self) -> None:
        asked = Server("127.0.0.1", "8888", "/jupyterlab/default/")
        with mock.patch.object(server, "find_server", return_value=("/lab/", "secret")) as find:
            with mock.patch.object(asked, "fetch", side_effect=[Refused("no"), b"[]", b"[]"]) as fetch:
                self.assertEqual([asked.get_list("kernels"), asked.get_list("kernels")], [[], []])
                self.assertEqual(fetch.call_args[0], ("/lab/api/kernels?no_track_activity=1",))
            with mock.patch.object(asked, "fetch", side_effect=Refused("no")):
                for _ in range(3):
                    self.assertRaises(Unreadable, asked.get_list, "kernels")
        self.assertEqual((asked.token, find.call_count), ("secret", 1))

    def test_a_server_that_hangs_drips_or_floods_is_left_in_time(self) -> None:
        nothing: list[bytes] = []
        never_ends, drips, flood = [b"HTTP/1.1 200 OK\r\n\r\n[]"], [b"x"] * 3000, [b"x" * 65536] * 100
        with mock.patch.object(server, "HTTP_SECONDS", 0.4):
            for pieces, pause, hang in (
                (nothing, 0, True),
                (never_ends, 0, True),
                (drips, 0.01, False),
                (flood, 0, True),
            ):
                began = time.monotonic()
                with self.assertRaises(Unreadable):
                    self.ask(*pieces, pause=pause, hang=hang)
                self.assertLess(time.monotonic() - began, 3)

    def test_a_server_that_is_not_there_is_unreadable(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        self.assertRaises(Unreadable, Server("0.0.0.0", str(port), "/").get_list, "kernels")
