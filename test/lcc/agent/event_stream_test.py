"""Event streams of a server of the test, on a real socket."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import socket
import threading
import time
import unittest
from typing import Any, Callable
from unittest import mock

import event_stream
import server
from errors import Unreadable
from event_stream import ACCEPT_GUID, CLOSE, PING, PONG, TEXT, EventStream
from server import Server
from sources.base import SourceContext
from sources.server_files import ENTRIES_BESIDE_STREAM, ServerFiles
from stand_ins import MORNING, at

CONTENTS = "https://events.jupyter.org/jupyter_server/contents_service/v1"
HUGE = b"\x81\x7f" + (1 << 62).to_bytes(8, "big")


def frame(payload: bytes, opcode: int = TEXT, is_final: bool = True) -> bytes:
    size = len(payload)
    long = b"\x7e" + size.to_bytes(2, "big") if size < 1 << 16 else b"\x7f" + size.to_bytes(8, "big")
    length = bytes([size]) if size < 126 else long
    return bytes([opcode | (0x80 if is_final else 0)]) + length + payload


def event(action: str, schema_id: str = CONTENTS, path: str = "a.txt") -> bytes:
    return json.dumps({"schema_id": schema_id, "action": action, "path": path}).encode()


class EventServer:
    """Accepts subscriptions; the test sends what it likes on the last one, and `tells` of what is asked for or not."""

    def __init__(self) -> None:
        self.tells = False
        self.questions: list[str] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.answer: Callable[[str], bytes] = self.accept
        self.subscriptions: list[socket.socket] = []
        self.requests: list[str] = []
        threading.Thread(target=self.serve, daemon=True).start()

    def accept(self, key: str) -> bytes:
        digest = base64.b64encode(hashlib.sha1(key.encode() + ACCEPT_GUID).digest()).decode()
        return (
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nConnection: Upgrade\r\n"
            f"Sec-Websocket-Accept: {digest}\r\n\r\n"
        ).encode()

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            request = connection.recv(4096).decode()
            if "Upgrade" not in request:
                self.take_question(connection, request)
                continue
            self.requests.append(request)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.subscriptions.append(connection)
            key = re.search("Sec-WebSocket-Key: (.*)\r", request)
            connection.sendall(self.answer(key.group(1) if key else ""))

    def take_question(self, connection: socket.socket, request: str) -> None:
        self.questions.append(request)
        if self.tells:
            self.subscriptions[-1].sendall(frame(event("get", path="")))
        connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n{}")
        connection.close()

    def send(self, *pieces: bytes) -> None:
        self.subscriptions[-1].sendall(b"".join(pieces))
        time.sleep(0.02)  # loopback delivers in order, but not before the call returns

    def close(self) -> None:
        self.listener.close()
        for connection in self.subscriptions:
            connection.close()


class EventStreamCase(unittest.TestCase):
    def setUp(self) -> None:
        self.server = EventServer()
        self.addCleanup(self.server.close)
        port = str(self.server.listener.getsockname()[1])
        self.stream = EventStream(Server("127.0.0.1", port, "/jupyterlab/default/"))
        self.boot = 1000.0

    def look(self, seconds: float = 1) -> bool:
        self.boot += seconds
        return self.stream.look(self.boot)

    def is_lost(self) -> bool:
        return self.stream.opened_at is None


class EventStreamTest(EventStreamCase):
    def test_a_server_is_asked_once_to_tell_of_something_and_that_is_nobodys_activity(self) -> None:
        self.server.tells = True
        self.assertFalse(self.look())
        self.assertFalse(self.look())
        self.assertTrue(self.stream.has_spoken)
        self.assertFalse(self.stream.has_told_of_others)
        self.server.send(frame(event("get", path="")))
        self.assertFalse(self.look())
        self.assertTrue(self.stream.has_told_of_others)
        self.server.subscriptions[-1].close()
        self.look()
        self.look(event_stream.FIRST_PAUSE_SECONDS)
        self.assertFalse(self.is_lost())
        [question] = self.server.questions
        self.assertTrue(question.startswith("GET /jupyterlab/default/api/contents?no_track_activity=1&content=0 "))

    def test_a_server_that_does_not_answer_the_question_keeps_its_subscriber(self) -> None:
        for trouble in (OSError("timed out"), Unreadable("HTTP 500"), server.Refused("it wants a token")):
            with mock.patch.object(Server, "fetch", side_effect=trouble):
                self.look(event_stream.MAX_PAUSE_SECONDS)
            self.assertFalse(self.is_lost())
            self.assertFalse(self.stream.has_spoken)
            self.stream.lose(self.boot, "over")

    def test_it_subscribes_below_the_base_url(self) -> None:
        self.assertFalse(self.look())
        self.assertEqual(self.stream.opened_at, self.boot)
        self.assertTrue(self.server.requests[0].startswith("GET /jupyterlab/default/api/events/subscribe?"))

    def test_a_server_that_wants_a_token_is_given_it(self) -> None:
        self.stream.server.token = "secret"
        self.look()
        self.assertIn("\r\nAuthorization: token secret\r\n", self.server.requests[0])

    def test_what_people_do_to_files_is_activity_and_what_tabs_ask_for_is_not(self) -> None:
        self.look()
        for action in ("save", "upload", "create", "rename", "copy", "delete"):
            self.server.send(frame(event(action)))
            self.assertTrue(self.look(), action)
            self.assertFalse(self.look(), action)
        for told in (event("get"), event("exists"), event("save", "https://x/kernel_actions/v1"), b"{}"):
            self.server.send(frame(told))
            self.assertFalse(self.look(), told)
        self.server.send(frame(event("get")), frame(event("save")), frame(event("get")))
        self.assertTrue(self.look())
        self.assertFalse(self.is_lost())

    def test_messages_of_any_length_come_in_any_pieces(self) -> None:
        self.look()
        for path in ("x", "x" * 200, "x" * 100_000):
            told = event("save", path=path)
            self.server.send(frame(told))
            self.assertTrue(self.look(), len(path))
            whole = frame(told[:50], is_final=False) + frame(b"", PING) + frame(told[50:], 0)
            self.server.send(whole[:60])
            self.assertFalse(self.look())
            self.server.send(whole[60:])
            self.assertTrue(self.look(), len(path))

    def test_a_ping_is_answered_masked(self) -> None:
        self.look()
        self.server.send(frame(b"hello", PING))
        self.look()
        pong = self.server.subscriptions[-1].recv(100)
        self.assertEqual(pong[:2], bytes([0x80 | PONG, 0x80 | 5]))
        self.assertEqual(bytes(byte ^ pong[2 + i % 4] for i, byte in enumerate(pong[6:])), b"hello")

    def test_a_server_that_answers_pings_is_alive_however_quiet_and_one_that_does_not_stalls(self) -> None:
        self.look()
        for _ in range(3):
            self.look(60)
            self.assertFalse(self.is_lost())
            self.server.send(frame(b"", PONG))
        self.look(60)
        self.look(60)
        self.assertTrue(self.is_lost())
        self.assertEqual(self.stream.trouble, "it stalls")

    def test_whatever_is_no_stream_is_left_and_tried_again_later_and_later(self) -> None:
        good = frame(event("save"))
        for garbage in (
            b"HTTP/1.1 400 Bad Request\r\n\r\n",
            HUGE,
            b"\x81\x85mask" + b"12345",
            b"\xc1" + good[1:],
            frame(b"", 3),
            frame(b"x", 0),
            frame(b"x", is_final=False) + good,
            frame(b"x" * 126, PING),
            frame(b"", PING, is_final=False),
            frame(b"no json"),
            frame(b"\xff\xfe"),
            frame(b"[" * 100_000),
            frame(b"x" * 200_000, is_final=False) + frame(b"x" * 200_000, 0),
            frame(b"", CLOSE),
        ):
            self.look(event_stream.MAX_PAUSE_SECONDS)
            self.assertFalse(self.is_lost())
            self.server.send(good, garbage)
            self.assertTrue(self.look(), garbage[:20])
            self.assertTrue(self.is_lost(), garbage[:20])
        self.assertEqual(self.stream.pause, event_stream.MAX_PAUSE_SECONDS)
        attempts = len(self.server.requests)
        self.look(event_stream.MAX_PAUSE_SECONDS / 2)
        self.assertEqual(len(self.server.requests), attempts)

    def test_a_json_list_or_number_is_no_trouble(self) -> None:
        self.look()
        self.server.send(
            *map(frame, (b"[]", b"7", b"null", b'{"schema_id": 7}', b'{"schema_id": "/contents_service/"}'))
        )
        self.assertFalse(self.look())
        self.assertFalse(self.is_lost())

    def test_a_flood_holds_no_look_up_and_keeps_no_memory(self) -> None:
        self.look()
        self.server.send(frame(event("save")) * 2000)
        with mock.patch.object(event_stream, "MAX_BYTES_A_LOOK", 100_000):
            self.assertTrue(self.look())
        self.assertEqual(self.stream.trouble, "it floods")
        self.assertTrue(self.is_lost())

    def test_a_handshake_that_is_none_is_not_believed(self) -> None:
        right = self.server.accept
        for wrong in (
            lambda key: right("another key"),
            lambda key: right(key).replace(b"WebSocket", b"h2c"),
            lambda key: right(key).replace(b"101", b"200"),
            lambda key: b"HTTP/1.1 403 Forbidden\r\n\r\n",
            lambda key: b"HTTP/1.1 404 Not Found\r\n\r\n",
            lambda key: b"SSH-2.0-x\r\n\r\n",
            lambda key: b"\xff" * 100_000,
        ):
            self.server.answer = wrong
            self.assertFalse(self.look(event_stream.MAX_PAUSE_SECONDS))
            self.assertTrue(self.is_lost())

    def test_a_server_that_never_answers_the_handshake_is_left_in_time(self) -> None:
        self.server.answer = lambda _: b"HTTP/1.1 101 x\r\n"
        with mock.patch.object(event_stream, "HANDSHAKE_SECONDS", 0.2):
            self.look()
        self.assertTrue(self.is_lost())

    def test_a_server_that_goes_and_comes_is_subscribed_to_again(self) -> None:
        self.look()
        self.server.send(frame(event("save")))
        self.server.subscriptions[-1].close()
        self.assertTrue(self.look())
        self.assertTrue(self.is_lost())
        self.look(event_stream.FIRST_PAUSE_SECONDS)
        self.assertFalse(self.is_lost())


class ServerFilesTest(EventStreamCase):
    """Which of the two is believed: the stream or the walk."""

    def setUp(self) -> None:
        super().setUp()
        self.walks: list[float] = []
        self.saved: list[float] = []
        self.walked = 0
        walk = mock.patch("sources.files.list_saved", self.list_saved)
        walk.start()
        self.addCleanup(walk.stop)
        no_pings = mock.patch.object(event_stream, "PING_SECONDS", 1e9)
        no_pings.start()
        self.addCleanup(no_pings.stop)
        self.files = ServerFiles(at(0), SourceContext(self.stream.server))

    def list_saved(self, _: str) -> Any:
        self.walks.append(self.boot)
        for saved in self.saved:
            self.walked += 1
            yield saved

    def look_at_files(self, seconds: float) -> float:
        self.boot = at(seconds).boot
        self.files.look(at(seconds))
        return self.files.known_until(at(seconds)) - self.files.active_at

    def test_a_stream_that_tells_of_others_serves_alone(self) -> None:
        self.assertEqual([self.look_at_files(seconds) for seconds in (0, 60, 120)], [0, 60, 120])
        self.assertEqual(len(self.walks), 3, "a server that never speaks of files is not relied on")
        self.server.send(frame(event("get")), frame(event("get")))
        self.assertEqual([self.look_at_files(seconds) for seconds in (180, 240, 300)], [180, 240, 300])
        self.assertEqual(len(self.walks), 3)
        self.server.send(frame(event("save")))
        self.assertEqual([self.look_at_files(seconds) for seconds in (360, 420)], [0, 60])

    def test_a_server_that_tells_of_the_agents_question_is_believed_and_the_home_walked_slowly(self) -> None:
        self.server.tells = True
        self.saved = [MORNING - 9] * 10_000
        self.assertEqual([self.look_at_files(seconds) for seconds in (40, 100, 160)], [0, 60, 120])
        self.assertEqual(self.walked, 3 * ENTRIES_BESIDE_STREAM)
        self.server.send(frame(event("get")))
        self.look_at_files(220)
        self.assertEqual(self.walked, 3 * ENTRIES_BESIDE_STREAM)

    def test_what_is_saved_past_a_server_that_nobody_else_asks_is_found(self) -> None:
        self.server.tells = True
        self.assertEqual([self.look_at_files(seconds) for seconds in (0, 60, 120)], [0, 60, 120])
        self.saved = [MORNING + 150]
        self.assertEqual([self.look_at_files(seconds) for seconds in (180, 240)], [30, 90])

    def test_after_a_restart_of_the_agent_what_came_before_the_stream_is_looked_for(self) -> None:
        self.server.tells = True
        self.look_at_files(0)
        self.look_at_files(60)
        memory = self.files.to_memory()
        self.files = ServerFiles(at(300), SourceContext(self.stream.server))
        self.files.restore(memory, at(300).boot)
        self.saved = [0.0] * 2000 + [MORNING + 200]
        idle = [self.look_at_files(seconds) for seconds in (300, 360)]
        self.assertEqual(idle, [300, 160])

    def test_where_the_stream_is_lost_the_home_is_walked_until_a_new_one_is_there(self) -> None:
        self.look_at_files(60)
        self.server.send(frame(event("get")))
        self.look_at_files(120)
        self.server.answer = lambda _: b"HTTP/1.1 403 Forbidden\r\n\r\n"
        self.server.subscriptions[-1].close()
        walks = len(self.walks)
        for look in range(5):
            self.look_at_files(180 + 60 * look)
        self.assertEqual(len(self.walks), walks + 5)
        self.server.answer = self.server.accept
        for look in range(20):
            self.look_at_files(900 + 60 * look)
        self.assertIsNotNone(self.files.events.opened_at)
        self.assertLess(len(self.walks), walks + 30)
