"""What a kernel publishes: status messages on its IOPub socket, which is a socket pair here."""

from __future__ import annotations

import json
import socket
import tempfile
import threading
import unittest
from typing import Any
from unittest import mock

import kernel_messages
from kernel_messages import GREETING, READY, SUBSCRIPTION, KernelMessages, connection_file
from kernel_subscriptions import MAX_FAILURES, PATIENCE, KernelSubscriptions
from stand_ins import process

KERNEL = "python -m ipykernel_launcher -f kernel-k1.json".split()


def frame(body: bytes, more: bool = True) -> bytes:
    if len(body) < 256:
        return bytes([more, len(body)]) + body
    return bytes([more | 2]) + len(body).to_bytes(8, "big") + body


def message(topic: str, parent: dict[str, Any], content: dict[str, Any]) -> bytes:
    parts = [b"<IDS|MSG>", b"signature", b"{}", json.dumps(parent).encode(), b"{}", json.dumps(content).encode()]
    frames = [f"kernel.6ba7.{topic}".encode(), *parts]
    return b"".join(frame(body, number < len(frames)) for number, body in enumerate(frames, 1))


def status(state: str, request: str, message_id: str = "m1") -> bytes:
    return message("status", {"msg_id": message_id, "msg_type": request}, {"execution_state": state})


class MessagesTest(unittest.TestCase):
    def setUp(self) -> None:
        ours, self.kernel = socket.socketpair()
        self.addCleanup(self.kernel.close)
        self.kernel.sendall(GREETING)
        with mock.patch.multiple(kernel_messages, connect=lambda _: ours, read_connection=lambda _: {}):
            self.messages = KernelMessages(KERNEL)
        self.addCleanup(self.messages.close)

    def publish(self, data: bytes) -> None:
        for start in range(0, len(data), 50_000):
            self.kernel.sendall(data[start : start + 50_000])
            self.messages.read()

    def test_it_subscribes_and_sends_the_kernel_nothing_else(self) -> None:
        self.publish(READY + status("busy", "execute_request"))
        self.messages.close()
        self.assertEqual(self.kernel.recv(1000), GREETING + READY + SUBSCRIPTION)
        self.assertEqual(self.kernel.recv(1000), b"")

    def test_a_greeting_that_comes_in_pieces_is_a_greeting(self) -> None:
        ours, kernel = socket.socketpair()
        ours.settimeout(kernel_messages.CONNECT_SECONDS)

        def send_the_rest() -> None:
            kernel.recv(len(GREETING), socket.MSG_WAITALL)
            kernel.sendall(GREETING[10:])

        # A kernel's signature goes out as it accepts; all else once it has read ours.
        kernel.sendall(GREETING[:10])
        thread = threading.Thread(target=send_the_rest)
        thread.start()
        with mock.patch.multiple(kernel_messages, connect=lambda _: ours, read_connection=lambda _: {}):
            messages = KernelMessages(KERNEL)
        thread.join()
        kernel.sendall(READY)
        messages.read()
        self.assertTrue(messages.ready)
        messages.close()
        kernel.close()

    def test_nothing_was_missed_once_the_kernel_has_answered(self) -> None:
        self.assertFalse(self.messages.ready)
        self.publish(READY)
        self.assertTrue(self.messages.ready)

    def test_what_an_open_tab_asks_by_itself_is_no_work(self) -> None:
        for request in ("usage_request", "history_request", "kernel_info_request", "comm_info_request"):
            self.publish(status("busy", request) + status("idle", request))
        self.publish(message("status", {}, {"execution_state": "starting"}))
        self.assertFalse(self.messages.worked)

    def test_what_a_person_asks_for_is_work_whatever_it_is(self) -> None:
        for request in ("execute_request", "complete_request", "inspect_request", "comm_msg", "never_heard_of"):
            self.messages.worked = False
            self.publish(status("busy", request) + status("idle", request))
            self.assertTrue(self.messages.worked, request)

    def test_a_cell_runs_until_the_kernel_has_said_so_of_that_very_cell(self) -> None:
        self.publish(status("busy", "execute_request", "cell"))
        self.publish(status("busy", "usage_request", "u") + status("idle", "usage_request", "u"))
        self.publish(
            status("busy", "execute_request", "in a subshell") + status("idle", "execute_request", "in a subshell")
        )
        self.assertEqual(self.messages.running, {b"cell"})
        self.publish(status("idle", "execute_request", "cell"))
        self.assertEqual(self.messages.running, set())

    def test_other_messages_are_passed_over_however_long_they_are_and_wherever_they_are_cut(self) -> None:
        code = message("execute_input", {"msg_type": "execute_request"}, {"code": "x" * 1_000_000})
        self.publish(READY + code + status("busy", "usage_request"))
        self.assertFalse(self.messages.worked)
        self.assertEqual(self.messages.buffer, b"")
        for byte in status("busy", "execute_request"):
            self.publish(bytes([byte]))
        self.assertTrue(self.messages.worked)

    def test_memory_is_bounded_whatever_comes_in(self) -> None:
        self.publish(frame(b"x" * 4000) * 2000)
        self.publish(b"".join(status("busy", "execute_request", f"m{number}") for number in range(3000)))
        self.publish(b"\x02" + b"\xff" * 100_000)
        self.assertLess(len(self.messages.buffer), 10_000)
        self.assertLessEqual(len(self.messages.frames), 7)
        self.assertLessEqual(len(self.messages.running), 1000)

    def test_a_connection_that_is_lost_is_an_error(self) -> None:
        self.kernel.close()
        self.assertRaises(OSError, self.messages.read)


class SubscriptionsTest(unittest.TestCase):
    def test_the_connection_file_is_found_on_any_command_line(self) -> None:
        for arguments in ("-f /r/a.json", "--f=/r/a.json", "--IPKernelApp.connection_file=/r/a.json --debug"):
            self.assertEqual(connection_file(["python", "-m", "ipykernel_launcher", *arguments.split()]), "/r/a.json")
        self.assertEqual(connection_file(["python", "-m", "ipykernel", "install"]), "")

    def test_a_kernel_without_a_readable_connection_file_is_asked_for_nothing(self) -> None:
        subscriptions = KernelSubscriptions()
        with tempfile.TemporaryDirectory() as folder:
            for number, text in enumerate(("", "[]", '{"iopub_port": "1"}', "{" * 5000, '{"iopub_port": 99999999}')):
                with open(f"{folder}/{number}.json", "w", encoding="utf-8") as file:
                    file.write(text)
                kernel = process(7, cmdline=[*KERNEL[:3], "-f", file.name], create_time=number)
                subscriptions.read({"k1": kernel, "k2": process(8, cmdline=[*KERNEL[:3], "-f", "/no/such.json"])})
                self.assertIsNone(subscriptions.complete_since(number, "k1"))

    def test_kernels_that_do_not_answer_hold_the_agent_up_for_less_than_a_second(self) -> None:
        with mock.patch("kernel_subscriptions.KernelMessages", side_effect=socket.timeout) as subscribe:
            KernelSubscriptions().read({str(pid): process(pid, cmdline=KERNEL) for pid in range(100)})
        self.assertEqual(subscribe.call_count, PATIENCE)

    def test_a_kernel_whose_file_is_not_yet_written_is_subscribed_to_a_little_later(self) -> None:
        subscriptions, kernel = KernelSubscriptions(), process(7, cmdline=KERNEL)
        with mock.patch("kernel_subscriptions.KernelMessages") as subscribe:
            subscribe.side_effect = [ValueError, ValueError, subscribe.return_value]
            for _ in range(3):
                self.assertIsNone(subscriptions.complete_since(kernel.create_time, "k1"))
                subscriptions.read({"k1": kernel})
            self.assertIsNotNone(subscriptions.complete_since(kernel.create_time, "k1"))

    def test_a_kernel_that_speaks_another_protocol_is_left_alone_in_the_end(self) -> None:
        subscriptions = KernelSubscriptions()
        with mock.patch("kernel_subscriptions.KernelMessages", side_effect=ValueError) as subscribe:
            for _ in range(10):
                subscriptions.read({"k1": process(7, cmdline=KERNEL)})
        self.assertEqual(subscribe.call_count, MAX_FAILURES)

    def test_a_kernel_that_was_started_again_is_subscribed_to_again(self) -> None:
        subscriptions = KernelSubscriptions()
        with mock.patch("kernel_subscriptions.KernelMessages") as subscribe:
            subscribe.return_value.ready = True
            for started in (1, 1, 2):
                subscriptions.read({"k1": process(7, cmdline=KERNEL, create_time=started)})
            self.assertIsNone(subscriptions.complete_since(1, "k1"))
            self.assertIsNotNone(subscriptions.complete_since(2, "k1"))
            subscriptions.read({})
        self.assertEqual((subscribe.call_count, subscribe.return_value.close.call_count), (2, 2))
