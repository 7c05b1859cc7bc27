"""Processes, read from a real /proc."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import unittest
from pathlib import Path

from clock import read_clock
from processes import SETTLED_SECONDS, read_process
from sources.base import SourceContext
from sources.terminals import Terminals
from stand_ins import StubServer


class ProcessesTest(unittest.TestCase):
    def test_this_process_is_read_from_proc_as_it_is(self) -> None:
        one = read_process(os.getpid(), {}, 0)
        self.assertEqual((one.pid, one.ppid, one.session), (os.getpid(), os.getppid(), os.getsid(0)))
        self.assertEqual(one.cmdline[0], Path(f"/proc/{os.getpid()}/cmdline").read_bytes().split(b"\0")[0].decode())
        self.assertLess(read_clock().boot - one.create_time, 3600)
        self.assertEqual(one.status, "R")
        self.assertGreaterEqual(one.num_threads, 1)

    def test_cpu_time_grows_with_the_work_that_is_done(self) -> None:
        before, deadline = read_process(os.getpid(), {}, 0).cpu_ticks, time.monotonic() + 10
        while read_process(os.getpid(), {}, 0).cpu_ticks < before + 3:
            self.assertLess(time.monotonic(), deadline)

    def test_one_that_did_nothing_since_the_last_look_is_the_same_and_one_that_did_is_read_anew(self) -> None:
        sleeper = subprocess.Popen(["sleep", "30"])
        self.addCleanup(sleeper.wait)
        self.addCleanup(sleeper.kill)
        while read_process(sleeper.pid, {}, 0).name != "sleep" or read_process(sleeper.pid, {}, 0).status != "S":
            time.sleep(0.02)
        later = read_clock().boot + SETTLED_SECONDS + 1
        before = read_process(sleeper.pid, {}, later)
        before.wait_channel()
        same = read_process(sleeper.pid, {sleeper.pid: before}, later)
        self.assertIs(same, before)
        self.assertIsNone(same.channel, "what it waits for is asked at each look")
        too_early = read_process(sleeper.pid, {sleeper.pid: before}, read_clock().boot)
        self.assertIsNot(too_early, before, "it may be about to run another program")
        sleeper.send_signal(signal.SIGSTOP)
        while read_process(sleeper.pid, {}, 0).status != "T":
            time.sleep(0.02)
        stopped = read_process(sleeper.pid, {sleeper.pid: before}, later)
        self.assertEqual((before.status, stopped.status, stopped.cmdline), ("S", "T", ["sleep", "30"]))

    def test_a_program_on_a_real_terminal_is_found_as_the_job_that_it_is(self) -> None:
        primary, secondary = os.openpty()
        self.addCleanup(os.close, primary)
        number = int(os.ttyname(secondary).rpartition("/")[2])
        child = os.fork()
        if child == 0:
            os.setsid()
            os.close(os.open(f"/dev/pts/{number}", os.O_RDWR))
            os.execvp("sleep", ["sleep", "30"])
        os.close(secondary)
        try:
            start, context = read_clock(), SourceContext(StubServer())
            while read_clock().boot < start.boot + 10:
                context.refresh_processes(read_clock().boot)
                if child in context.processes and context.processes[child].cmdline == ["sleep", "30"]:
                    break
                time.sleep(0.02)
            job = Terminals(start, context).find_jobs()[number]
            assert job is not None
            self.assertEqual(job.command(), "sleep 30")
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
