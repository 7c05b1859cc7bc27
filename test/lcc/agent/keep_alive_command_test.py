"""The command keep-alive as a user calls it, beside a real agent."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
import unittest
from pathlib import Path

from command_file import lay_command, quoted
from keep_alive_command import CannotKeep, parse_duration, what_holds
from life_test import SECONDS, LifeCase
from wording import as_typed, in_words

STATUS = {
    "busy": {},
    "idle": {"kernels": 1500, "terminals": 3000},
    "idleTimes": [3600],
    "maxAge": 0,
    "keepAtMost": 86_400,
    "kept": None,
    "notice": None,
}


class CommandTest(LifeCase):
    def setUp(self) -> None:
        super().setUp()
        self.commands = self.folder / "commands"
        self.commands.mkdir()
        self.environment["AGENT_COMMAND_FOLDER"] = str(self.commands)

    def has_agent(self) -> None:
        self.agent = self.start(self.archive)
        deadline = time.monotonic() + SECONDS
        while not (self.folder / "status.json").exists() and time.monotonic() < deadline:
            time.sleep(0.05)

    def keep_alive(self, *arguments: str) -> tuple[int, str]:
        path = f"{self.commands}:/usr/bin:/bin"
        command = ["sh", "-c", 'exec keep-alive "$@"', "sh", *arguments]
        done = subprocess.run(command, env={"PATH": path}, capture_output=True, text=True, timeout=SECONDS, check=False)
        return done.returncode, done.stdout + done.stderr

    def test_it_asks_says_what_holds_and_withdraws(self) -> None:
        self.has_agent()
        self.assertIn("Nobody asked to keep this app.", self.keep_alive()[1])
        self.assertRegex(self.keep_alive("8h")[1], r"^This app is kept for (8 h|7 h 59 min), until ... \d\d:\d\d\.\n$")
        self.assertIn("This app is kept for", self.keep_alive()[1])
        self.assertRegex(self.keep_alive("3d")[1], "^The policy allows 1 d at most. This app is kept for (1 d|23 h)")
        self.assertIn("Nobody asked", self.keep_alive("off")[1])

    def test_a_program_runs_as_if_called_directly_and_keeps_the_app_meanwhile(self) -> None:
        self.has_agent()
        code, text = self.keep_alive("--", "sh", "-c", "keep-alive; kill -PIPE $$")
        self.assertEqual(code, -signal.SIGPIPE)
        self.assertIn("This app is kept for as long as sh -c keep-alive; kill -PIPE $$ runs", text)
        self.assertEqual(self.keep_alive("--", "sh", "-c", "exit 7")[0], 7)
        self.assertIn("no-such-program does not start", self.keep_alive("--", "no-such-program")[1])

    def test_a_process_that_runs_already_keeps_it_too(self) -> None:
        self.has_agent()
        sleeper = subprocess.Popen(["sleep", "600"])
        self.addCleanup(sleeper.wait)
        self.addCleanup(sleeper.kill)
        self.assertIn("as long as sleep 600 runs", self.keep_alive("--pid", str(sleeper.pid))[1])
        for pid in ("999999999", "x", "-1"):
            self.assertEqual(self.keep_alive("--pid", pid), (1, f"keep-alive: {pid!r} is no process that runs here.\n"))

    def test_what_is_not_understood_is_told_with_what_is_accepted(self) -> None:
        self.has_agent()
        for arguments in (["8"], ["1.5h"], ["0m"], ["soon"], ["999d"]):
            code, text = self.keep_alive(*arguments)
            self.assertEqual(code, 1)
            self.assertIn("is no duration. Accepted are ones like 8h, 90m, 1h30m and 3d, up to 366d.", text)
        for arguments in (["--keep"], ["8h", "off"], ["--"], ["--pid"]):
            code, text = self.keep_alive(*arguments)
            self.assertEqual((code, text[:6]), (2, "usage:"))
        self.assertEqual(self.keep_alive("--help")[0], 0)

    def test_without_an_agent_it_says_so(self) -> None:
        self.has_agent()
        self.agent.kill()
        self.agent.wait()
        status = self.folder / "status.json"
        os.utime(status, (0, 0))
        for arguments in ([], ["8h"], ["off"], ["--", "true"]):
            code, text = self.keep_alive(*arguments)
            self.assertEqual(code, 1)
            self.assertIn("no agent of Studio Reaper is at work here", text)
        status.unlink()
        self.assertEqual(self.keep_alive()[0], 1)

    def test_another_program_of_that_name_is_left_alone(self) -> None:
        other = self.commands / "keep-alive"
        other.write_text("#!/bin/sh\necho another\n")
        other.chmod(0o755)
        self.has_agent()
        self.assertEqual(self.keep_alive(), (0, "another\n"))
        script = json.loads((self.folder / "status.json").read_text())["command"]
        self.assertEqual(script, str(self.folder / "bin" / "keep-alive"))
        self.assertIn("Nobody asked", subprocess.run([script], capture_output=True, text=True, check=True).stdout)


class WordsTest(unittest.TestCase):
    def test_durations_as_people_write_and_read_them(self) -> None:
        for text, seconds in (("8h", 28_800), ("90m", 5400), ("1h30m", 5400), ("3d", 259_200), ("1d2h3m", 93_780)):
            self.assertEqual(parse_duration(text), seconds)
        for text in ("", "8", "h", "1h ", "-1h", "1s", "8H", "1e3h", "9999999d", "١h"):
            with self.assertRaises(CannotKeep, msg=text):
                parse_duration(text)
        for seconds, words, typed in (
            (59, "59 s", "1m"),
            (600, "10 min", "10m"),
            (5400, "1 h 30 min", "1h30m"),
            (28_800, "8 h", "8h"),
            (86_400, "1 d", "1d"),
            (97_200, "1 d 3 h", "1d3h"),
        ):
            self.assertEqual((in_words(seconds), as_typed(seconds)), (words, typed))

    def test_what_holds_is_said_in_words(self) -> None:
        busy = {"kernels": {"what": "train.ipynb (python3)", "for": 300}}
        for changes, words in (
            ({}, "It has been idle for 25 min (kernels); apps are stopped after 1 h."),
            ({"idleTimes": [900, 3600]}, "apps are stopped after 15 min or 1 h."),
            ({"idleTimes": [900, 315_360_000]}, "apps are stopped after 15 min, or not at all."),
            ({"idleTimes": [315_360_000]}, "apps are not stopped for that."),
            ({"maxAge": 259_200}, "apps are stopped after 1 h. Apps may run for 3 d at most."),
            ({"busy": busy}, "It is in use (kernels: train.ipynb (python3), for 5 min)."),
            ({"idle": {"kernels": None, "terminals": 5}}, "It counts as in use, as kernels cannot be read."),
            ({"notice": {"stopIn": 540, "why": "idle for 52 min"}}, "will be stopped in 9 min: idle for 52 min."),
            ({"kept": {"for": 7200, "while": "make"}}, "kept for as long as make runs, for 2 h more at most."),
            ({"kept": {"for": 7200, "while": ""}}, "This app is kept for 2 h, until "),
        ):
            self.assertIn(words, what_holds({**STATUS, **changes}))


class CommandFileTest(unittest.TestCase):
    def test_any_path_is_one_word_of_the_script(self) -> None:
        for word in ("/var/tmp/studio-reaper", "a b", "it's", "$(reboot)", "`x`;\n#"):
            said = subprocess.run(["sh", "-c", f"printf %s {quoted(word)}"], capture_output=True, text=True, check=True)
            self.assertEqual(said.stdout, word)

    def test_it_is_laid_into_the_agents_folder_and_its_whole_path_is_told(self) -> None:
        command = lay_command()
        self.assertTrue(re.search("/bin/keep-alive$", command) and os.access(command, os.X_OK))
        Path(command).unlink()
