"""Real programs on real terminals: what each is, by what the kernel says of it."""

from __future__ import annotations

import json
import os
import pty
import signal
import socket
import sys
import tempfile
import textwrap
import time
import unittest
from unittest import mock

from clock import read_clock
from origins import HOUSE, KERNEL, SERVER, TERMINAL, Origins
from process_model import JOB, NOBODY_KNOWS, NOT_JOB, PROMPT, SERVER_LEFT_OPEN
from processes import Process, read_environment_pieces
from sockets import LISTENING, Connection, Network, sockets_of
from sources.base import SourceContext
from stand_ins import StubServer

PYTHON = sys.executable
NAME = os.path.basename(PYTHON)[:15]
SERVE = "import http.server as h; h.HTTPServer(('127.0.0.1', 0), h.SimpleHTTPRequestHandler).serve_forever()"


THREAD = "threading.Thread(target=time.sleep, args=(600,), daemon=True).start()"


def script(text: str) -> list[str]:
    return [PYTHON, "-c", textwrap.dedent(text)]


class ProcessModelTest(unittest.TestCase):
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

    def test_a_program_that_waits_for_its_user_is_a_prompt_whichever_it_is(self) -> None:
        python = {NAME: PROMPT}
        for words, kinds in (
            (script("input('Proceed ([y]/n)? ')"), python),
            (script("import pdb; pdb.set_trace(); print()"), python),
            ([PYTHON, "-i", "-c", "x = 1"], python),
            (["cat"], {"cat": PROMPT}),
            (["bash", "--rcfile", "/dev/null", "-i"], {"bash": PROMPT}),
            (["bash", "-c", "read -p 'Continue? ' x; true"], {"bash": PROMPT}),
            (script("import select; p = select.poll(); p.register(0, select.POLLIN); p.poll()"), python),
            (
                script("""
                    import asyncio, sys
                    async def main():
                        asyncio.get_running_loop().add_reader(0, input)
                        while True: await asyncio.sleep(.5)
                    asyncio.run(main())
                """),
                python,
            ),
        ):
            with self.subTest(words[-1]):
                self.settle(self.spawn(words), kinds)

    def test_a_program_at_its_terminal_is_a_job_while_a_thread_of_it_sleeps_and_looks_again(self) -> None:
        code = """
            import threading, time
            threading.Thread(target=time.sleep, args=({},), daemon=True).start()
            input('Press Enter to stop ')
            """
        for seconds, kind in ((600, JOB), (0, PROMPT)):
            with self.subTest(seconds):
                self.settle(self.spawn(script(code.format(seconds))), {NAME: kind})
        self.settle(self.spawn_python_prompt("import threading, time", THREAD), {NAME: JOB})

    def test_a_prompt_that_polls_anything_but_its_terminal_runs_what_was_typed(self) -> None:
        wait = "import os, select; p = select.{}(); p.register(os.pipe()[0]); p.poll()"
        for typed in ("import asyncio; asyncio.run(asyncio.sleep(600))", wait.format("poll"), wait.format("epoll")):
            with self.subTest(typed):
                self.settle(self.spawn_python_prompt(typed), {NAME: JOB})
        session = self.spawn_python_prompt("x = 1")
        self.read_to_prompt(session)
        self.settle(session, {NAME: PROMPT})

    def spawn_python_prompt(self, *typed: str) -> int:
        session = self.spawn([PYTHON, "-q"])
        self.read_to_prompt(session)
        os.write(self.primaries[session], "".join(f"{line}\n" for line in typed).encode())
        return session

    def read_to_prompt(self, session: int) -> None:
        shown = b""
        while not shown.endswith(b">>> "):
            shown += os.read(self.primaries[session], 1024)

    def test_the_parents_and_the_pipeline_of_one_that_waits_wait_with_it(self) -> None:
        pager = f"seq 99999 | {PYTHON} -c 'open(\"/dev/tty\").read()'; true"
        self.settle(self.spawn(["bash", "-c", pager]), {"bash": NOT_JOB, "seq": NOT_JOB, NAME: PROMPT})
        self.settle(self.spawn(["bash", "-c", "cat; true"]), {"bash": NOT_JOB, "cat": PROMPT})

    def test_one_that_was_awake_at_one_look_goes_on_waiting_and_is_a_job_at_the_second(self) -> None:
        session = self.spawn(["cat"])
        self.settle(session, {"cat": PROMPT})
        with mock.patch("process_model.waits_for_its_terminal", return_value=False):
            self.assertEqual(self.kinds(session), {"cat": PROMPT})
            self.assertEqual(self.kinds(session), {"cat": JOB})
        self.assertEqual(self.kinds(session), {"cat": PROMPT})

    def test_what_works_is_a_job_however_silent(self) -> None:
        for words, kinds in (
            (["sleep", "600"], {"sleep": JOB}),
            (["bash", "-c", "sleep 600; true"], {"bash": NOT_JOB, "sleep": JOB}),
            (["bash", "-c", "while :; do :; done"], {"bash": JOB}),
            (["bash", "-c", "read -t 600 x; true"], {"bash": JOB}),
        ):
            with self.subTest(words[-1]):
                self.settle(self.spawn(words), kinds)

    def test_a_server_to_which_nobody_is_connected_is_left_open_and_counts_while_somebody_is(self) -> None:
        session = self.spawn(script(SERVE))
        self.settle(session, {NAME: SERVER_LEFT_OPEN})
        client = socket.create_connection(("127.0.0.1", self.port_of(session)))
        self.settle(session, {NAME: JOB})
        client.close()
        self.settle(session, {NAME: SERVER_LEFT_OPEN})

    def test_a_server_left_open_that_is_awake_at_a_look_is_still_left_open_unless_somebody_is_connected(self) -> None:
        session = self.spawn(script(SERVE))
        with mock.patch.object(Process, "wait_channel", return_value=b"0"):
            self.settle(session, {NAME: JOB})
        self.settle(session, {NAME: SERVER_LEFT_OPEN})
        with mock.patch.object(Process, "wait_channel", return_value=b"0"):
            self.settle(session, {NAME: SERVER_LEFT_OPEN})
            with socket.create_connection(("127.0.0.1", self.port_of(session))):
                self.settle(session, {NAME: JOB})
            self.settle(session, {NAME: JOB})

    def test_what_keeps_a_server_open_is_left_open_and_what_runs_beside_it_is_not(self) -> None:
        session = self.spawn(["bash", "-c", f'{PYTHON} -c "{SERVE}" & sleep 600; true'])
        self.settle(session, {"bash": NOT_JOB, "sleep": JOB, NAME: SERVER_LEFT_OPEN})

    def test_what_reads_what_a_server_prints_is_left_open_with_it(self) -> None:
        session = self.spawn(["bash", "-c", f'{PYTHON} -c "{SERVE}" 2>&1 | tee /dev/null; true'])
        self.settle(session, {"bash": NOT_JOB, "tee": NOT_JOB, NAME: SERVER_LEFT_OPEN})

    def test_what_reads_from_a_pipe_of_nobody_near_is_a_job(self) -> None:
        code = "import os, sys; os.dup2(os.pipe()[0], 0); sys.stdin.read()"
        self.settle(self.spawn(["bash", "-c", f"{PYTHON} -c '{code}'; true"]), {"bash": NOT_JOB, NAME: JOB})

    def test_what_a_server_left_open_has_started_to_wait_for_events_is_left_open_with_it(self) -> None:
        code = """
            import os, select, socket
            server = socket.create_server(("127.0.0.1", 0))
            if os.fork() == 0:
                {}
            select.select([server], [], [])
            """
        waits, works = "server.close(); select.select([os.pipe()[0]], [], [])", "__import__('time').sleep(600)"
        for child, kinds in ((waits, [SERVER_LEFT_OPEN] * 2), (works, [SERVER_LEFT_OPEN, JOB])):
            with self.subTest(child):
                session = self.spawn(script(code.format(f"os.setpgid(0, 0); {child}")))
                self.settle_all(session, kinds)

    def settle_all(self, session: int, expected: list[str]) -> None:
        deadline = time.monotonic() + 15
        kinds: list[str] = []
        while kinds != expected and time.monotonic() < deadline:
            found = sorted((one.pid, one) for one in self.look().values() if one.session == session)
            kinds = [self.context.model.kind_of(one) for _, one in found]
        self.assertEqual(kinds, expected)

    def test_what_the_server_has_started_is_in_use_while_somebody_is_connected_who_is_not_its_own(self) -> None:
        session = self.spawn(script(SERVE))
        port, serve = self.port_of(session), {NAME: NOBODY_KNOWS}
        with mock.patch.object(Origins, "find_origin", lambda _, one, *__: SERVER if one.pid == session else HOUSE):
            self.settle(session, serve)
            with socket.create_connection(("127.0.0.1", port)):
                self.settle(session, {NAME: JOB})
            self.settle(session, serve)

    def test_who_is_at_a_kernel_is_no_guest_of_what_the_server_has_started_with_it(self) -> None:
        kernel = """
            import json, os, socket, sys, time
            own = socket.create_server(("127.0.0.1", 0))
            open(sys.argv[-1] + ".new", "w").write(json.dumps({"iopub_port": own.getsockname()[1]}))
            os.rename(sys.argv[-1] + ".new", sys.argv[-1])
            held = own.accept()
            time.sleep(600)
            """
        start = "import subprocess, sys; subprocess.run([sys.executable, '-c', *sys.argv[1:]])"
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "connection.json")
            extension = self.spawn([*script(start), textwrap.dedent(kernel), "ipykernel_launcher", file])
            while not os.path.exists(file):
                time.sleep(0.05)
            with open(file) as text:
                port = json.load(text)["iopub_port"]
            server_started_it = mock.patch.object(Origins, "find_origin", lambda *_: SERVER)
            with server_started_it, socket.create_connection(("127.0.0.1", port)):
                with mock.patch("guests.is_kernel", return_value=False):
                    self.assertTrue(any(self.kind_of(extension) == JOB for _ in range(1000)))
                self.assertFalse(any(self.kind_of(extension) == JOB for _ in range(5)))

    def kind_of(self, pid: int) -> str:
        process = self.look()[pid]
        return self.context.model.kind_of(process)

    def test_a_kernel_has_guests_at_what_a_cell_serves_but_not_at_its_own_sockets_nor_in_its_own_family(self) -> None:
        code = """
            import json, os, socket, sys, time
            own, served = socket.create_server(("127.0.0.1", 0)), socket.create_server(("127.0.0.1", 0))
            if os.fork() == 0:
                mine = socket.create_connection(served.getsockname())
                time.sleep(600)
            held = [served.accept()]
            ports = {"iopub_port": own.getsockname()[1], "served": served.getsockname()[1]}
            open(sys.argv[-1] + ".new", "w").write(json.dumps(ports))
            os.rename(sys.argv[-1] + ".new", sys.argv[-1])
            held += [own.accept(), served.accept()]
            time.sleep(600)
            """
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "connection.json")
            kernel = self.spawn([*script(code), "ipykernel_launcher", file])
            while not os.path.exists(file):
                time.sleep(0.05)
            with open(file) as text:
                ports = json.load(text)

            def has_guests() -> bool:
                process = self.look()[kernel]
                return self.context.model.serves_guests(process)

            with socket.create_connection(("127.0.0.1", ports["iopub_port"])):
                self.assertFalse(any(has_guests() for _ in range(20)))
                with socket.create_connection(("127.0.0.1", ports["served"])):
                    self.assertTrue(any(has_guests() for _ in range(1000)))
            self.assertFalse(all(has_guests() for _ in range(1000)))

    def test_a_kernel_awaits_an_answer_but_not_from_what_a_kernel_has_started(self) -> None:
        code = "import socket, time; kept = socket.create_server(('127.0.0.1', 0)).accept(); time.sleep(600)"
        session = self.spawn(script(code))
        self.settle(session, {NAME: SERVER_LEFT_OPEN})
        with socket.create_connection(("127.0.0.1", self.port_of(session))) as mine:
            sockets = {str(os.fstat(mine.fileno()).st_ino)}
            self.settle(session, {NAME: JOB})
            for origin, awaits in ((TERMINAL, True), (KERNEL, False)):
                find = {session: origin}
                with mock.patch.object(Origins, "find_origin", lambda _, one, *__, find=find: find.get(one.pid, HOUSE)):
                    self.context.processes = {}
                    self.look()
                    self.assertEqual(self.context.model.awaits_answer(sockets), awaits)
            mine.close()
            self.look()
            self.assertFalse(self.context.model.awaits_answer(sockets))

    def test_a_servers_own_family_is_nobody(self) -> None:
        session = self.spawn(
            script(
                """
                import os, socket, select
                server = socket.create_server(("127.0.0.1", 0))
                if os.fork() == 0:
                    mine = socket.create_connection(server.getsockname())
                    select.select([mine], [], [])
                other, _ = server.accept()
                select.select([other], [], [])
                """
            )
        )
        self.settle(session, {NAME: SERVER_LEFT_OPEN})

    def test_a_program_that_is_connected_elsewhere_is_a_job(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            code = f"""
                import socket
                mine = socket.create_server(("127.0.0.1", 0))
                socket.create_connection(("127.0.0.1", {server.getsockname()[1]})).recv(1)
                """
            self.settle(self.spawn(script(code)), {NAME: JOB})

    def test_a_program_that_waits_for_workers_at_a_unix_socket_is_a_job(self) -> None:
        code = """
            import multiprocessing, select, time
            with multiprocessing.Manager():
                multiprocessing.Process(target=time.sleep, args=(600,)).start()
                select.select([], [], [])
            """
        session = self.spawn(script(code))
        deadline = time.monotonic() + 15
        kinds: list[str] = []
        while len(kinds) < 3 and time.monotonic() < deadline:
            kinds = [self.context.model.kind_of(one) for one in self.look().values() if one.session == session]
        self.assertEqual(kinds[:1], [JOB])

    def port_of(self, pid: int) -> int:
        """The port at which it listens, once it does."""
        deadline = time.monotonic() + 15
        listening: list[Connection] = []
        while not listening and time.monotonic() < deadline:
            listening = [one for one in Network().tcp if one.state == LISTENING and one.inode in sockets_of(pid)]
        return int(listening[0].port, 16)

    def test_a_job_left_behind_stays_a_job_by_what_its_environment_says(self) -> None:
        for trace in ("JUPYTER_SERVER_URL", "JPY_PARENT_PID", "TERM_PROGRAM"):
            session = self.spawn(["bash", "-c", "setsid -f sleep 617; read x"], **{trace: "x"})
            deadline = time.monotonic() + 15
            jobs: list[Process] = []
            while not jobs and time.monotonic() < deadline:
                self.look()
                jobs = [job for job in self.context.model.jobs() if job.cmdline == ["sleep", "617"]]
            self.assertEqual(len(jobs), 1, trace)
            os.kill(jobs[0].pid, signal.SIGKILL)
            self.assertNotEqual(jobs[0].session, session)

    def test_a_job_left_behind_is_known_behind_a_megabyte_of_environment(self) -> None:
        filler = {f"FILLER_{i}": "x" * 100_000 for i in range(11)}
        session = self.spawn(["bash", "-c", "setsid -f sleep 619; read x"], **filler, JPY_PARENT_PID="1")
        deadline = time.monotonic() + 15
        found: list[Process] = []
        while not found and time.monotonic() < deadline:
            found = [one for one in self.look().values() if one.cmdline == ["sleep", "619"] and one.session != session]
        self.addCleanup(os.kill, found[0].pid, signal.SIGKILL)
        self.assertEqual(self.context.model.kind_of(found[0]), JOB)
        self.assertLess(max(map(len, read_environment_pieces(found[0].pid))), 100_000)

    def test_a_monstrous_environment_and_a_name_with_newlines_are_read_as_far_as_they_go(self) -> None:
        session = self.spawn(["bash", "-c", "exec -a $'less\nx\xff' sleep 618"], FILLER="x" * 100_000, B="y" * 100_000)
        self.settle(session, {"sleep": JOB})
