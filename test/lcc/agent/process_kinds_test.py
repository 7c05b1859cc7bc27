import subprocess
import sys
import time
import unittest

from process_kinds import EVENT_LOOP, NOTHING, SOMETHING_ELSE, is_disguised, is_prompt, is_server, waits_for
from stand_ins import process


class ProcessKindsTest(unittest.TestCase):
    def test_servers_are_known_by_name_and_what_jupyter_runs_is_not_taken_for_one(self) -> None:
        for words in (
            ["python", "-m", "jupyterlab"],
            ["python", "-m", "jupyter_server"],
            ["/opt/conda/bin/jupyter-server"],
            ["jupyter-labhub"],
            ["node", "/opt/amazon/sagemaker/code-editor/out/server-main.js"],
            ["sagemaker-code-editor", "--port", "8888"],
        ):
            self.assertTrue(is_server(process(9, cmdline=words)), words)
        for words in (
            ["jupyter-nbconvert", "--execute", "a.ipynb"],
            ["python", "jupyter.py"],
            ["python", "train.py"],
            ["papermill", "a.ipynb"],
            ["decode-server"],
        ):
            self.assertFalse(is_server(process(9, cmdline=words)), words)

    def test_a_script_that_calls_itself_a_pager_or_a_shell_is_none(self) -> None:
        for program, words, is_one in (
            ("less", ["less"], False),
            ("python3.11", ["less"], True),
            ("node", ["/usr/bin/less", "-R"], True),
            ("python3.11", ["/opt/conda/bin/python"], False),
            ("", ["less"], False),  # nobody says
        ):
            self.assertEqual(is_disguised(process(9, program=program, cmdline=words)), is_one, program)
        for program, words, is_what_it_says in (
            ("bash", ["-bash"], True),
            ("python3.11", ["/opt/conda/bin/python3", "-q"], True),
            ("python3.11", ["bash"], False),
        ):
            self.assertEqual(is_prompt(process(9, program=program, cmdline=words)), is_what_it_says, words)

    def test_a_process_in_an_event_loop_is_told_from_one_that_sleeps_and_one_that_runs(self) -> None:
        codes = {
            "import select; select.epoll().poll(30)": EVENT_LOOP,
            "import time; time.sleep(30)": SOMETHING_ELSE,
            "while True: pass": NOTHING,
        }
        for code, waits in codes.items():
            with subprocess.Popen([sys.executable, "-c", code]) as child:
                deadline = time.monotonic() + 10
                while waits_for(process(child.pid)) != waits and time.monotonic() < deadline:
                    time.sleep(0.05)
                self.assertEqual(waits_for(process(child.pid)), waits, code)
                child.kill()
