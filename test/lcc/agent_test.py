"""The agent's decisions, with a clock that the test moves. Run by agent.test.ts; prints a line of JSON a test."""

from __future__ import annotations

import json
import math
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "lcc"))
scratch = tempfile.TemporaryDirectory()
os.environ.update(LOG_FILE=f"{scratch.name}/log", STATE_FILE=f"{scratch.name}/state")
import agent.__main__ as agent  # noqa: E402

METADATA = {
    "DomainId": "d-1",
    "AppType": "JupyterLab",
    "ResourceName": "default",
    "SpaceName": "s",
    "ResourceArn": "arn:aws:sagemaker:eu-west-1:123456789012:app/d-1/s/JupyterLab/default",
}
MORNING = 1_800_000_000.0  # 2027-01-15T08:00:00Z


class StubServer(agent.Server):
    """Answers what the test says, or raises it."""

    def __init__(self, **answers: Any) -> None:
        super().__init__("127.0.0.1", "1", "/")
        self.answers: dict[str, Any] = {"kernels": [], "sessions": [], "terminals": [], **answers}

    def ask(self, what: str) -> list[dict[str, Any]]:
        answer = self.answers[what]
        if isinstance(answer, Exception):
            raise answer
        found: list[dict[str, Any]] = answer
        return found


def process(pid: int, **fields: Any) -> agent.Process:
    """A process as the test says it is."""
    one = agent.Process.__new__(agent.Process)
    usual = {
        "pid": pid,
        "name": "",
        "words": ["x"],
        "state": b"S",
        "parent": 1,
        "session": pid,
        "terminal": None,
        "ticks": 0,
        "threads": 12,
        "started": 900,
    }
    vars(one).update({**usual, **fields})
    one.kernel = "".join(re.findall(r"kernel-([\w-]+)\.json", " ".join(one.words)))
    return one


def at(seconds: float, wall_jump: float = 0) -> agent.Moment:
    return agent.Moment(1000.0 + seconds, MORNING + seconds + wall_jump)


def stamp(seconds: float, form: str = "%Y-%m-%dT%H:%M:%SZ") -> str:
    return time.strftime(form, time.gmtime(MORNING + seconds))


def kernel(state: str | None = "idle", active: float = 0, **more: Any) -> dict[str, Any]:
    return {"id": "k1", "name": "python3", "execution_state": state, "last_activity": stamp(active), "connections": 0, **more}


class KernelsCase(unittest.TestCase):
    def setUp(self) -> None:
        self.server = StubServer()
        self.host = agent.Host(self.server)
        self.kernels = agent.Kernels(at(0), self.host)

    def idle_after(self, seconds: float, *kernels: dict[str, Any], wall_jump: float = 0) -> float:
        self.server.answers["kernels"] = list(kernels)
        moment = at(seconds, wall_jump)
        self.kernels.busy = None
        self.kernels.look(moment)
        return moment.boot - self.kernels.active


class KernelsTest(KernelsCase):
    def test_an_app_without_kernels_is_idle_since_the_agent_first_ran(self) -> None:
        self.assertEqual(self.idle_after(500), 500)

    def test_an_idle_kernel_counts_from_its_last_activity(self) -> None:
        self.assertEqual(self.idle_after(60, kernel(active=20)), 40)
        self.assertEqual(self.idle_after(120, kernel(active=20)), 100)

    def test_a_kernel_that_is_gone_was_at_work_until_then_for_all_that_is_known_and_is_remembered(self) -> None:
        self.idle_after(60, kernel(active=20))
        self.assertEqual(self.idle_after(120), 0)
        self.assertEqual(self.idle_after(180), 60)

    def test_a_busy_kernel_is_activity_however_long_its_stamp_stands_still(self) -> None:
        for seconds in (60, 7200, 90_000):
            self.assertEqual(self.idle_after(seconds, kernel("busy", 10)), 0)
        self.assertEqual(self.kernels.busy, {"what": "kernel k1 (python3)", "for": 90_000 - 60})

    def test_any_state_that_is_not_known_to_be_quiet_is_activity(self) -> None:
        for state in ("busy", "restarting", "autorestarting", "debugging", "unknown", ""):
            self.assertEqual(self.idle_after(600, kernel(state, 10)), 0, state)

    def test_a_kernel_stuck_at_starting_or_dead_shows_no_activity_beyond_its_stamp(self) -> None:
        for state in ("starting", "dead"):
            self.assertEqual(self.idle_after(600, kernel(state, 590)), 10)
            self.assertEqual(self.idle_after(900, kernel(state, 590)), 310)
            self.setUp()

    def test_a_kernel_without_a_state_makes_the_source_unknown(self) -> None:
        for state in (None, 7, ["idle"]):
            with self.assertRaises(agent.Unreadable):
                self.idle_after(60, {**kernel(), "execution_state": state})

    def test_stamps_are_read_in_every_form_that_jupyter_gives_them(self) -> None:
        for fraction in ("", ".000", ".000000"):
            for zone in ("Z", "+00:00", ""):
                form = f"%Y-%m-%dT%H:%M:%S{fraction}{zone}"
                self.assertEqual(agent.parse_stamp(stamp(30, form)), MORNING + 30, form)
        self.assertEqual(agent.parse_stamp("2027-01-15T13:30:00+05:30"), MORNING)
        self.assertEqual(agent.parse_stamp("2027-01-15T08:00:00.250000Z"), MORNING + 0.25)

    def test_a_stamp_that_cannot_be_read_counts_as_activity_when_it_changes_and_only_then(self) -> None:
        self.assertEqual(self.idle_after(60, kernel(last_activity="soon")), 0)
        self.assertEqual(self.idle_after(360, kernel(last_activity="soon")), 300)
        self.assertEqual(self.idle_after(420, kernel(last_activity=None)), 0)

    def test_a_clock_that_jumps_makes_nobody_idle(self) -> None:
        for jump in (-86_400, -3600, 3600, 86_400):
            self.setUp()
            self.idle_after(60, kernel("busy", 10))
            self.assertEqual(self.idle_after(120, kernel("busy", 10), wall_jump=jump), 0)
            self.assertEqual(self.idle_after(180, kernel(active=170 + jump), wall_jump=jump), 10)
            self.assertLessEqual(self.idle_after(240, kernel(active=200 + jump), wall_jump=2 * jump), 60)

    def test_a_clock_that_jumps_keeps_nobody_awake(self) -> None:
        self.idle_after(60, kernel(active=10))
        self.assertEqual(self.idle_after(4000, kernel(active=10), wall_jump=-7200), 3990)

    def test_a_server_with_another_clock_cannot_date_activity_before_the_last_look(self) -> None:
        self.idle_after(60, kernel(active=-50_000))
        self.assertLessEqual(self.idle_after(120, kernel(active=-49_940)), 60)

    def test_activity_during_an_outage_of_the_server_is_dated_by_its_stamp(self) -> None:
        self.idle_after(60, kernel(active=10))
        self.assertEqual(self.idle_after(1860, kernel(active=900)), 960)

    def test_connections_are_summed_and_unknown_where_one_is(self) -> None:
        self.idle_after(60, kernel(connections=2), kernel(id="k2", connections=1))
        self.assertEqual(self.kernels.connections, 3)
        for wrong in (None, "2", True):
            self.idle_after(60, kernel(connections=2), kernel(id="k2", connections=wrong))
            self.assertIsNone(self.kernels.connections)

    def test_the_notebook_is_named_for_a_person_and_for_parameter_store(self) -> None:
        self.server.answers["sessions"] = [{"path": "team/{{train}}\n.ipynb", "kernel": {"id": "k1"}}]
        self.idle_after(60, kernel("busy", 50), kernel("busy", 50, id="k2"))
        assert self.kernels.busy is not None
        self.assertEqual(self.kernels.busy["what"], "team/??train???.ipynb (python3) and 1 more")
        self.server.answers["sessions"] = agent.Unreadable("sessions")
        self.assertEqual(self.idle_after(60, kernel("busy", 50, name="x" * 500)), 0)
        self.assertLessEqual(len(self.kernels.busy["what"]), 120)


class KilledKernelTest(KernelsCase):
    """The kernel's process started when the test says."""

    def busy_with_process_from(self, started: float, active: float, look: float) -> float:
        self.host.processes = {7: process(7, words=["python", "-f", "kernel-k1.json"], started=1000 + started)}
        return self.idle_after(look, kernel("busy", active))

    def test_an_execution_older_than_its_process_died_with_the_one_before(self) -> None:
        self.assertEqual(self.busy_with_process_from(5, active=100, look=110), 0)
        self.assertEqual(self.busy_with_process_from(115, active=100, look=120), 10)
        self.assertEqual(self.busy_with_process_from(115, active=100, look=420), 310)
        self.assertIsNone(self.kernels.busy)

    def test_a_new_process_whose_first_words_were_taken_for_work_is_at_rest(self) -> None:
        for waits, idle in (("loop", 5), ("else", 0), ("", 0)):
            self.setUp()
            with mock.patch.object(agent.Process, "waits", lambda _, waits=waits: waits):
                self.busy_with_process_from(5, active=100, look=110)
                self.assertEqual(self.busy_with_process_from(113, active=115, look=120), idle)

    def test_work_begun_well_after_a_restart_is_believed_though_it_waits_in_an_event_loop(self) -> None:
        with mock.patch.object(agent.Process, "waits", lambda _: "loop"):
            self.busy_with_process_from(5, active=100, look=110)
            self.assertEqual(self.busy_with_process_from(113, active=140, look=9000), 0)

    def test_a_first_process_that_waits_in_an_event_loop_is_believed(self) -> None:
        with mock.patch.object(agent.Process, "waits", lambda _: "loop"):
            self.assertEqual(self.busy_with_process_from(99, active=100, look=9000), 0)

    def test_a_process_in_an_event_loop_is_told_from_one_that_sleeps_and_one_that_runs(self) -> None:
        codes = {"import select; select.epoll().poll(30)": "loop", "import time; time.sleep(30)": "else", "while True: pass": ""}
        for code, waits in codes.items():
            with subprocess.Popen([sys.executable, "-c", code]) as child:
                one = process(child.pid)
                deadline = time.monotonic() + 10
                while one.waits() != waits and time.monotonic() < deadline:
                    time.sleep(0.05)
                self.assertEqual(one.waits(), waits, code)
                child.kill()

    def test_a_kernel_that_its_server_calls_idle_is_at_work_where_it_waits_for_something_else_than_a_message(self) -> None:
        self.assertEqual(self.idle_at_each_look("python -m ipykernel_launcher -f kernel-k1.json", "else"), [10, 0, 0, 0])
        self.assertEqual(self.idle_at_each_look("python -Xdev -m ipykernel_launcher -f kernel-k1.json", "else"), [10, 0, 0, 0])
        assert self.kernels.busy is not None
        self.assertEqual(self.kernels.busy["for"], 180)

    def test_nothing_is_read_into_where_a_kernel_waits_if_it_is_in_its_loop_or_runs_or_is_another_program(self) -> None:
        for command, waits in (
            ("python -m ipykernel_launcher -f kernel-k1.json", "loop"),
            ("python -m ipykernel_launcher -f kernel-k1.json", ""),
            ("conda run -n lab --no-capture-output python -m ipykernel_launcher -f kernel-k1.json", "else"),
            ("R --slave -e IRkernel::main() --args kernel-k1.json", "else"),
        ):
            self.assertEqual(self.idle_at_each_look(command, waits), [10, 70, 130, 190], command)
            self.assertIsNone(self.kernels.busy)

    def test_a_kernel_is_found_within_its_wrapper(self) -> None:
        self.setUp()
        self.idle_after(40, kernel())
        wrapper = process(6, words="bash run.sh -f kernel-k1.json".split(), started=1000.5)
        worker = process(8, words="python -m ipykernel_launcher -f kernel-k1.json".split(), started=1009)
        self.host.processes = {6: wrapper, 7: process(7, words=worker.words, started=1001), 8: worker}
        self.idle_after(60, kernel(active=50))
        self.assertEqual(self.kernels.processes["k1"].pid, 7)

    def test_a_kernel_that_is_starting_for_ever_is_at_work_where_its_threads_say_that_it_has_started(self) -> None:
        command = "python -m ipykernel_launcher -f kernel-k1.json"
        self.assertEqual(self.idle_at_each_look(command, "else", "starting"), [10, 0, 0, 0])
        self.assertEqual(self.idle_at_each_look(command, "loop", "starting"), [10, 70, 130, 190])
        self.assertEqual(self.idle_at_each_look(command, "else", "starting", threads=1), [10, 70, 130, 190])

    def idle_at_each_look(self, command: str, waits: str, state: str = "idle", threads: int = 12) -> list[float]:
        """The source's idle seconds at four looks, a minute apart; the kernel's stamp is of ten seconds before the first."""
        self.setUp()
        self.idle_after(40, kernel())
        self.host.processes = {7: process(7, words=command.split(), started=1001, threads=threads)}
        with mock.patch.object(agent.Process, "waits", lambda _: waits):
            return [self.idle_after(60 * look, kernel(state, active=50)) for look in range(1, 5)]

    def test_a_cell_run_after_a_restart_is_busy(self) -> None:
        self.busy_with_process_from(5, active=100, look=110)
        self.assertEqual(self.busy_with_process_from(115, active=117, look=120), 0)
        self.assertEqual(self.busy_with_process_from(115, active=117, look=9000), 0)

    def test_a_clock_that_jumps_declares_no_execution_dead(self) -> None:
        self.idle_after(60, kernel(active=10), wall_jump=7200)
        self.assertEqual(self.busy_with_process_from(62, active=65, look=120), 0)

    def test_where_stamps_stand_still_a_restarted_kernel_is_believed(self) -> None:
        self.idle_after(30, kernel("idle", 10))
        self.idle_after(60, kernel("busy", 10))
        self.assertEqual(self.busy_with_process_from(70, active=10, look=120), 0)

    def test_where_stamps_stand_still_two_ticks_of_cpu_time_are_activity(self) -> None:
        self.idle_after(10, kernel(active=10))
        for seconds, ticks, idle in ((60, 100, 0), (120, 101, 60), (180, 103, 0), (240, 103, 60)):
            self.host.processes = {7: process(7, words=["python", "-f", "kernel-k1.json"], ticks=ticks)}
            self.assertEqual(self.idle_after(seconds, kernel(active=10)), idle)

    def test_where_stamps_move_cpu_time_of_an_idle_kernel_is_no_activity_of_the_kernels(self) -> None:
        self.idle_after(60, kernel(active=10))
        self.idle_after(120, kernel(active=110))
        self.host.processes = {7: process(7, words=["python", "-f", "kernel-k1.json"], ticks=5000)}
        self.assertEqual(self.idle_after(180, kernel(active=110)), 70)

    def test_a_busy_kernel_whose_process_is_not_seen_is_believed(self) -> None:
        self.assertEqual(self.idle_after(9000, kernel("busy", 10, id="no-such-process")), 0)


class TerminalsTest(unittest.TestCase):
    """Ptys are said by the test: number, {typed, printed} in seconds, at work or not."""

    def setUp(self) -> None:
        self.waits = "input"
        waits = mock.patch.object(agent.Process, "waits", lambda _: self.waits)
        waits.start()
        self.addCleanup(waits.stop)
        self.host = agent.Host(StubServer())
        self.terminals = agent.Terminals(at(0), self.host)

    def idle_after(self, seconds: float, ptys: dict[int, tuple[float, float, bool]]) -> float:
        stat = os.stat

        def fake_stat(path: str, *rest: Any, **more: Any) -> Any:
            if not str(path).startswith("/dev/pts/"):
                return stat(path, *rest, **more)
            typed, printed, _ = ptys[int(path.rpartition("/")[2])]
            return mock.Mock(st_atime=MORNING + typed, st_mtime=MORNING + printed)

        moment = at(seconds)
        self.host.processes = {1: process(1)}
        for number, (_, _, at_work) in ptys.items():
            self.host.processes[number] = process(number, words=["bash"], terminal=number)
            if at_work:
                self.host.processes[100 + number] = process(100 + number, words=["make"], terminal=number, parent=number, session=number)
        with mock.patch.object(os, "stat", fake_stat):
            self.terminals.look(moment)
        return moment.boot - self.terminals.active

    def test_typing_is_activity_up_to_eight_seconds_after_its_stamp(self) -> None:
        self.idle_after(60, {3: (50, 50, False)})
        self.assertEqual(self.idle_after(120, {3: (100, 100, False)}), 12)
        self.assertEqual(self.idle_after(720, {3: (100, 100, False)}), 612)

    def test_a_shell_that_redraws_for_a_returning_tab_is_nobody_at_work(self) -> None:
        self.idle_after(60, {3: (50, 50, False)})
        self.assertEqual(self.idle_after(3600, {3: (50, 3590, False)}), 3542)

    def test_a_prompt_that_runs_something_at_two_looks_is_a_job_and_one_that_waits_again_is_none(self) -> None:
        for waits in ("else", "input", "loop", ""):
            self.setUp()
            idle = []
            for look, self.waits in enumerate(("input", waits, waits, "input"), 1):
                idle.append(self.idle_after(60 * look, {3: (50, 50, False)}))
            self.assertEqual(idle, [2, 62, 0, 60] if waits == "else" else [2, 62, 122, 182], waits)

    def test_a_job_is_at_work_however_silent_and_its_last_line_is_remembered(self) -> None:
        self.idle_after(60, {3: (50, 50, True)})
        self.assertEqual(self.idle_after(3600, {3: (50, 50, True)}), 0)
        self.assertEqual(self.idle_after(3660, {3: (50, 3640, False)}), 12)

    def test_a_new_terminal_is_activity_and_a_closed_one_is_remembered(self) -> None:
        self.assertEqual(self.idle_after(600, {3: (590, 590, False)}), 2)
        self.assertEqual(self.idle_after(1200, {}), 602)

    def job(self, *processes: agent.Process) -> str | None:
        self.host.processes = {one.pid: one for one in processes}
        found = self.terminals.jobs().get(3)
        return found.command() if found else None

    def under_bash(self, *words: str, state: bytes = b"S") -> str | None:
        return self.job(process(5, words=["-bash"], terminal=3), process(6, words=[*words], terminal=3, parent=5, session=5, state=state))

    def test_what_runs_under_a_shell_is_a_job_and_named_by_its_command(self) -> None:
        self.assertEqual(self.under_bash("/opt/conda/bin/python", "train.py", "--epochs", "90"), "python train.py --epochs 90")
        self.assertEqual(self.under_bash("sleep", "3600"), "sleep 3600")
        self.assertEqual(self.under_bash("bash", "run.sh"), "bash run.sh")
        self.assertEqual(self.job(process(6, words=["python", "serve.py"], terminal=3)), "python serve.py")

    def test_a_prompt_that_waits_is_no_job(self) -> None:
        for words in (["bash"], ["zsh", "-l"], ["/usr/bin/python3"], ["ipython", "--no-banner"], ["R"], ["sudo", "-i"], ["su", "ada"]):
            self.assertIsNone(self.under_bash(*words), words)
        self.assertIsNone(self.job(process(5, words=["-bash"], terminal=3)))

    def test_pagers_editors_and_monitors_left_open_are_no_jobs_nor_is_what_they_start(self) -> None:
        for words in (
            ["less", "log"],
            ["/usr/bin/vim", "x.py"],
            ["top"],
            ["htop"],
            ["watch", "nvidia-smi"],
            ["tail", "-f", "log"],
            ["tmux"],
        ):
            self.assertIsNone(self.under_bash(*words), words)
        shell = process(5, words=["bash"], terminal=3)
        watch = process(6, words=["watch", "date"], terminal=3, parent=5, session=5)
        child = process(7, words=["sh", "-c", "date"], terminal=3, parent=6, session=5)
        self.assertIsNone(self.job(shell, watch, child))

    def test_a_job_beside_an_editor_is_a_job(self) -> None:
        shell = process(5, words=["bash"], terminal=3)
        editor = process(6, words=["vim"], terminal=3, parent=5, session=5, state=b"T")
        job = process(7, words=["make"], terminal=3, parent=5, session=5)
        self.assertEqual(self.job(shell, editor, job), "make")

    def test_a_stopped_or_dead_program_is_no_job(self) -> None:
        for state in (b"T", b"t", b"Z"):
            self.assertIsNone(self.under_bash("python", "train.py", state=state))

    def test_the_policy_says_what_is_no_job(self) -> None:
        self.host.instructions = agent.Instructions(json.dumps({"notJobs": ["sleep", "tail -f"]}))
        self.assertIsNone(self.under_bash("sleep", "9"))
        self.assertIsNone(self.under_bash("tail", "-f", "log"))
        self.assertEqual(self.under_bash("tail", "log"), "tail log")
        self.assertEqual(self.under_bash("vim"), "vim")

    def test_a_session_led_from_outside_the_namespace_is_none_of_this_app(self) -> None:
        self.assertIsNone(self.job(process(6, words=["make"], terminal=3, session=0)))

    def test_this_process_is_read_from_proc_as_it_is(self) -> None:
        one = agent.Process(os.getpid(), {}, 0)
        self.assertEqual((one.pid, one.parent, one.session), (os.getpid(), os.getppid(), os.getsid(0)))
        self.assertEqual(one.words[0], Path(f"/proc/{os.getpid()}/cmdline").read_bytes().split(b"\0")[0].decode())
        self.assertLessEqual(abs(agent.read_clock().boot - one.started), 120)
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
            deadline = time.monotonic() + 10
            while time.monotonic() < deadline:
                self.host.read_processes(agent.read_clock().boot)
                if any(one.words == ["sleep", "30"] for one in self.host.processes.values()):
                    break
                time.sleep(0.02)
            job = self.terminals.jobs()[number]
            assert job is not None
            self.assertEqual(job.command(), "sleep 30")
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


class CpuTest(unittest.TestCase):
    """The server is process 2, its kernel 3, a language server 4, the agent's supervisor and the agent this process and its parent."""

    def setUp(self) -> None:
        self.host = agent.Host(StubServer())
        self.cpu = agent.Cpu(at(0), self.host)
        self.look(0)

    def look(self, seconds: float, *more: agent.Process, **ticks: int) -> str | None:
        usual = [
            process(1, words=["init"], parent=0, ticks=ticks.get("init", 0)),
            process(2, words=["python", "/opt/conda/bin/jupyter-lab", "--ip", "0.0.0.0"], ticks=ticks.get("server", 0)),
            process(3, words=["python", "-m", "ipykernel_launcher", "-f", "/r/kernel-k1.json"], parent=2, ticks=ticks.get("kernel", 0)),
            process(4, words=["node", "pyright"], parent=2, ticks=ticks.get("language_server", 0)),
            process(os.getppid(), words=["sh"], ticks=ticks.get("supervisor", 0)),
            process(os.getpid(), words=["python", "agent.py"], parent=os.getppid(), ticks=ticks.get("agent", 0)),
        ]
        self.host.processes = {one.pid: one for one in [*usual, *more]}
        self.cpu.was, self.cpu.busy = self.cpu.busy, None
        self.cpu.look(at(seconds))
        return self.cpu.busy and self.cpu.busy["what"]

    def test_threads_and_tasks_of_an_idle_kernel_are_work_from_a_twentieth_of_a_core_on(self) -> None:
        self.assertIsNone(self.look(60, kernel=300))
        self.assertEqual(self.look(120, kernel=601), "python -m ipykernel_launcher -f /r/kernel-k1.json uses 0.1 of a core")
        self.assertEqual(self.look(180, kernel=6601), "python -m ipykernel_launcher -f /r/kernel-k1.json uses 1.0 of a core")
        assert self.cpu.busy is not None
        self.assertEqual(self.cpu.busy["for"], 60)
        self.assertIsNone(self.look(240, kernel=6601))
        self.assertEqual(at(240).boot - self.cpu.active, 60)

    def test_the_server_its_helpers_the_first_process_and_the_agent_are_nobodys_work(self) -> None:
        for who in ("init", "server", "language_server", "supervisor", "agent"):
            self.setUp()
            self.assertIsNone(self.look(60, **{who: 6000}), who)

    def test_a_kernels_children_work_for_it(self) -> None:
        child = process(10, words=["python", "worker.py"], parent=3, ticks=1000)
        grandchild = process(11, words=["python", "worker.py"], parent=10, ticks=1000)
        self.assertEqual(self.look(60, child, grandchild), "python -m ipykernel_launcher -f /r/kernel-k1.json uses 0.3 of a core")

    def test_what_was_left_behind_is_work_with_all_that_it_starts(self) -> None:
        left = process(20, words=["nohup-sh", "run.sh"], ticks=0)
        worker = process(21, words=["python", "train.py"], parent=20, ticks=3000)
        self.assertEqual(self.look(60, left, worker), "nohup-sh run.sh uses 0.5 of a core")

    def test_what_was_there_before_the_first_look_counts_from_then_and_a_pid_anew_from_its_start(self) -> None:
        self.look(60, process(20, words=["a"], ticks=90_000))
        self.assertIsNone(self.look(120, process(20, words=["a"], ticks=90_000)))
        self.assertEqual(self.look(180, process(20, words=["b"], ticks=600, started=1150)), "b uses 0.1 of a core")

    def test_two_looks_close_to_each_other_tell_nothing(self) -> None:
        self.assertIsNone(self.look(0.5, kernel=50))
        self.assertIsNotNone(self.look(2, kernel=50))

    def test_the_policy_says_how_much_is_work(self) -> None:
        self.host.instructions = agent.Instructions('{"cpuThreshold": 2.5}')
        self.assertIsNone(self.look(60, kernel=14_000))
        self.assertIsNotNone(self.look(120, kernel=30_000))

    def test_servers_are_known_by_name_and_what_jupyter_runs_is_not_taken_for_one(self) -> None:
        for words in (
            ["python", "-m", "jupyterlab"], ["python", "-m", "jupyter_server"], ["/opt/conda/bin/jupyter-server"], ["jupyter-labhub"],
            ["node", "/opt/amazon/sagemaker/code-editor/out/server-main.js"], ["sagemaker-code-editor", "--port", "8888"],
        ):  # fmt: skip
            self.assertTrue(process(9, words=words).is_server(), words)
        for words in (
            ["jupyter-nbconvert", "--execute", "a.ipynb"],
            ["python", "jupyter.py"],
            ["python", "train.py"],
            ["papermill", "a.ipynb"],
            ["decode-server"],
        ):
            self.assertFalse(process(9, words=words).is_server(), words)


class GpuTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tool = Path(folder.name, "nvidia-smi")
        path = mock.patch.dict(os.environ, {"PATH": f"{folder.name}:/usr/bin:/bin"})
        path.start()
        self.addCleanup(path.stop)
        self.gpu = agent.Gpu(at(0), agent.Host(StubServer()))

    def says(self, script: str) -> None:
        self.tool.write_text(f"#!/bin/sh\n{script}\n")
        self.tool.chmod(0o755)

    def look(self, seconds: float) -> bool:
        self.gpu.was, self.gpu.busy = self.gpu.busy, None
        return self.gpu.look(at(seconds))

    def test_a_machine_without_one_has_none(self) -> None:
        self.assertFalse(self.look(60))
        self.says("echo 99")
        self.assertFalse(self.look(120), "none is looked for again")

    def test_the_busiest_of_any_number_tells(self) -> None:
        self.says("echo 0; echo 87; echo 3")
        self.assertTrue(self.look(60))
        assert self.gpu.busy is not None
        self.assertEqual(self.gpu.busy["what"], "a GPU is used to 87%")
        self.says("echo 0; echo 5")
        self.assertTrue(self.look(120))
        self.assertIsNone(self.gpu.busy)
        self.assertEqual(at(120).boot - self.gpu.active, 60)

    def test_an_image_for_gpus_on_a_machine_without_has_none(self) -> None:
        for code in (6, 9, 12):
            self.says(f"echo failed; exit {code}")
            self.assertFalse(self.look(60))

    def test_what_it_cannot_tell_is_unknown(self) -> None:
        for script in ("echo '[N/A]'", "exit 15", "true"):
            self.says(script)
            with self.assertRaises((agent.Unreadable, ValueError)):
                self.look(60)

    def test_one_that_hangs_is_unknown_and_not_asked_twice(self) -> None:
        self.says("echo $$ >>$0.asked; trap '' TERM; exec sleep 60")
        with mock.patch.object(agent, "HTTP_SECONDS", 0.2), mock.patch.object(subprocess.Popen, "kill", lambda _: None):
            for seconds in (60, 120):
                self.assertRaises(agent.Unreadable, self.look, seconds)
        self.assertEqual(len(Path(f"{self.tool}.asked").read_text().split()), 1)
        assert self.gpu.asked is not None
        self.gpu.asked.kill()
        self.gpu.asked.wait()
        self.gpu.asked = None


class FilesTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name)
        home = mock.patch.dict(os.environ, {"HOME": folder.name})
        home.start()
        self.addCleanup(home.stop)
        self.files = agent.Files(at(0), agent.Host(StubServer()))

    def saved(self, name: str, seconds: float) -> None:
        file = self.home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        os.utime(file, (MORNING + seconds, MORNING + seconds))

    def idle_after(self, seconds: float) -> float:
        self.files.look(at(seconds))
        return at(seconds).boot - self.files.active

    def test_a_notebook_or_text_file_that_is_saved_is_activity(self) -> None:
        self.saved("old.ipynb", -9000)
        self.idle_after(60)
        for i, name in enumerate(("work/deep/er/a.ipynb", "b.py", "c.md", "d.txt", "data.csv")):
            self.saved(name, 100 * i + 110)
            self.assertEqual(self.idle_after(100 * i + 120), 10, name)
        self.assertEqual(self.idle_after(700), 190)

    def test_caches_checkpoints_and_data_are_nobody_at_work(self) -> None:
        self.idle_after(60)
        for name in (
            ".cache/a.txt",
            ".ipynb_checkpoints/a.ipynb",
            "x/.git/a.txt",
            "node_modules/a.js",
            "__pycache__/a.py",
            "model.bin",
            "noext",
        ):
            self.saved(name, 110)
        self.assertEqual(self.idle_after(120), 120)

    def test_files_of_former_days_are_no_activity_however_late_the_first_walk_finds_them(self) -> None:
        for i in range(40):
            self.saved(f"{i}.txt", -9000)
        with mock.patch.object(agent, "ENTRIES_A_LOOK", 10):
            self.assertEqual([self.idle_after(60 * look) for look in range(8)], [60 * look for look in range(8)])

    def test_what_was_saved_during_the_first_walk_is_activity_whatever_the_clock_does(self) -> None:
        for saved, jump in ((40, 0), (40, 7200), (-7160, -7200)):
            self.setUp()
            self.saved("a.txt", saved)
            self.files.look(at(60, jump))
            self.assertLessEqual(at(60).boot - self.files.active, 20, (saved, jump))

    def test_a_date_in_the_future_hides_nothing(self) -> None:
        self.saved("future.txt", 90_000)
        self.idle_after(60)
        self.saved("a.py", 110)
        self.assertEqual(self.idle_after(120), 10)

    def test_a_large_home_is_walked_in_pieces(self) -> None:
        for i in range(40):
            self.saved(f"f{i % 4}/{i}.txt", -9000)
        with mock.patch.object(agent, "ENTRIES_A_LOOK", 10):
            for look in range(6):
                self.idle_after(10 * look)
            self.saved("f3/39.txt", 65)
            idle = [self.idle_after(70 + 10 * look) for look in range(12)]
        self.assertLessEqual(min(idle), 60)

    def test_names_that_are_no_text_and_folders_that_cannot_be_read_are_no_trouble(self) -> None:
        (self.home / os.fsdecode(b"\xff\xfe")).mkdir()
        Path(os.fsdecode(os.fsencode(self.home) + b"/\xff\xfe/\xfa.txt")).touch()
        (self.home / "loop").symlink_to(self.home)
        (self.home / "gone.txt").symlink_to("/no/such/file")
        self.assertTrue(self.files.look(at(60)))

    def test_a_home_that_is_not_there_is_no_trouble(self) -> None:
        with mock.patch.dict(os.environ, {"HOME": "/no/such/home"}):
            self.assertTrue(self.files.look(at(60)))


class EditorTest(unittest.TestCase):
    def test_a_change_of_the_editors_note_is_activity(self) -> None:
        with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, {"EDITOR_FILE": f"{folder}/note"}):
            editor = agent.Editor(at(0), agent.Host(StubServer()))
            self.assertFalse(editor.look(at(60)))
            for seconds in (100, 170):
                Path(folder, "note").write_text(stamp(seconds, "%Y-%m-%dT%H:%M:%S.000Z"))
                self.assertTrue(editor.look(at(seconds + 20)))
                self.assertEqual(at(seconds + 20).boot - editor.active, 20)
            Path(folder, "note").write_text("nonsense")
            editor.look(at(500))
            self.assertEqual(editor.active, at(500).boot)
            editor.look(at(600))
            self.assertEqual(editor.active, at(500).boot)


class PaceTest(unittest.TestCase):
    def setUp(self) -> None:
        self.jitter = 0.0
        self.pace = agent.Pace(lambda: self.jitter)

    def sample(self, now: float, **idle: float | None) -> agent.Sample:
        sample = agent.Sample(now)
        sample.idle = {name: None if seconds is None else int(seconds) for name, seconds in idle.items()}
        sample.active = {name: now - (seconds or 0) for name, seconds in idle.items()}
        return sample

    def follow(self, sample: int = 60, cadence: int = 900, timeouts: list[int] | None = None) -> None:
        told = {"v": 1, "sampleSeconds": sample, "cadenceSeconds": cadence, "timeouts": timeouts or [3600]}
        self.pace.follow(agent.Instructions(json.dumps(told)))

    def said(self, now: float, **idle: float | None) -> None:
        self.pace.succeeded(self.sample(now, **idle))

    def test_it_writes_at_its_start(self) -> None:
        self.assertEqual(self.pace.reason(self.sample(0, kernels=None)), "due")

    def test_until_instructions_are_there_the_first_words_come_close_to_each_other(self) -> None:
        gaps, now = [], 0.0
        for _ in range(9):
            self.said(now, kernels=now)
            gaps.append(self.pace.due - now)
            now = self.pace.due
        self.assertEqual(gaps, [15, 30, 60, 120, 240, 480, 960, 1800, 1800])
        self.assertEqual(self.pace.lease(), 2280)

    def test_it_writes_at_the_end_of_each_cadence_with_jitter(self) -> None:
        for jitter, due in ((0.0, 900), (1.0, 990)):
            self.setUp()
            self.jitter = jitter
            self.follow()
            self.said(0, kernels=0)
            self.assertEqual(self.pace.due, due)
            self.assertIsNone(self.pace.reason(self.sample(due - 1, kernels=due - 1)))
            self.assertEqual(self.pace.reason(self.sample(due, kernels=due)), "due")

    def test_someone_always_at_work_costs_one_write_a_cadence(self) -> None:
        self.follow()
        self.said(0, kernels=30)
        for now in range(10, 900, 10):
            self.assertIsNone(self.pace.reason(self.sample(now, kernels=now % 60)))

    def test_activity_after_an_idle_word_is_heard_at_once(self) -> None:
        self.follow()
        self.said(0, kernels=3000, terminals=5000)
        self.assertIsNone(self.pace.reason(self.sample(10, kernels=3010, terminals=5010)))
        self.assertEqual(self.pace.reason(self.sample(20, kernels=5, terminals=5020)), "resumed")
        self.assertEqual(self.pace.reason(self.sample(20, kernels=3020, terminals=0)), "resumed")

    def test_a_tab_that_opens_a_kernel_after_an_idle_word_is_heard_at_once(self) -> None:
        self.follow()
        said, opened = self.sample(0, kernels=500), self.sample(60, kernels=560)
        said.connections, opened.connections = 0, 1
        self.pace.succeeded(said)
        self.assertEqual(self.pace.reason(opened), "connected")
        self.pace.succeeded(opened)
        self.assertIsNone(self.pace.reason(opened))

    def test_a_server_that_cannot_be_read_is_looked_at_soon_again(self) -> None:
        self.follow()
        self.said(0, kernels=None)
        self.assertEqual(self.pace.next_look(self.sample(0, kernels=None)), 10)

    def test_a_source_that_appears_with_activity_is_heard_at_once(self) -> None:
        self.follow()
        first = self.sample(0, kernels=3000)
        first.active["terminals"] = -4000
        self.pace.succeeded(first)
        self.assertEqual(self.pace.reason(self.sample(10, kernels=3010, terminals=2)), "resumed")

    def test_each_crossing_of_a_timeout_is_heard_once_and_at_once(self) -> None:
        self.follow(timeouts=[900, 3600])
        self.said(0, kernels=880)
        self.assertEqual(self.pace.next_look(self.sample(0, kernels=880)), 10)
        self.assertEqual(self.pace.next_look(self.sample(15, kernels=895)), 20)
        self.assertIsNone(self.pace.reason(self.sample(19.9, kernels=899.9)))
        self.assertEqual(self.pace.reason(self.sample(20, kernels=900)), "crossed")
        self.said(20, kernels=900)
        self.assertIsNone(self.pace.reason(self.sample(30, kernels=910)))

    def test_a_source_that_cannot_be_read_after_an_idle_word_is_heard_at_once(self) -> None:
        self.follow()
        self.said(0, kernels=3000)
        self.assertEqual(self.pace.reason(self.sample(10, kernels=None)), "unreadable")

    def test_a_server_that_comes_and_goes_does_not_cause_a_write_each_time(self) -> None:
        self.follow(cadence=3600)
        writes, idle = 0, 1000
        for now in range(0, 3000, 10):
            sample = self.sample(now, kernels=None if now % 20 else idle + now)
            if self.pace.reason(sample):
                writes += 1
                self.pace.succeeded(sample)
        self.assertLessEqual(writes, 2 + 2 * 3000 / 300)

    def test_it_looks_closely_two_minutes_before_a_timeout_and_past_it(self) -> None:
        self.follow()
        self.pace.due = 1e9
        looks = {idle: self.pace.next_look(self.sample(0, kernels=idle)) for idle in (0, 3470, 3490, 3700, 90_000)}
        self.assertEqual(looks, {0: 60, 3470: 60, 3490: 10, 3700: 10, 90_000: 10})
        self.assertEqual(self.pace.next_look(self.sample(0, kernels=0, terminals=90_000)), 60)

    def test_a_throttled_write_backs_off_with_full_jitter_and_recovers(self) -> None:
        self.follow(cadence=60)
        self.jitter = 1.0
        delays = []
        for _ in range(9):
            self.pace.failed(0)
            delays.append(self.pace.due)
        self.assertEqual(delays, [2, 4, 8, 16, 32, 60, 60, 60, 60])
        self.jitter = 0.25
        self.pace.failed(0)
        self.assertEqual(self.pace.due, 15)
        self.assertIsNone(self.pace.reason(self.sample(14, kernels=0)), "not before its turn, whatever happens")
        self.said(20, kernels=0)
        self.assertEqual(self.pace.failures, 0)

    def test_a_shorter_cadence_holds_at_once_a_longer_one_from_the_word_that_promises_it(self) -> None:
        self.follow(cadence=900)
        self.said(0, kernels=0)
        self.follow(cadence=300)
        self.assertEqual(self.pace.due, 300)
        self.follow(cadence=3600)
        self.assertEqual(self.pace.due, 300)
        self.assertEqual(self.pace.lease(), 4530)

    def test_wrong_instructions_are_not_followed(self) -> None:
        good = {"v": 1, "sampleSeconds": 60, "cadenceSeconds": 900, "timeouts": [3600]}
        wrong: list[dict[str, Any]] = [
            {"v": 2}, {"v": None}, {"sampleSeconds": 0}, {"sampleSeconds": 301}, {"sampleSeconds": 1.5}, {"sampleSeconds": True},
            {"cadenceSeconds": 4}, {"cadenceSeconds": 21_601}, {"cadenceSeconds": "900"}, {"timeouts": []}, {"timeouts": [0]},
            {"timeouts": [-1]}, {"timeouts": list(range(1, 18))}, {"timeouts": 3600}, {"timeouts": None}, {"timeouts": ["a", 1]},
        ]  # fmt: skip
        agent.Instructions(json.dumps(good))
        texts = ["", "{", "[]", "null", "7", '"x"', "[" * 100_000, *(json.dumps({**good, **change}) for change in wrong)]
        for text in texts:
            with self.assertRaises(ValueError, msg=text[:80]):
                agent.Instructions(text)


class MemoryTest(unittest.TestCase):
    def setUp(self) -> None:
        self.app = agent.App(METADATA)
        Path(agent.STATE_FILE).unlink(missing_ok=True)
        Path(agent.LOG_FILE).unlink(missing_ok=True)

    def kernels(self) -> agent.Kernels:
        return agent.Kernels(at(0), agent.Host(StubServer(kernels=[kernel("busy", 10)])))

    def test_a_restart_keeps_what_was_known(self) -> None:
        before, state = self.kernels(), agent.State(self.app)
        before.look(at(60))
        state.save([before], 1000, math.inf)
        after = agent.Kernels(at(300), agent.Host(StubServer(kernels=[kernel("busy", 10)])))
        self.assertEqual(agent.State(self.app).recall([after], at(300)), 1000)
        self.assertEqual(after.active, before.active)
        after.look(at(320))
        assert after.busy is not None
        self.assertEqual(after.busy["for"], 260)

    def test_typing_right_before_a_restart_is_remembered_though_it_counts_as_up_to_eight_seconds_later(self) -> None:
        before, state = self.kernels(), agent.State(self.app)
        before.active = at(68).boot
        state.save([before], 1000, math.inf)
        after = self.kernels()
        agent.State(self.app).recall([after], at(60))
        self.assertEqual(after.active, before.active)

    def test_memory_is_written_once_a_minute_at_most_and_only_on_news(self) -> None:
        source, state = self.kernels(), agent.State(self.app)
        state.save([source], 1000, 2000)
        written = os.stat(agent.STATE_FILE).st_mtime_ns
        source.active += 5
        state.save([source], 1000, 2059)
        self.assertEqual(os.stat(agent.STATE_FILE).st_mtime_ns, written)
        state.save([source], 1000, 2060)
        self.assertNotEqual(os.stat(agent.STATE_FILE).st_mtime_ns, written)

    def test_a_memory_that_cannot_be_trusted_is_not_used_and_said_so(self) -> None:
        source, state = self.kernels(), agent.State(self.app)
        source.look(at(60))
        state.save([source], 1000, math.inf)
        good = json.loads(Path(agent.STATE_FILE).read_text())
        kernels = good["sources"]["kernels"]
        broken: list[Any] = [
            {**good, "owner": ["d-1/space/other/JupyterLab/default"]},
            {**good, "start": "x"},
            {**good, "sources": {"kernels": {**kernels, "active": 1e300}}},
            {**good, "sources": {"kernels": {**kernels, "active": float("nan")}}},
            {**good, "sources": {"kernels": {**kernels, "traces": {"k1": {}}}}},
            {**good, "sources": {"kernels": {**kernels, "traces": {"k1": 7}}}},
            {**good, "sources": {"kernels": {**kernels, "looked": {"boot": None, "wall": 1}}}},
            {**good, "sources": None}, {}, [], None, 7,
        ]  # fmt: skip
        texts = ["", "{", "\x00" * 100, "[" * 100_000, *map(json.dumps, broken)]
        for text in texts:
            Path(agent.STATE_FILE).write_text(text)
            Path(agent.LOG_FILE).write_text("")
            found = agent.Agent(self.app)
            self.assertAlmostEqual(found.born, agent.read_clock().boot, delta=5, msg=text[:80])
            self.assertAlmostEqual(found.sources[0].active, agent.read_clock().boot, delta=5, msg=text[:80])
            self.assertIn("memory is lost", Path(agent.LOG_FILE).read_text(), text[:80])

    def test_a_folder_that_cannot_be_written_is_said_once(self) -> None:
        state = agent.State(self.app)
        with mock.patch.object(agent, "STATE_FILE", "/proc/no/such/state"):
            state.save([self.kernels()], 1000, 2000)
            state.save([agent.Kernels(at(9), agent.Host(StubServer()))], 1000, 3000)
        self.assertEqual(Path(agent.LOG_FILE).read_text().count("memory cannot be kept"), 1)


class AppTest(unittest.TestCase):
    def test_the_parameter_is_named_after_the_app(self) -> None:
        nobody = {key: value for key, value in METADATA.items() if key != "SpaceName"}
        self.assertEqual(agent.App(METADATA).path, "d-1/space/s/JupyterLab/default")
        self.assertEqual(agent.App({**METADATA, "UserProfileName": "bob"}).path, "d-1/space/s/JupyterLab/default")
        self.assertEqual(agent.App({**nobody, "UserProfileName": "bob"}).path, "d-1/user/bob/JupyterLab/default")
        self.assertEqual(agent.App(nobody).path, "d-1/space/s/JupyterLab/default")
        self.assertEqual(agent.App({**METADATA, "ResourceArn": None}).path, "d-1/space/s/JupyterLab/default")
        self.assertEqual(agent.App(METADATA).region, "eu-west-1")

    def test_an_app_that_cannot_be_named_is_refused(self) -> None:
        path = Path(scratch.name, "metadata")
        wrong: list[dict[str, Any]] = [
            {"SpaceName": "../x"},
            {"DomainId": ""},
            {"SpaceName": None, "ResourceArn": "arn"},
            {"ResourceArn": 7},
        ]
        told: list[Any] = [[], None, {}, {"DomainId": "d-1"}, *({**METADATA, **one} for one in wrong)]
        for text in ("", *map(json.dumps, told)):
            path.write_text(text)
            self.assertRaises(agent.Unreadable, agent.read_app, str(path))
        self.assertRaises(agent.Unreadable, agent.read_app, "/no/such/file")


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
        return agent.Server("127.0.0.1", str(listener.getsockname()[1]), "/jupyterlab/default/").ask("kernels")

    def test_it_asks_without_being_activity(self) -> None:
        self.assertEqual(self.ask(b"HTTP/1.0 200 OK\r\n\r\n", b"[", b"]"), [])
        self.assertTrue(self.request.startswith(b"GET /jupyterlab/default/api/kernels?no_track_activity=1 HTTP/1.0\r\n"))

    def test_what_is_no_list_of_objects_is_unreadable(self) -> None:
        for body in (b"", b"{}", b"null", b"[1]", b'"x"', b"<html>", b"[" * 100_000, b"\xff\xfe", b"[{}"):
            self.assertRaises(agent.Unreadable, self.ask, b"HTTP/1.1 200 OK\r\n\r\n" + body)

    def test_any_status_but_200_is_unreadable(self) -> None:
        for status in (b"HTTP/1.1 500 x", b"HTTP/1.1 403 x", b"HTTP/1.1 302 x", b"HTTP/1.1 404 x", b"", b"SSH-2.0-x"):
            self.assertRaises(agent.Unreadable, self.ask, status + b"\r\n\r\n[]")

    def test_a_server_that_hangs_drips_or_floods_is_left_in_time(self) -> None:
        nothing: list[bytes] = []
        never_ends, drips, flood = [b"HTTP/1.1 200 OK\r\n\r\n[]"], [b"x"] * 3000, [b"x" * 65536] * 100
        with mock.patch.object(agent, "HTTP_SECONDS", 0.4):
            for pieces, pause, hang in ((nothing, 0, True), (never_ends, 0, True), (drips, 0.01, False), (flood, 0, True)):
                began = time.monotonic()
                with self.assertRaises(agent.Unreadable):
                    self.ask(*pieces, pause=pause, hang=hang)
                self.assertLess(time.monotonic() - began, 3)

    def test_a_server_that_is_not_there_is_unreadable(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        self.assertRaises(agent.Unreadable, agent.Server("0.0.0.0", str(port), "/").ask, "kernels")


class HeartbeatTest(unittest.TestCase):
    def test_the_word_is_what_the_contract_says(self) -> None:
        found = agent.Agent(agent.App(METADATA))
        host = agent.Host(StubServer(kernels=[kernel("busy", connections=2)]))
        host.processes = {1: process(1)}
        start = agent.read_clock()
        found.born, found.sources = start.boot, [agent.Kernels(start, host), agent.Terminals(start, host)]
        with mock.patch.object(host, "read_processes"):
            word = json.loads(found.describe(found.look(agent.Moment(start.boot + 90.9, start.wall + 90.9))))
        busy = {"kernels": {"what": "kernel k1 (python3)", "for": 0}}
        idle = {"kernels": 0, "terminals": 90}
        times = {"up": 90, "sampleEvery": 60, "renewIn": 2280}
        self.assertEqual(word, {"v": 1, "agent": agent.VERSION, **times, "idle": idle, "busy": busy, "connections": 2})

    def test_a_source_that_breaks_is_unknown_and_the_others_still_speak(self) -> None:
        found = agent.Agent(agent.App(METADATA))
        host = agent.Host(StubServer(kernels=ZeroDivisionError()))
        host.processes = {1: process(1)}
        found.sources = [agent.Kernels(at(0), host), agent.Terminals(at(0), host)]
        with mock.patch.object(host, "read_processes"):
            sample = found.look(at(60))
        self.assertEqual((sample.idle, sample.connections, sample.busy), ({"kernels": None, "terminals": 60}, None, {}))

    def test_a_source_counts_from_its_first_answer_but_never_again_from_a_later_one(self) -> None:
        found = agent.Agent(agent.App(METADATA))
        server = StubServer(kernels=agent.Unreadable("not up yet"))
        found.sources = [agent.Kernels(at(0), agent.Host(server))]
        idle = []
        with mock.patch.object(agent.Host, "read_processes"):
            for seconds, answer in ((0, None), (40, None), (50, []), (90, None), (100, [])):
                server.answers["kernels"] = agent.Unreadable("down") if answer is None else answer
                idle.append(found.look(at(seconds)).idle["kernels"])
        self.assertEqual(idle, [None, None, 10, None, 60])

    def test_without_processes_to_see_terminals_and_cpu_are_unknown(self) -> None:
        found = agent.Agent(agent.App(METADATA))
        with mock.patch.object(agent.Host, "read_processes", side_effect=FileNotFoundError("/proc")):
            idle = found.look(at(60)).idle
        self.assertEqual((idle["terminals"], idle["cpu"]), (None, None))

    def test_troubles_are_logged_when_they_begin_and_when_they_end(self) -> None:
        found = agent.Agent(agent.App(METADATA))
        lines: list[str] = []
        with mock.patch.object(agent, "note", lines.append):
            for trouble in ("", "Throttled", "Throttled", "AccessDenied", "Throttled", "", ""):
                found.report("heartbeats", trouble or "over", trouble)
        self.assertEqual(lines, ["heartbeats Throttled", "heartbeats AccessDenied", "heartbeats over"])


class Report(unittest.TestResult):
    """A line of JSON a test, for agent.test.ts."""

    def startTest(self, test: unittest.TestCase) -> None:
        super().startTest(test)
        self.troubles = len(self.failures) + len(self.errors)

    def stopTest(self, test: unittest.TestCase) -> None:
        super().stopTest(test)
        troubles = [text for _, text in (*self.failures, *self.errors)]
        name = test.id().rpartition(".test_")[2].replace("_", " ")
        print(json.dumps({"name": name, "trouble": "\n".join(troubles) if len(troubles) > self.troubles else None}), flush=True)
        self.failures.clear()
        self.errors.clear()


if __name__ == "__main__":
    unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"]).run(Report())
