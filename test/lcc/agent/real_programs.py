"""Real programs on real terminals, for tests of what each is by what the kernel says of it."""

from __future__ import annotations

import os
import pty
import signal
import sys
import textwrap
import time
import unittest

from clock import read_clock
from processes import Process
from sockets import LISTENING, Connection, Network, sockets_of
from sources.base import SourceContext
from stand_ins import StubServer

PYTHON = sys.executable
NAME = os.path.basename(PYTHON)[:15]
SERVE = "import http.server as h; h.HTTPServer(('127.0.0.1', 0), h.SimpleHTTPRequestHandler).serve_forever()"


def script(text: str) -> list[str]:
    return [PYTHON, "-c", textwrap.dedent(text)]


class RealPrograms(unittest.TestCase):
    """Starts programs on ptys, and asks the process model what each is."""

    def setUp(self) -> None:
        self.context = SourceContext(StubServer())
        self.primaries: dict[int, int] = {}  # the other ends of the ptys, by session

    def spawn(self, words: list[str], **environment: str) -> int:
        """Start a program as the leader of a session on a pty of its own."""
        pid, primary = pty.fork()
        if pid == 0:
            os.execvpe(words[0], words, {"PATH": os.environ["PATH"], "TERM": "xterm", "LC_ALL": "C", **environment})
        self.addCleanup(os.close, primary)
        self.primaries[pid] = primary
        self.addCleanup(self.end, pid)
        return pid

    def end(self, session: int) -> None:
        for process in self.look().values():
            if process.session == session:
                os.kill(process.pid, signal.SIGKILL)
        os.waitpid(session, 0)

    def look(self) -> dict[int, Process]:
        self.context.refresh_processes(read_clock().boot)
        return self.context.processes

    def kinds(self, session: int) -> dict[str, str]:
        """By command, the kinds of all of a session's processes."""
        found = [one for one in self.look().values() if one.session == session]
        return {one.name: self.context.model.kind_of(one) for one in found}

    def settle(self, session: int, expected: dict[str, str]) -> None:
        """Wait until all is as expected, and see that it stays."""
        deadline, times = time.monotonic() + 15, 0
        # What still starts, or answers, is spared once: only what is so twice running has come to rest.
        while times < 2 and time.monotonic() < deadline:
            times = times + 1 if self.kinds(session) == expected else 0
            time.sleep(0.05)
        for _ in range(5):
            self.assertEqual(self.kinds(session), expected)
            time.sleep(0.05)

    def kind_of(self, pid: int) -> str:
        process = self.look()[pid]
        return self.context.model.kind_of(process)

    def port_of(self, pid: int) -> int:
        """The port at which it listens, once it does."""
        deadline = time.monotonic() + 15
        listening: list[Connection] = []
        while not listening and time.monotonic() < deadline:
            listening = [one for one in Network().tcp if one.state == LISTENING and one.inode in sockets_of(pid)]
        return int(listening[0].port, 16)
