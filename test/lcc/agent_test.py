"""The agent's decisions, with a clock that the test moves. Run by agent.test.ts; prints a line of JSON a test."""

from __future__ import annotations

import json
import math
import os
import signal
import socket
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
import agent  # noqa: E402

MORNING = 1_800_000_000.0  # 2027-01-15T08:00:00Z


class StubServer(agent.Server):
    """Answers what the test says, or raises it."""

    def __init__(self, **answers: Any) -> None:
        super().__init__("127.0.0.1", "1", "/")
        self.answers: dict[str, Any] = {"kernels": [], "sessions": [], "terminals": [], **answers}

    def get(self, what: str) -> list[dict[str, Any]]:
        answer = self.answers[what]
        if isinstance(answer, Exception):
            raise answer
        found: list[dict[str, Any]] = answer
        return found


def at(seconds: float, wall_jump: float = 0) -> agent.Moment:
    return agent.Moment(1000.0 + seconds, MORNING + seconds + wall_jump)


def stamp(seconds: float, form: str = "%Y-%m-%dT%H:%M:%SZ") -> str:
    return time.strftime(form, time.gmtime(MORNING + seconds))


def kernel(state: str | None = "idle", active: float = 0, **more: Any) -> dict[str, Any]:
    return {"id": "k1", "name": "python3", "execution_state": state, "last_activity": stamp(active), "connections": 0, **more}


class KernelsCase(unittest.TestCase):
    def setUp(self) -> None:
        self.server = StubServer()
        self.kernels = agent.Kernels(at(0), self.server)

    def idle_after(self, seconds: float, *kernels: dict[str, Any], wall_jump: float = 0) -> float:
        self.server.answers["kernels"] = list(kernels)
        moment = at(seconds, wall_jump)
        self.kernels.look(moment)
        return moment.now - self.kernels.active


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
        self.assertEqual(self.kernels.busy["what"], "??train???.ipynb (python3) and 1 more")
        self.server.answers["sessions"] = agent.Unreadable("sessions")
        self.assertEqual(self.idle_after(60, kernel("busy", 50, name="x" * 500)), 0)
        self.assertLessEqual(len(self.kernels.busy["what"]), 120)


class KilledKernelTest(KernelsCase):
    """The kernel's process is this test's, said to have started when the test says."""

    def busy_with_process_from(self, started: float, active: float, look: float) -> float:
        process = agent.Process(str(os.getpid()))
        process.started = 1000 + started
        with mock.patch.object(agent, "list_processes", lambda _: iter([process])), mock.patch.object(agent, "Process", lambda _: process):
            return self.idle_after(look, kernel("busy", active))

    def test_an_execution_older_than_its_process_died_with_the_one_before(self) -> None:
        self.assertEqual(self.busy_with_process_from(5, active=100, look=110), 0)
        self.assertEqual(self.busy_with_process_from(115, active=100, look=120), 10)
        self.assertEqual(self.busy_with_process_from(115, active=100, look=420), 310)
        self.assertIsNone(self.kernels.busy)

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

    def test_a_busy_kernel_whose_process_is_not_seen_is_believed(self) -> None:
        self.assertEqual(self.idle_after(9000, kernel("busy", 10, id="no-such-process")), 0)


class TerminalsTest(unittest.TestCase):
    """Ptys are said by the test: number, {typed, printed} in seconds, at work or not."""

    def setUp(self) -> None:
        self.server = StubServer()
        self.terminals = agent.Terminals(at(0), self.server)

    def idle_after(self, seconds: float, ptys: dict[int, tuple[float, float, bool]]) -> float:
        stat = os.stat

        def fake_stat(path: str, *rest: Any, **more: Any) -> Any:
            if not str(path).startswith("/dev/pts/"):
                return stat(path, *rest, **more)
            typed, printed, _ = ptys[int(path.rpartition("/")[2])]
            return mock.Mock(st_atime=MORNING + typed, st_mtime=MORNING + printed)

        moment = at(seconds)
        at_work = {number: pty[2] for number, pty in ptys.items()}
        with mock.patch.object(agent, "list_ptys", lambda: at_work), mock.patch.object(os, "stat", fake_stat):
            self.terminals.look(moment)
        return moment.now - self.terminals.active

    def test_typing_is_activity_up_to_eight_seconds_after_its_stamp(self) -> None:
        self.idle_after(60, {3: (50, 50, False)})
        self.assertEqual(self.idle_after(120, {3: (100, 100, False)}), 12)
        self.assertEqual(self.idle_after(720, {3: (100, 100, False)}), 612)

    def test_a_shell_that_redraws_for_a_returning_tab_is_nobody_at_work(self) -> None:
        self.idle_after(60, {3: (50, 50, False)})
        self.assertEqual(self.idle_after(3600, {3: (50, 3590, False)}), 3542)

    def test_a_job_that_prints_is_activity_until_its_last_line(self) -> None:
        self.idle_after(60, {3: (50, 50, True)})
        self.assertEqual(self.idle_after(3600, {3: (50, 3590, True)}), 2)
        self.assertEqual(self.idle_after(3660, {3: (50, 3640, False)}), 12)

    def test_a_new_terminal_is_activity_and_a_closed_one_is_remembered(self) -> None:
        self.assertEqual(self.idle_after(600, {3: (590, 590, False)}), 2)
        self.assertEqual(self.idle_after(1200, {}), 602)

    def test_terminals_do_not_apply_where_the_server_has_none(self) -> None:
        for answer, applies in ((agent.NotThere("404"), False), ([], True), (agent.Unreadable("HTTP 500"), True)):
            self.setUp()
            self.server.answers["terminals"] = answer
            with mock.patch.object(agent, "list_ptys", dict):
                self.assertEqual(self.terminals.look(at(60)), applies)

    def test_without_proc_the_servers_stamps_are_followed(self) -> None:
        self.server.answers["terminals"] = [{"name": "1", "last_activity": stamp(30)}]
        with mock.patch.object(os.path, "exists", lambda _: False):
            self.assertTrue(self.terminals.look(at(60)))
            self.assertEqual(at(60).now - self.terminals.active, 30)
            self.server.answers["terminals"] = agent.Unreadable("HTTP 500")
            self.assertRaises(agent.Unreadable, self.terminals.look, at(120))

    def test_this_process_is_read_from_proc_as_it_is(self) -> None:
        process = agent.Process(str(os.getpid()))
        self.assertEqual((process.pid, process.session), (os.getpid(), os.getsid(0)))
        self.assertLessEqual(abs(agent.read_clock().now - process.started), 120)
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
            while number not in agent.list_ptys() and time.monotonic() < deadline:
                time.sleep(0.02)
            self.assertTrue(agent.list_ptys()[number], "sleep leads its session, and is no shell")
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


class PaceTest(unittest.TestCase):
    def setUp(self) -> None:
        self.jitter = 1.0
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
        self.assertEqual(gaps, [15, 30, 60, 120, 240, 480, 900, 900, 900])
        self.assertEqual(self.pace.lease(), 1155)

    def test_it_writes_at_the_end_of_each_cadence_with_jitter(self) -> None:
        for jitter, due in ((0.0, 810), (1.0, 900)):
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
        self.app = agent.App({"DomainId": "d-1", "SpaceName": "s", "AppType": "JupyterLab", "ResourceName": "default"})
        Path(agent.STATE_FILE).unlink(missing_ok=True)
        Path(agent.LOG_FILE).unlink(missing_ok=True)

    def kernels(self) -> agent.Kernels:
        return agent.Kernels(at(0), StubServer(kernels=[kernel("busy", 10)]))

    def test_a_restart_keeps_what_was_known(self) -> None:
        before, state = self.kernels(), agent.State(self.app)
        before.look(at(60))
        state.save([before], 1000, math.inf)
        after = agent.Kernels(at(300), StubServer(kernels=[kernel("busy", 10)]))
        self.assertEqual(agent.State(self.app).recall([after], at(300)), 1000)
        self.assertEqual(after.active, before.active)
        after.look(at(320))
        assert after.busy is not None
        self.assertEqual(after.busy["for"], 260)

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
            {**good, "sources": {"kernels": {**kernels, "looked": {"now": None, "wall": 1}}}},
            {**good, "sources": None}, {}, [], None, 7,
        ]  # fmt: skip
        texts = ["", "{", "\x00" * 100, "[" * 100_000, *map(json.dumps, broken)]
        for text in texts:
            Path(agent.STATE_FILE).write_text(text)
            Path(agent.LOG_FILE).write_text("")
            found = agent.Agent(self.app)
            self.assertAlmostEqual(found.start, agent.read_clock().now, delta=5, msg=text[:80])
            self.assertAlmostEqual(found.sources[0].active, agent.read_clock().now, delta=5, msg=text[:80])
            self.assertIn("memory of before is unusable", Path(agent.LOG_FILE).read_text(), text[:80])

    def test_a_folder_that_cannot_be_written_is_said_once(self) -> None:
        state = agent.State(self.app)
        with mock.patch.object(agent, "STATE_FILE", "/proc/no/such/state"):
            state.save([self.kernels()], 1000, 2000)
            state.save([agent.Kernels(at(9), StubServer())], 1000, 3000)
        self.assertEqual(Path(agent.LOG_FILE).read_text().count("memory cannot be kept"), 1)


class AppTest(unittest.TestCase):
    ARN = "arn:aws:sagemaker:eu-west-1:123456789012:app/d-1/bob/JupyterLab/default"

    def test_the_parameter_is_named_after_the_app(self) -> None:
        told = {"DomainId": "d-1", "AppType": "JupyterLab", "ResourceName": "default", "ResourceArn": self.ARN}
        self.assertEqual(agent.App({**told, "SpaceName": "s"}).path, "d-1/space/s/JupyterLab/default")
        self.assertEqual(agent.App({**told, "UserProfileName": "u"}).path, "d-1/user/u/JupyterLab/default")
        self.assertEqual(agent.App({**told, "SpaceName": "s", "UserProfileName": "u"}).path, "d-1/space/s/JupyterLab/default")
        self.assertEqual(agent.App({"ResourceArn": self.ARN}).path, "d-1/space/bob/JupyterLab/default")
        self.assertEqual(agent.App({"ResourceArn": self.ARN}).region, "eu-west-1")

    def test_an_app_that_cannot_be_named_is_refused(self) -> None:
        path = Path(scratch.name, "metadata")
        told: list[Any] = [
            [],
            None,
            {},
            {"DomainId": "d-1"},
            {"ResourceArn": "arn:aws:s3:::x"},
            {"ResourceArn": self.ARN, "SpaceName": "../x"},
        ]
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
        return agent.Server("127.0.0.1", str(listener.getsockname()[1]), "/jupyterlab/default/").get("kernels")

    def test_it_asks_without_being_activity(self) -> None:
        self.assertEqual(self.ask(b"HTTP/1.0 200 OK\r\n\r\n", b"[", b"]"), [])
        self.assertTrue(self.request.startswith(b"GET /jupyterlab/default/api/kernels?no_track_activity=1 HTTP/1.0\r\n"))

    def test_what_is_no_list_of_objects_is_unreadable(self) -> None:
        for body in (b"", b"{}", b"null", b"[1]", b'"x"', b"<html>", b"[" * 100_000, b"\xff\xfe", b"[{}"):
            self.assertRaises(agent.Unreadable, self.ask, b"HTTP/1.1 200 OK\r\n\r\n" + body)

    def test_any_status_but_200_is_unreadable_and_404_says_that_there_is_none(self) -> None:
        for status in (b"HTTP/1.1 500 x", b"HTTP/1.1 403 x", b"HTTP/1.1 302 x", b"", b"SSH-2.0-x"):
            self.assertRaises(agent.Unreadable, self.ask, status + b"\r\n\r\n[]")
        self.assertRaises(agent.NotThere, self.ask, b"HTTP/1.1 404 x\r\n\r\n")

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
        self.assertRaises(agent.Unreadable, agent.Server("0.0.0.0", str(port), "/").get, "kernels")


class HeartbeatTest(unittest.TestCase):
    def test_the_word_is_what_the_contract_says(self) -> None:
        found = agent.Agent(agent.App({"DomainId": "d-1", "SpaceName": "s", "AppType": "JupyterLab", "ResourceName": "default"}))
        server = StubServer(kernels=[kernel("busy", connections=2)])
        start = agent.read_clock()
        found.start, found.sources = start.now, [agent.Kernels(start, server), agent.Terminals(start, server)]
        with mock.patch.object(agent, "list_ptys", dict):
            word = json.loads(found.describe(found.look(agent.Moment(start.now + 90.9, start.wall + 90.9))))
        busy = {"kernels": {"what": "kernel k1 (python3)", "for": 0}}
        idle = {"kernels": 0, "terminals": 90}
        times = {"up": 90, "sampleEvery": 60, "renewIn": 1155}
        self.assertEqual(word, {"v": 1, "agent": agent.VERSION, **times, "idle": idle, "busy": busy, "connections": 2})

    def test_a_source_that_breaks_is_unknown_and_the_others_still_speak(self) -> None:
        found = agent.Agent(agent.App({"DomainId": "d-1", "SpaceName": "s", "AppType": "JupyterLab", "ResourceName": "default"}))
        found.sources = [agent.Kernels(at(0), StubServer(kernels=ZeroDivisionError())), agent.Terminals(at(0), StubServer())]
        with mock.patch.object(agent, "list_ptys", dict):
            sample = found.look(at(60))
        self.assertEqual((sample.idle, sample.connections, sample.busy), ({"kernels": None, "terminals": 60}, None, {}))

    def test_troubles_are_logged_when_they_begin_and_when_they_end(self) -> None:
        found = agent.Agent(agent.App({"DomainId": "d-1", "SpaceName": "s", "AppType": "JupyterLab", "ResourceName": "default"}))
        lines: list[str] = []
        with mock.patch.object(agent, "log", lines.append):
            for trouble in ("", "Throttled", "Throttled", "AccessDenied", "Throttled", "", ""):
                found.tell("heartbeats", trouble or "over", trouble)
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
