"""CPU time, and whose doing it is."""

from __future__ import annotations

import os
import unittest

from instructions import Instructions
from origins import TERMINAL
from processes import Process
from sources.base import SourceContext
from sources.cpu import Cpu
from stand_ins import StubServer, at, process


class CpuTest(unittest.TestCase):
    """The server is process 2, its kernel 3, a language server 4; this process is the agent, its parent its shell."""

    def setUp(self) -> None:
        self.context = SourceContext(StubServer())
        self.cpu = Cpu(at(0), self.context)
        self.look(0)

    def look(self, seconds: float, *more: Process, **ticks: int) -> str | None:
        usual = [
            process(1, cmdline=["init"], ppid=0, cpu_ticks=ticks.get("init", 0)),
            process(
                2, cmdline=["python", "/opt/conda/bin/jupyter-lab", "--ip", "0.0.0.0"], cpu_ticks=ticks.get("server", 0)
            ),
            process(
                3,
                cmdline=["python", "-m", "ipykernel_launcher", "-f", "/r/kernel-k1.json"],
                ppid=2,
                cpu_ticks=ticks.get("kernel", 0),
            ),
            process(4, cmdline=["node", "pyright"], ppid=2, cpu_ticks=ticks.get("language_server", 0)),
            process(os.getppid(), cmdline=["sh"], cpu_ticks=ticks.get("supervisor", 0)),
            process(os.getpid(), cmdline=["python", "agent.py"], ppid=os.getppid(), cpu_ticks=ticks.get("agent", 0)),
        ]
        self.context.processes = {one.pid: one for one in [*usual, *more]}
        self.cpu.busy_before, self.cpu.busy = self.cpu.busy, None
        self.cpu.look(at(seconds))
        return self.cpu.busy and self.cpu.busy["what"]

    def test_threads_and_tasks_of_an_idle_kernel_are_work_from_a_twentieth_of_a_core_on(self) -> None:
        self.assertIsNone(self.look(60, kernel=300))
        self.assertEqual(
            self.look(120, kernel=601), "python -m ipykernel_launcher -f /r/kernel-k1.json uses 0.1 of a core"
        )
        self.assertEqual(
            self.look(180, kernel=6601), "python -m ipykernel_launcher -f /r/kernel-k1.json uses 1.0 of a core"
        )
        assert self.cpu.busy is not None
        self.assertEqual(self.cpu.busy["for"], 60)
        self.assertIsNone(self.look(240, kernel=6601))
        self.assertEqual(at(240).boot - self.cpu.active_at, 60)

    def test_the_server_its_helpers_the_first_process_and_the_agent_are_nobodys_work(self) -> None:
        for who in ("init", "server", "language_server", "supervisor", "agent"):
            self.setUp()
            self.assertIsNone(self.look(60, **{who: 6000}), who)

    def test_each_child_of_a_kernel_is_held_against_the_threshold_by_itself(self) -> None:
        child = process(10, cmdline=["python", "worker.py"], ppid=3, cpu_ticks=1000)
        grandchild = process(11, cmdline=["python", "worker.py"], ppid=10, cpu_ticks=1000)
        self.assertEqual(self.look(60, child, grandchild), "python worker.py uses 0.2 of a core")
        self.setUp()
        cluster_at_rest = [process(10 + i, cmdline=["dask"], ppid=3, cpu_ticks=120) for i in range(8)]
        self.assertIsNone(self.look(60, *cluster_at_rest))

    def test_many_short_processes_are_the_work_of_the_one_that_waits_for_them(self) -> None:
        script = {"cmdline": ["sh", "loop.sh"], "origin": TERMINAL}
        self.look(60, process(20, **script, child_ticks=0))
        self.assertEqual(self.look(120, process(20, **script, child_ticks=600)), "sh loop.sh uses 0.1 of a core")

    def test_what_nobody_knows_must_compute_at_two_looks(self) -> None:
        for parent in (1, 2):
            self.setUp()
            ticks = [3000, 6000, 6000, 9000]
            said = [
                self.look(60 * look, process(20, cmdline=["claude"], ppid=parent, cpu_ticks=ticks[look - 1]))
                for look in (1, 2, 3, 4)
            ]
            self.assertEqual(said, [None, "claude uses 0.5 of a core", None, None], parent)

    def test_the_policy_says_what_helps_the_server(self) -> None:
        for seconds in (60, 120, 180):
            self.assertIsNone(self.look(seconds, process(20, cmdline=["git", "gc"], ppid=2, cpu_ticks=60 * seconds)))
        self.context.instructions = Instructions('{"helpers": ["pyright*"]}')
        self.look(240, process(20, cmdline=["git", "gc"], ppid=2, cpu_ticks=60 * 240))
        self.assertIsNotNone(self.look(300, process(20, cmdline=["git", "gc"], ppid=2, cpu_ticks=60 * 300)))

    def test_a_monitor_left_open_may_redraw_dearly_and_hides_no_work_behind_its_name(self) -> None:
        top = {"cmdline": ["top"], "terminal": 3, "origin": TERMINAL}
        self.look(60, process(20, **top))
        self.assertIsNone(self.look(120, process(20, **top, cpu_ticks=1200)))
        self.assertEqual(self.look(180, process(20, **top, cpu_ticks=7200)), "top uses 1.0 of a core")

    def test_what_was_left_behind_is_work_with_all_that_it_starts(self) -> None:
        left = process(20, cmdline=["nohup-sh", "run.sh"], cpu_ticks=0, origin=TERMINAL)
        worker = process(21, cmdline=["python", "train.py"], ppid=20, cpu_ticks=3000)
        self.assertEqual(self.look(60, left, worker), "python train.py uses 0.5 of a core")

    def test_a_long_command_is_cut_before_what_it_uses(self) -> None:
        said = self.look(60, process(20, cmdline=["train", "x" * 200], cpu_ticks=6000, origin=TERMINAL)) or ""
        self.assertTrue(said.endswith("x uses 1.0 of a core"), said)
        self.assertLessEqual(len(said), 120)

    def test_what_was_there_before_the_first_look_counts_from_then_and_a_pid_anew_from_its_start(self) -> None:
        self.look(60, process(20, cmdline=["a"], cpu_ticks=90_000, origin=TERMINAL))
        self.assertIsNone(self.look(120, process(20, cmdline=["a"], cpu_ticks=90_000, origin=TERMINAL)))
        self.assertEqual(
            self.look(180, process(20, cmdline=["b"], cpu_ticks=600, create_time=1150, origin=TERMINAL)),
            "b uses 0.1 of a core",
        )

    def test_two_looks_close_to_each_other_tell_nothing(self) -> None:
        self.assertIsNone(self.look(0.5, kernel=50))
        self.assertIsNotNone(self.look(2, kernel=50))

    def test_the_policy_says_how_much_is_work(self) -> None:
        self.context.instructions = Instructions('{"cpuThreshold": 2.5}')
        self.assertIsNone(self.look(60, kernel=14_000))
        self.assertIsNotNone(self.look(120, kernel=30_000))
