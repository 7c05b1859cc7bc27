import subprocess
import sys
import time
import unittest

from process_kinds import EVENT_LOOP, NOTHING, SOMETHING_ELSE, is_server, waits_for
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

    def test_a_process_in_an_event_loop_is_told_from_one_that_sleeps_and_one_that_runs(self) -> None:
        codes = {
            "import select; select.epoll().poll(30)": EVENT_LOOP,
            "import time; time.sleep(30)": SOMETHING_ELSE,
            "while True: pass": NOTHING,
        }
        for code, waits in codes.items():
            with subprocess.Popen([sys.executable, "-c", code]) as child:
                one = process(child.pid)
                deadline = time.monotonic() + 10
                while waits_for(one) != waits and time.monotonic() < deadline:
                    time.sleep(0.05)
                self.assertEqual(waits_for(one), waits, code)
                child.kill()
