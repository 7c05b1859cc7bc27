import tempfile
import unittest
from pathlib import Path
from unittest import mock

import settings
from sources import make_sources
from sources.base import SourceContext
from sources.editor import Editor
from stand_ins import StubServer, at, timestamp


class EditorTest(unittest.TestCase):
    def test_a_change_of_the_editors_note_is_activity(self) -> None:
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(settings, "EDITOR_FILE", f"{folder}/note"):
            editor = Editor(at(0), SourceContext(StubServer()))
            self.assertFalse(editor.look(at(60)))
            for seconds in (100, 170):
                Path(folder, "note").write_text(timestamp(seconds, "%Y-%m-%dT%H:%M:%S.000Z"))
                self.assertTrue(editor.look(at(seconds + 20)))
                self.assertEqual(at(seconds + 20).boot - editor.active_at, 20)
            Path(folder, "note").write_text("nonsense")
            editor.look(at(500))
            self.assertEqual(editor.active_at, at(500).boot)
            editor.look(at(600))
            self.assertEqual(editor.active_at, at(500).boot)

    def test_a_note_of_garbage_is_activity_when_it_changes_and_no_trouble(self) -> None:
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(settings, "EDITOR_FILE", f"{folder}/note"):
            editor = Editor(at(0), SourceContext(StubServer()))
            for seconds, garbage in enumerate((b"\xff\xfe", b"", b"\0" * 1000, b"x" * 100_000, b"9" * 400, b"nan")):
                Path(folder, "note").write_bytes(garbage)
                self.assertTrue(editor.look(at(100 + seconds)))
                self.assertEqual(editor.active_at, at(100 + seconds).boot, garbage[:10])

    def test_in_a_jupyterlab_app_a_remote_ides_note_counts_too(self) -> None:
        for app_type in ("JupyterLab", "CodeEditor"):
            self.assertIn("editor", [source.name for source in make_sources(at(0), app_type)])
