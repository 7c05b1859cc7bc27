"""Real programs on real terminals: which are prompts, and which are jobs."""

from __future__ import annotations

import os
import signal
import time
from unittest import mock

from process_model import JOB, NOT_JOB, PROMPT
from processes import Process, read_environment_pieces
from real_programs import NAME, PYTHON, RealPrograms, script

THREAD = "threading.Thread(target=time.sleep, args=(600,), daemon=True).start()"


class ProcessModelTest(RealPrograms):
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
