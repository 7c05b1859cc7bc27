"""Who is at what the server, or a kernel, has started."""

from __future__ import annotations

import json
import os
import socket
import tempfile
import textwrap
import time
from unittest import mock

from guests import Alone
from origins import HOUSE, KERNEL, SERVER, TERMINAL, Origins
from process_model import JOB, NOBODY_KNOWS, SERVER_LEFT_OPEN
from real_programs import NAME, PYTHON, SERVE, RealPrograms, script


class GuestsTest(RealPrograms):
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

    def test_a_kernel_whose_connection_file_is_gone_hides_no_guest_of_what_has_started_it(self) -> None:
        kernel = "import socket, time; kept = socket.create_server(('127.0.0.1', 0)).accept(); time.sleep(600)"
        # The extension's own command line must not look like a kernel's.
        extension = f"""
            import socket, subprocess, sys
            kernel = subprocess.Popen([sys.executable, "-c", {kernel!r}, "ipy" "kernel" "_launcher", "/no/file.json"])
            print(kernel.pid, file=open(sys.argv[1], "w"), flush=True)
            served = socket.create_server(("127.0.0.1", 0))
            while True:
                kept = served.accept()
            """
        with tempfile.NamedTemporaryFile("r") as file:
            session = self.spawn([*script(extension), file.name])
            port, kernels_port = self.port_of(session), self.port_of(int(file.read()))
            server_started_it = mock.patch.object(Origins, "find_origin", lambda *_: SERVER)
            with server_started_it, socket.create_connection(("127.0.0.1", kernels_port)):
                self.assertFalse(any(self.kind_of(session) == JOB for _ in range(20)))
                with socket.create_connection(("127.0.0.1", port)):
                    self.assertTrue(any(self.kind_of(session) == JOB for _ in range(1000)))

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

    def test_who_is_at_a_port_that_was_opened_in_no_time_is_seen_before_long(self) -> None:
        code = f"input(); {SERVE}"
        session = self.spawn([PYTHON, "-c", code])
        server_started_it = mock.patch.object(Origins, "find_origin", lambda *_: SERVER)
        with server_started_it, mock.patch.object(Alone, "is_still", lambda *_: True):
            self.assertFalse(any(self.kind_of(session) == JOB for _ in range(5)))
            os.write(self.primaries[session], b"\n")
            with socket.create_connection(("127.0.0.1", self.port_of(session))):
                self.assertTrue(any(self.kind_of(session) == JOB for _ in range(1000)))

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
