"""Where a kernel waits: what /proc said of real ones (ipykernel 6.29 and 7, x86-64)."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest
from subprocess import PIPE
from unittest import mock

from kernel_process import (
    count_wakeups,
    has_sleeping_thread_of_cell,
    main_thread_works,
    sockets_received_from,
    waits_for_messages,
    waits_of_cell_threads,
)
from stand_ins import process

IDLE = {
    "wchan": b"do_epoll_wait",
    "syscall": b"232 0x32 0x7f1c38455730 0x2 0xffffffff 0x7f 0x0 0x7ffc 0x7f1c",
    "fdinfo/50": b"pos:\t0\nflags:\t02000002\ntfd:       49 events: 19 data: 31\ntfd:       47 events: 19 data: 2f\n",
    "net/tcp": b"sl\n 0: 0100007F:1F90 0100007F:D431 %s 00000000:00000000 00:00000000 00000000 0 0 700 1\n",
    "net/tcp6": b"",
    "net/udp": b"",
    "net/udp6": b"",
}
FILES = {"49": "anon_inode:[eventfd]", "47": "socket:[267429]", "60": "socket:[700]", "61": "socket:[701]"}


class KernelProcessTest(unittest.TestCase):
    def works(self, shows: dict[str, bytes], state: bytes = b"01", status: str = "S") -> bool:
        files = {**IDLE, **shows}
        files["net/tcp"] = b"sl local rem st tx tr tm re uid to inode\n" + files["net/tcp"][3:] % state

        def read(path: str) -> bytes:
            name = path.replace("/proc/7/", "")
            if name not in files:
                raise PermissionError
            return files[name]

        def tables(path: str, _mode: str) -> list[bytes]:
            return read(path).splitlines()

        with contextlib.ExitStack() as patches:
            for patch in (
                mock.patch("kernel_process.read_file", read),
                mock.patch("waiting.read_file", read),
                mock.patch("processes.read_file", read),
                mock.patch("kernel_process.open", lambda *args: Table(tables(*args)), create=True),
                mock.patch.object(os, "readlink", lambda path: FILES[os.path.basename(path)]),
            ):
                patches.enter_context(patch)
            kernel = process(7, status=status)
            works = main_thread_works(kernel)
            self.assertFalse(works and waits_for_messages(kernel))
            return works

    def test_an_idle_kernel_waits_without_end_for_its_loop_alone(self) -> None:
        self.assertFalse(self.works({}))

    def test_a_cell_or_task_that_awaits_a_point_in_time_is_work(self) -> None:
        for limit in (b"0x927c0", b"0x7d0", b"0x0"):
            self.assertTrue(self.works({"syscall": b"232 0x32 0x7f1c38455730 0x2 " + limit + b" 0x7f"}), limit)
        self.assertTrue(self.works({"syscall": b"22 0x32 0x7f1c38455730 0x2 0x7d0 0x7f"}), "on ARM")

    def test_a_cell_or_task_that_awaits_a_connection_is_work(self) -> None:
        more = IDLE["fdinfo/50"] + b"tfd:       60 events: 19 data: 3c\n"
        self.assertTrue(self.works({"fdinfo/50": more}))
        self.assertFalse(self.works({"fdinfo/50": more}, state=b"0A"), "it listens")
        self.assertFalse(self.works({"fdinfo/50": more.replace(b"60", b"61")}), "no connection of TCP or UDP")

    def test_where_the_system_does_not_let_the_agent_see_a_kernel_in_its_loop_is_at_rest(self) -> None:
        self.assertFalse(self.works({"syscall": b"running"}))
        self.assertFalse(self.works({"syscall": b""}))
        self.assertFalse(self.works({"syscall": b"232 0x77 0x7f1c38455730 0x2 0xffffffff 0x7f"}))

    def test_a_kernel_that_runs_or_waits_elsewhere_is_at_work(self) -> None:
        self.assertTrue(self.works({"wchan": b"hrtimer_nanosleep"}))
        self.assertTrue(self.works({"wchan": b"0"}, status="R"))
        self.assertFalse(self.works({"wchan": b"0"}))

    def test_wake_ups_are_how_often_a_main_thread_was_on_a_cpu(self) -> None:
        for schedstat, wakeups in (b"81234 912 31\n", 31), (b"0 0 0\n", 9), (b"", 9), (OSError(), 9):
            shows = [schedstat, b"voluntary_ctxt_switches:\t7\nnonvoluntary_ctxt_switches:\t2\n"]
            with mock.patch("kernel_process.read_file", side_effect=shows):
                self.assertEqual(count_wakeups(process(7)), wakeups, schedstat)

    def test_the_main_thread_of_a_real_process_wakes_as_it_works_and_not_as_another_thread_does(self) -> None:
        code = "import threading; threading.Thread(target=lambda: [print(line) for line in open(0)]).start()"
        code += "; threading.Event().wait()"
        with subprocess.Popen([sys.executable, "-uc", code], stdin=PIPE, stdout=PIPE) as child:
            self.addCleanup(child.kill)
            assert child.stdin and child.stdout
            counts = []
            for _ in range(3):
                child.stdin.write(b"x\n")
                child.stdin.flush()
                child.stdout.readline()
                time.sleep(0.3)  # the first time its main thread may still be on its way to the wait
                counts.append(count_wakeups(process(child.pid)))
            self.assertEqual(counts[1], counts[2])
            child.send_signal(signal.SIGSTOP)
            child.send_signal(signal.SIGCONT)
            time.sleep(0.3)
            self.assertNotEqual(count_wakeups(process(child.pid)), counts[2])
            child.kill()

    def test_where_that_is_not_said_it_counts_whether_it_went_voluntarily_or_not(self) -> None:
        text = b"Name:\tpython\nvoluntary_ctxt_switches:\t26\nnonvoluntary_ctxt_switches:\t5\n"
        with mock.patch("kernel_process.read_file", return_value=text):
            self.assertEqual(count_wakeups(process(7)), 31)
        with mock.patch("kernel_process.read_file", return_value=b"Name:\tpython\n"):
            self.assertIsNone(count_wakeups(process(7)))
        self.assertIsNone(count_wakeups(process(2**22 + 1)))

    def test_a_thread_that_sleeps_besides_the_one_that_looks_for_the_parent_lives_on(self) -> None:
        own = 11 * [b"do_epoll_wait"]
        sleeps, waits = b"hrtimer_nanosleep", b"futex_do_wait"
        for threads, lives_on in (
            ([*own, sleeps], False),
            ([*own, waits, sleeps, *(60 * [waits])], False),
            ([*own, sleeps, sleeps], True),
            ([*own, waits, sleeps, waits, sleeps], True),
        ):
            channels = {f"/proc/7/task/{70 + number}/wchan": channel for number, channel in enumerate(threads)}
            names = [str(70 + number) for number in range(len(threads))]
            read = mock.patch("waiting.read_file", channels.__getitem__)
            with read, mock.patch.object(os, "listdir", return_value=names):
                found = waits_of_cell_threads(process(7, num_threads=len(threads)))
            self.assertEqual(has_sleeping_thread_of_cell(found), lives_on)

    def test_the_socket_that_a_thread_receives_from_is_found(self) -> None:
        ours, others = socket.socketpair()
        with ours, others:
            thread = threading.Thread(target=ours.recv, args=(1,), daemon=True)
            thread.start()
            inode = str(os.fstat(ours.fileno()).st_ino)
            waits = {thread.native_id or 0: b"wait_woken"}
            deadline = time.monotonic() + 10
            while sockets_received_from(process(os.getpid()), waits) != {inode} and time.monotonic() < deadline:
                time.sleep(0.01)
            self.assertEqual(sockets_received_from(process(os.getpid()), waits), {inode})
            self.assertEqual(sockets_received_from(process(os.getpid()), {thread.native_id or 0: b"futex_wait"}), set())
            others.send(b"x")
            thread.join()


class Table:
    """A file that is read line by line."""

    def __init__(self, lines: list[bytes]) -> None:
        self.lines = lines

    def __enter__(self) -> list[bytes]:
        return self.lines

    def __exit__(self, *_: object) -> None:
        pass
