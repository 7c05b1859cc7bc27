"""Kernels: what a server lists, held against processes."""

from __future__ import annotations

import unittest
from typing import Any
from unittest import mock

from errors import Unreadable
from kernel_subscriptions import Subscription
from process_kinds import EVENT_LOOP, NOTHING, SOMETHING_ELSE
from sources.base import SourceContext
from sources.kernels import Kernels, UnlistedKernels
from stand_ins import StubServer, at, kernel, process, waiting_for


def subscription(process_started: float, messages: mock.Mock) -> Subscription:
    subscription = Subscription(process_started)
    subscription.messages = messages
    return subscription


class KernelsCase(unittest.TestCase):
    def setUp(self) -> None:
        self.server = StubServer()
        self.context = SourceContext(self.server)
        self.kernels = Kernels(at(0), self.context)

    def idle_after(self, seconds: float, *kernels: dict[str, Any], wall_jump: float = 0) -> float:
        self.server.answers["kernels"] = list(kernels)
        now = at(seconds, wall_jump)
        self.kernels.busy = None
        self.kernels.look(now)
        return now.boot - self.kernels.active_at


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

    def test_a_busy_kernel_is_activity_however_long_its_timestamp_stands_still(self) -> None:
        for seconds in (60, 7200, 90_000):
            self.assertEqual(self.idle_after(seconds, kernel("busy", 10)), 0)
        self.assertEqual(self.kernels.busy, {"what": "kernel k1 (python3)", "for": 90_000 - 60})

    def test_a_busy_kernel_says_for_how_long_neither_it_nor_what_it_started_has_used_cpu_time(self) -> None:
        def still(seconds: float, ticks: int, child_ticks: int) -> int:
            own = process(7, cmdline=["python", "-f", "kernel-k1.json"], cpu_ticks=ticks)
            child = process(8, cmdline=["sh"], ppid=7, cpu_ticks=child_ticks)
            self.context.processes = {7: own, 8: child}
            self.idle_after(seconds, kernel("busy", 10))
            assert self.kernels.busy is not None
            return int(self.kernels.busy["still"])

        self.assertEqual([still(60, 5, 5), still(120, 5, 5), still(90_000, 5, 5)], [0, 60, 89_940])
        self.assertEqual([still(90_060, 5, 6), still(90_120, 5, 6), still(90_180, 6, 6)], [0, 60, 0])

    def test_any_state_that_is_not_known_to_be_quiet_is_activity(self) -> None:
        for state in ("busy", "restarting", "autorestarting", "debugging", "unknown", ""):
            self.assertEqual(self.idle_after(600, kernel(state, 10)), 0, state)

    def test_a_kernel_stuck_at_starting_or_dead_shows_no_activity_beyond_its_timestamp(self) -> None:
        for state in ("starting", "dead"):
            self.assertEqual(self.idle_after(600, kernel(state, 590)), 10)
            self.assertEqual(self.idle_after(900, kernel(state, 590)), 310)
            self.setUp()

    def test_a_kernel_without_a_state_makes_the_source_unknown(self) -> None:
        for state in (None, 7, ["idle"]):
            with self.assertRaises(Unreadable):
                self.idle_after(60, {**kernel(), "execution_state": state})

    def test_a_timestamp_that_cannot_be_read_counts_as_activity_when_it_changes_and_only_then(self) -> None:
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

    def test_activity_during_an_outage_of_the_server_is_dated_by_its_timestamp(self) -> None:
        self.idle_after(60, kernel(active=10))
        self.assertEqual(self.idle_after(1860, kernel(active=900)), 960)

    def test_connections_are_summed_and_unknown_where_one_is(self) -> None:
        self.idle_after(60, kernel(connections=2), kernel(id="k2", connections=1))
        self.assertEqual(self.kernels.connections, 3)
        for wrong in (None, "2", True):
            self.idle_after(60, kernel(connections=2), kernel(id="k2", connections=wrong))
            self.assertIsNone(self.kernels.connections)

    def test_connections_are_unknown_where_the_server_counts_none_whatever_is_open(self) -> None:
        self.context.processes = {7: process(7, cmdline=["/opt/conda/bin/python", "/opt/conda/bin/jupyter-lab"])}
        for has_documents, connections in ((True, None), (False, 2)):
            self.kernels.has_documents = None
            with mock.patch("sources.kernels.has_package", return_value=has_documents):
                self.idle_after(60, kernel(connections=2))
            self.assertEqual(self.kernels.connections, connections)

    def test_the_notebook_is_named_for_a_person_and_for_parameter_store(self) -> None:
        self.server.answers["sessions"] = [{"path": "team/{{train}}\n.ipynb", "kernel": {"id": "k1"}}]
        self.idle_after(60, kernel("busy", 50), kernel("busy", 50, id="k2"))
        assert self.kernels.busy is not None
        self.assertEqual(self.kernels.busy["what"], "team/??train???.ipynb (python3) and 1 more")
        self.server.answers["sessions"] = Unreadable("sessions")
        self.assertEqual(self.idle_after(60, kernel("busy", 50, name="x" * 500)), 0)
        self.assertLessEqual(len(self.kernels.busy["what"]), 120)


class KilledKernelTest(KernelsCase):
    """The kernel's process started when the test says."""

    def busy_with_process_from(self, started: float, active: float, look: float) -> float:
        self.context.processes = {7: process(7, cmdline=["python", "-f", "kernel-k1.json"], create_time=1000 + started)}
        return self.idle_after(look, kernel("busy", active))

    def test_an_execution_older_than_its_process_died_with_the_one_before(self) -> None:
        self.assertEqual(self.busy_with_process_from(5, active=100, look=110), 0)
        self.assertEqual(self.busy_with_process_from(115, active=100, look=120), 10)
        self.assertEqual(self.busy_with_process_from(115, active=100, look=420), 310)
        self.assertIsNone(self.kernels.busy)

    def test_a_new_process_whose_first_messages_were_taken_for_work_is_at_rest(self) -> None:
        for waits, idle in ((EVENT_LOOP, 5), (SOMETHING_ELSE, 0), (NOTHING, 0)):
            self.setUp()
            with waiting_for(waits):
                self.busy_with_process_from(5, active=100, look=110)
                self.assertEqual(self.busy_with_process_from(113, active=115, look=120), idle)

    def test_work_begun_well_after_a_restart_is_believed_though_it_waits_in_an_event_loop(self) -> None:
        with waiting_for(EVENT_LOOP):
            self.busy_with_process_from(5, active=100, look=110)
            self.assertEqual(self.busy_with_process_from(113, active=140, look=9000), 0)

    def test_a_first_process_that_waits_in_an_event_loop_is_believed(self) -> None:
        with waiting_for(EVENT_LOOP):
            self.assertEqual(self.busy_with_process_from(99, active=100, look=9000), 0)

    def test_a_kernel_that_its_server_calls_idle_is_at_work_where_it_waits_for_something_else_than_a_message(
        self,
    ) -> None:
        self.assertEqual(
            self.idle_at_each_look("python -m ipykernel_launcher -f kernel-k1.json", SOMETHING_ELSE), [10, 0, 0, 0]
        )
        self.assertEqual(
            self.idle_at_each_look("python -Xdev -m ipykernel_launcher -f kernel-k1.json", SOMETHING_ELSE),
            [10, 0, 0, 0],
        )
        assert self.kernels.busy is not None
        self.assertEqual(self.kernels.busy["for"], 180)

    def test_nothing_is_read_into_where_a_kernel_waits_if_it_is_in_its_loop_or_runs_or_is_another_program(self) -> None:
        for command, waits in (
            ("python -m ipykernel_launcher -f kernel-k1.json", EVENT_LOOP),
            ("python -m ipykernel_launcher -f kernel-k1.json", NOTHING),
            ("conda run -n lab --no-capture-output python -m ipykernel_launcher -f kernel-k1.json", SOMETHING_ELSE),
            ("R --slave -e IRkernel::main() --args kernel-k1.json", SOMETHING_ELSE),
        ):
            self.assertEqual(self.idle_at_each_look(command, waits), [10, 70, 130, 190], command)
            self.assertIsNone(self.kernels.busy)

    def test_a_kernel_is_found_within_its_wrapper(self) -> None:
        self.setUp()
        self.idle_after(40, kernel())
        wrapper = process(6, cmdline="bash run.sh -f kernel-k1.json".split(), create_time=1000.5)
        worker = process(8, cmdline="python -m ipykernel_launcher -f kernel-k1.json".split(), create_time=1009)
        self.context.processes = {6: wrapper, 7: process(7, cmdline=worker.cmdline, create_time=1001), 8: worker}
        self.idle_after(60, kernel(active=50))
        self.assertEqual(self.kernels.processes["k1"].pid, 7)

    def test_a_kernel_that_is_starting_for_ever_is_at_work_where_its_threads_say_that_it_has_started(self) -> None:
        command = "python -m ipykernel_launcher -f kernel-k1.json"
        self.assertEqual(self.idle_at_each_look(command, SOMETHING_ELSE, "starting"), [10, 0, 0, 0])
        self.assertEqual(self.idle_at_each_look(command, EVENT_LOOP, "starting"), [10, 70, 130, 190])
        self.assertEqual(self.idle_at_each_look(command, SOMETHING_ELSE, "starting", num_threads=1), [10, 70, 130, 190])

    def idle_at_each_look(self, command: str, waits: str, state: str = "idle", num_threads: int = 12) -> list[float]:
        """The source's idle seconds at four looks, a minute apart; the kernel was active 10 s before the first."""
        self.setUp()
        self.idle_after(40, kernel())
        self.context.processes = {7: process(7, cmdline=command.split(), create_time=1001, num_threads=num_threads)}
        with waiting_for(waits):
            return [self.idle_after(60 * look, kernel(state, active=50)) for look in range(1, 5)]

    def test_a_cell_run_after_a_restart_is_busy(self) -> None:
        self.busy_with_process_from(5, active=100, look=110)
        self.assertEqual(self.busy_with_process_from(115, active=117, look=120), 0)
        self.assertEqual(self.busy_with_process_from(115, active=117, look=9000), 0)

    def test_a_clock_that_jumps_declares_no_execution_dead(self) -> None:
        self.idle_after(60, kernel(active=10), wall_jump=7200)
        self.assertEqual(self.busy_with_process_from(62, active=65, look=120), 0)

    def test_where_timestamps_stand_still_a_restarted_kernel_is_believed(self) -> None:
        self.idle_after(30, kernel("idle", 10))
        self.idle_after(60, kernel("busy", 10))
        self.assertEqual(self.busy_with_process_from(70, active=10, look=120), 0)

    def test_where_timestamps_stand_still_cpu_time_is_activity_if_the_main_thread_woke(self) -> None:
        for wakeups, idle in (((5, 5, 25, 25), (60, 120, 0, 60)), ((5, 5, 5, 5), (60, 120, 180, 240))):
            self.setUp()
            self.assertEqual(self.idle_by_ticks((100, 101, 103, 110), wakeups), list(idle), wakeups)

    def test_where_nobody_says_whether_a_main_thread_woke_cpu_time_counts_on_a_server_that_freezes_timestamps(
        self,
    ) -> None:
        for freezes, idle in ((True, [60, 120, 0, 0]), (False, [60, 120, 180, 240])):
            self.setUp()
            self.kernels.timestamps_freeze = freezes
            self.assertEqual(self.idle_by_ticks((100, 101, 103, 110), (None,) * 4), idle)

    def test_an_idle_kernel_never_counts_whatever_ticks_its_other_threads_use_in_a_minute(self) -> None:
        ticks = [100 + sum((0, 0, 1, 0, 2, 0, 3, 1)[: minute % 8]) + 7 * (minute // 8) for minute in range(240)]
        idle = self.idle_by_ticks(tuple(ticks), (5,) * 240)
        self.assertEqual(idle, [60 * minute for minute in range(1, 241)])

    def idle_by_ticks(self, ticks: tuple[int, ...], wakeups: tuple[int | None, ...]) -> list[float]:
        """The source's idle seconds at looks a minute apart, the kernel's timestamp standing still at the start."""
        self.context.processes = {7: process(7, cmdline=["python", "-f", "kernel-k1.json"], cpu_ticks=ticks[0])}
        found = []
        with mock.patch("sources.kernels.count_wakeups") as count:
            for minute, (used, woken) in enumerate(zip(ticks, wakeups), 1):
                count.return_value = woken
                self.context.processes[7].cpu_ticks = used
                found.append(self.idle_after(60 * minute, kernel(active=0)))
        return found

    def test_where_timestamps_move_cpu_time_of_an_idle_kernel_is_no_activity_of_the_kernels(self) -> None:
        self.idle_after(60, kernel(active=10))
        self.idle_after(120, kernel(active=110))
        self.context.processes = {7: process(7, cmdline=["python", "-f", "kernel-k1.json"], cpu_ticks=5000)}
        self.assertEqual(self.idle_after(180, kernel(active=110)), 70)

    def test_a_busy_kernel_whose_process_is_not_seen_is_believed(self) -> None:
        self.assertEqual(self.idle_after(9000, kernel("busy", 10, id="no-such-process")), 0)


class SubscribedKernelsTest(KernelsCase):
    """Kernels whose messages the agent gets, each of them since the look before."""

    def setUp(self) -> None:
        super().setUp()
        self.messages = mock.Mock(ready=True, worked=False, running=set())
        command = "python -m ipykernel_launcher -f kernel-k1.json".split()
        self.context.processes = {7: process(7, cmdline=command)}
        reading = mock.patch.object(self.kernels.subscriptions, "read")
        reading.start()
        self.addCleanup(reading.stop)
        self.kernels.subscriptions.by_kernel["k1"] = subscription(900, self.messages)
        with waiting_for(EVENT_LOOP):
            self.idle_after(60, kernel(active=50))

    def idle_at(self, seconds: float, state: str = "idle", active: float = 50, **said: Any) -> float:
        self.messages.worked, self.messages.running = said.get("worked", False), said.get("running", set())
        with waiting_for(EVENT_LOOP):
            return self.idle_after(seconds, kernel(state, active))

    def test_a_tab_whose_own_questions_move_the_timestamp_is_nobody_at_work(self) -> None:
        self.assertEqual([self.idle_at(60 * look, active=60 * look - 2) for look in (2, 3, 60)], [70, 130, 3550])

    def test_a_server_that_shows_such_a_question_as_work_for_a_moment_is_not_believed(self) -> None:
        self.assertEqual([self.idle_at(60 * look, "busy", 60 * look) for look in (2, 3, 60)], [70, 130, 3550])
        self.assertIsNone(self.kernels.busy)

    def test_each_execution_counts_whether_the_server_moves_the_timestamp_or_not(self) -> None:
        self.assertEqual(self.idle_at(120, active=90, worked=True), 30)
        self.assertEqual(self.idle_at(180, active=90, worked=True), 0)
        self.assertEqual(self.idle_at(240, active=90), 60)

    def test_a_cell_that_awaits_is_work_though_the_server_calls_its_kernel_idle(self) -> None:
        for minute in range(2, 60):
            self.assertEqual(self.idle_at(60 * minute, running={b"m1"}), 0)
        assert self.kernels.busy is not None
        self.assertEqual(self.kernels.busy["for"], 57 * 60)
        self.assertEqual(self.idle_at(3600, active=3590, worked=True), 10)

    def test_a_cell_that_ran_before_the_first_message_is_believed_to_run_on(self) -> None:
        self.setUp()
        self.messages.ready = False
        self.idle_at(120, "busy", 100)
        self.messages.ready = True
        self.assertEqual(self.idle_at(180, "busy", 100), 0)
        self.assertEqual(self.idle_at(240, "busy", 100), 0)

    def test_where_messages_were_missed_a_moved_timestamp_counts(self) -> None:
        self.messages.ready = False
        self.assertEqual(self.idle_at(120, active=110), 10)
        self.messages.ready = True
        self.kernels.subscriptions.by_kernel["k1"] = subscription(1100, self.messages)
        self.assertEqual(self.idle_at(180, active=170), 10)


class UnlistedKernelsTest(unittest.TestCase):
    """IPython kernels that no Jupyter server lists."""

    def setUp(self) -> None:
        self.context = SourceContext(StubServer())
        self.kernels: Kernels = UnlistedKernels(at(0), self.context)

    def look(self, seconds: float, waits: str, **fields: Any) -> float | None:
        command = fields.pop("command", "python -m ipykernel_launcher --f=/r/kernel-v3abc.json").split()
        self.context.processes = {7: process(7, cmdline=command, **fields)}
        self.kernels.busy = None
        with waiting_for(waits), mock.patch("sources.kernels.count_wakeups", return_value=fields.get("wakeups", 5)):
            return at(seconds).boot - self.kernels.active_at if self.kernels.look(at(seconds)) else None

    def test_in_code_editor_the_source_is_there_once_a_kernel_was(self) -> None:
        self.assertIsNone(self.look(60, EVENT_LOOP, command="sleep 100"))
        self.assertEqual(self.look(120, EVENT_LOOP), 0)
        self.assertEqual(self.look(180, EVENT_LOOP), 60)
        self.assertEqual(self.look(240, EVENT_LOOP, command="sleep 100"), 0)
        self.assertEqual(self.look(300, EVENT_LOOP, command="sleep 100"), 60)

    def test_one_that_waits_outside_its_event_loop_at_two_looks_is_at_work(self) -> None:
        for command in (
            "python -m ipykernel_launcher -f /tmp/tmpab12.json",
            "python /x/ipykernel_launcher.py --f=/r/kernel-v3abc.json",
            "python -m colab_kernel_launcher -f /r/kernel-5.json",
        ):
            self.setUp()
            found = [self.look(60 * minute, SOMETHING_ELSE, command=command) for minute in range(1, 5)]
            self.assertEqual(found, [0, 0, 0, 0], command)
            assert self.kernels.busy is not None

    def test_one_that_runs_is_at_work(self) -> None:
        self.look(60, EVENT_LOOP)
        self.look(120, NOTHING, status="R")
        self.assertEqual(self.look(180, NOTHING, status="R"), 0)

    def test_its_children_that_carry_its_command_are_not_taken_for_kernels(self) -> None:
        self.look(60, EVENT_LOOP)
        child = process(8, cmdline=self.context.processes[7].cmdline, create_time=950, ppid=7)
        self.context.processes[8] = child
        self.kernels.look(at(120))
        self.assertEqual({known.pid for known in self.kernels.processes.values()}, {7})

    def test_a_jupyter_servers_own_kernels_are_judged_once(self) -> None:
        self.context.server = StubServer(kernels=[kernel()])
        listed = process(7, cmdline="python -m ipykernel_launcher -f kernel-k1.json".split())
        self.context.processes = {7: listed}
        jupyter = Kernels(at(0), self.context)
        with waiting_for(EVENT_LOOP):
            jupyter.look(at(60))
        self.assertEqual(list(jupyter.records), ["k1"])
