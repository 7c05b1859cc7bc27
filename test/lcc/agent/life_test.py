"""The agent as it runs in an app: from its archive, and from its folder; what each mode loads, and what it weighs."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile
from pathlib import Path

import settings
from stand_ins import METADATA
from supervise import ANOTHER_AGENT, CANNOT_WORK

PACKAGE = Path(settings.__file__).parent
MAX_RESIDENT_KIB = 18 * 1024  # the goal is 20 MiB, with the shell that supervises
MAX_OTHER_MODULES = 95
SECONDS = 30  # within which what is waited for comes, or the test fails
# Each would cost the resident process from half a megabyte to several.
TOO_DEAR = {"asyncio", "email", "hashlib", "http.client", "inspect", "logging", "ssl", "tempfile", "typing", "zlib"}


class LifeCase(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="an app ")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.archive = self.folder / "agent.zip"
        with zipfile.ZipFile(self.archive, "w") as archive:
            for file in sorted(PACKAGE.rglob("*.py")):
                archive.write(file, file.relative_to(PACKAGE))
            archive.write(PACKAGE / "labextension/index.js", "labextension/index.js")
        (self.folder / "metadata.json").write_text(json.dumps(METADATA))
        self.environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self.folder),
            "AGENT_FOLDER": str(self.folder),
            "AGENT_JUPYTER_FOLDER": str(self.folder / "jupyter"),
            "LOG_FILE": str(self.folder / "log"),
            "METADATA_FILE": str(self.folder / "metadata.json"),
            "JL_PORT": "1",
            "SSM_ENDPOINT_URL": "http://127.0.0.1:1",
            "SSM_ACCESS_KEY_ID": "key",
            "SSM_SECRET_ACCESS_KEY": "secret",
        }

    def start(self, program: Path, *modes: str) -> subprocess.Popen[bytes]:
        agent = subprocess.Popen([sys.executable, "-I", "-S", str(program), *modes], env=self.environment)
        self.addCleanup(agent.wait)
        self.addCleanup(agent.kill)
        return agent

    def wait_for_line(self, pattern: str) -> re.Match[str]:
        log, deadline = self.folder / "log", time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            found = re.search(pattern, log.read_text() if log.exists() else "")
            if found:
                return found
            time.sleep(0.05)
        self.fail(f"no line with {pattern}")


class LifeTest(LifeCase):
    def test_a_second_agent_ends_at_once(self) -> None:
        for program in (self.archive, PACKAGE):
            first = self.start(program)
            self.wait_for_line(f"process {first.pid}")
            self.assertEqual(self.start(program).wait(SECONDS), ANOTHER_AGENT)
            first.kill()
            first.wait()

    def test_a_second_agent_ends_at_once_where_the_agents_folder_cannot_be_written(self) -> None:
        self.environment.update(AGENT_FOLDER="/proc/no/such/folder", STATE_FILE=str(self.folder / "state.json"))
        first = self.start(self.archive)
        self.wait_for_line(f"process {first.pid}")
        self.assertEqual(self.start(self.archive).wait(SECONDS), ANOTHER_AGENT)

    def test_an_agent_that_does_not_know_its_app_ends_for_good(self) -> None:
        self.environment["METADATA_FILE"] = "/no/metadata.json"
        self.assertEqual(self.start(self.archive).wait(SECONDS), CANNOT_WORK)
        self.wait_for_line("no agent without the name of the app: /no/metadata.json")

    def test_an_agent_that_is_told_to_end_saves_what_it_knows(self) -> None:
        agent = self.start(self.archive)
        self.wait_for_line("heartbeats cannot be written")
        agent.send_signal(signal.SIGTERM)
        self.assertEqual(agent.wait(SECONDS), 0)
        self.assertIn("kernels", json.loads((self.folder / "state.json").read_text())["sources"])

    def test_a_supervised_agent_is_left_behind_off_the_callers_session(self) -> None:
        for program in (self.archive, PACKAGE):
            (self.folder / "log").unlink(missing_ok=True)
            self.assertEqual(self.start(program, "supervise").wait(SECONDS), 0)
            pid = int(self.wait_for_line(r"process (\d+)").group(1))
            supervisor = os.getsid(pid)
            own_session = os.getsid(0)
            if supervisor != own_session:
                os.killpg(supervisor, signal.SIGKILL)
            self.assertNotEqual(supervisor, own_session)


class FootprintTest(LifeCase):
    def test_the_resident_process_stays_small_after_its_first_write(self) -> None:
        agent = self.start(self.archive)
        self.wait_for_line("heartbeats cannot be written")
        status = Path(f"/proc/{agent.pid}/status").read_text()
        resident_kib = int(status.partition("VmRSS:")[2].split()[0])
        self.assertLess(resident_kib, MAX_RESIDENT_KIB)

    def test_each_mode_loads_what_it_needs_and_nothing_dear(self) -> None:
        ours = {module.stem for module in PACKAGE.glob("*.py")} | {"sources"}
        live, supervise, write = map(self.modules_of, ("live", "supervise", "write_child"))
        self.assertLess(len(live - ours), MAX_OTHER_MODULES)
        self.assertEqual(live & TOO_DEAR, set())
        self.assertEqual(ours - live, {"__main__", "keep_alive_command", "write_child"})
        self.assertEqual(supervise & ours, {"settings", "supervise"})
        self.assertEqual(write & ours, {"write_child"})

    def modules_of(self, module: str) -> set[str]:
        """All modules that are loaded once this one is; `runpy` is what runs an archive."""
        code = f"import sys; sys.path.insert(0, {str(self.archive)!r}); import runpy, {module}; print(*sys.modules)"
        names = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, check=True).stdout
        return set(names.decode().split()) - {"__main__"}
