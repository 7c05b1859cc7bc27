"""Real servers on real terminals: which are left open, and what is left open with them."""

from __future__ import annotations

import socket
import time
from unittest import mock

from process_model import JOB, NOT_JOB, SERVER_LEFT_OPEN
from processes import Process
from real_programs import NAME, PYTHON, SERVE, RealPrograms, script


class ServersLeftOpenTest(RealPrograms):
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
