"""Runs the agent's tests, or those whose names contain the words given; prints a line of JSON for each."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[2] / "lcc" / "agent"), str(HERE)]


class Report(unittest.TestResult):
    """A line of JSON a test, for agent.test.ts."""

    def startTest(self, test: unittest.TestCase) -> None:
        super().startTest(test)
        self.troubles_before = len(self.failures) + len(self.errors)

    def stopTest(self, test: unittest.TestCase) -> None:
        super().stopTest(test)
        troubles = [text for _, text in (*self.failures, *self.errors)]
        trouble = "\n".join(troubles) if len(troubles) > self.troubles_before else None
        name = test.id().rpartition(".test_")[2].replace("_", " ")
        print(json.dumps({"name": name, "trouble": trouble}), flush=True)
        self.failures.clear()
        self.errors.clear()


def run_tests(words: list[str]) -> None:
    loader = unittest.TestLoader()
    if words:
        loader.testNamePatterns = ["*" + "_".join(words) + "*"]
    for folder in (HERE, HERE / "sources", HERE / "displays"):
        loader.discover(str(folder), "*_test.py", str(folder)).run(Report())


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        # The agent's settings are read once, when its modules are loaded.
        os.environ.update(LOG_FILE=f"{scratch}/log", AGENT_FOLDER=scratch, STATE_FILE=f"{scratch}/state.json")
        run_tests(sys.argv[1:])
