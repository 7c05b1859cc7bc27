"""GPUs, as an nvidia-smi of the test tells."""

from __future__ import annotations

import os
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import sources.gpu
from errors import Unreadable
from sources.base import SourceContext
from sources.gpu import Gpu
from stand_ins import StubServer, at


class GpuTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tool = Path(folder.name, "nvidia-smi")
        path = mock.patch.dict(os.environ, {"PATH": f"{folder.name}:/usr/bin:/bin"})
        path.start()
        self.addCleanup(path.stop)
        self.gpu = Gpu(at(0), SourceContext(StubServer()))

    def says(self, script: str) -> None:
        self.tool.write_text(f"#!/bin/sh\n{script}\n")
        self.tool.chmod(0o755)

    def look(self, seconds: float) -> bool:
        self.gpu.busy_before, self.gpu.busy = self.gpu.busy, None
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
        self.assertEqual(at(120).boot - self.gpu.active_at, 60)

    def test_an_image_for_gpus_on_a_machine_without_has_none(self) -> None:
        for code in (6, 9, 12):
            self.says(f"echo failed; exit {code}")
            self.assertFalse(self.look(60))

    def test_gpus_that_do_not_say_are_left_to_the_other_sources_and_those_that_do_count(self) -> None:
        for words in ("[N/A]", "[Not Supported]", "[Unknown Error]", "", "[N/A]\n[N/A]"):
            self.says(f"echo '{words}'")
            self.assertFalse(self.look(60), words)
        self.says("echo '[N/A]'; echo 87; echo")
        self.assertTrue(self.look(120))
        assert self.gpu.busy is not None
        self.assertEqual(self.gpu.busy["what"], "a GPU is used to 87%")

    def test_what_it_cannot_tell_is_unknown(self) -> None:
        for script in (
            "exit 15",
            "echo lots",
            "echo 1; echo '{}'",
            "printf '\\377'",
            "head -c 100000 /dev/zero | tr '\\0' x",
        ):
            self.says(script)
            with self.assertRaises((Unreadable, ValueError)):
                self.look(60)

    def test_one_that_hangs_is_unknown_and_not_asked_twice(self) -> None:
        self.says("echo $$ >>$0.asked; trap '' TERM; exec sleep 60")
        with mock.patch.object(sources.gpu, "NVIDIA_SMI_SECONDS", 0.2), mock.patch.object(
            subprocess.Popen, "kill", lambda _: None
        ):
            for seconds in (60, 120):
                self.assertRaises(Unreadable, self.look, seconds)
        self.assertEqual(len(Path(f"{self.tool}.asked").read_text().split()), 1)
        assert self.gpu.query is not None
        self.gpu.query.kill()
        self.gpu.query.wait()
        self.gpu.query = None
