"""The JupyterLab extension: where it is laid, what it is told, and what it asks."""

from __future__ import annotations

import json
import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import lab_extension
import settings
from jupyter_paths import JupyterPaths
from lab_extension import LabExtension, extension_folder
from sources.base import SourceContext
from stand_ins import StubServer, process

PID = os.getpid()


class LabExtensionTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.context = SourceContext(StubServer())
        self.extension = LabExtension(self.context)

    def has_server(self, *data: str) -> None:
        variables = {"HOME": str(self.root), "JUPYTER_PATH": os.pathsep.join(data)}
        with mock.patch("jupyter_paths.variables_of", return_value=variables):
            self.paths = JupyterPaths(process(PID, cmdline=[str(self.root / "env/bin/python")]))
        found = mock.patch("lab_extension.find_jupyter_paths", return_value=self.paths)
        found.start()
        self.addCleanup(found.stop)

    def laid(self) -> list[str]:
        return sorted(str(file.relative_to(self.root).parent) for file in self.root.rglob("package.json"))

    def test_the_server_names_where_it_looks_and_what_goes_with_the_app_comes_first(self) -> None:
        self.has_server("/a", "relative", "/b")
        env, home = f"{self.root}/env/share/jupyter", f"{self.root}/.local/share/jupyter"
        self.assertEqual(self.paths.data, ["/a", "/b", env, home])
        self.assertEqual(self.paths.workspaces, f"{self.root}/.jupyter/lab/workspaces")

    def test_it_is_laid_before_the_server_is_up_and_moved_to_where_that_looks(self) -> None:
        for is_usual, expected in ((True, "usual"), (False, "env/share/jupyter")):
            with mock.patch.object(lab_extension, "USUAL_FOLDER", str(self.root / "usual")):
                (self.root / "usual").mkdir(exist_ok=True)
                self.extension.begin()
            self.assertEqual(self.laid(), ["usual/labextensions/studio-reaper"])
            self.has_server(*([str(self.root / "usual")] if is_usual else []))
            self.extension.paths, self.extension.next_search = None, 0
            self.extension.look(100)
            self.assertEqual(self.laid(), [f"{expected}/labextensions/studio-reaper"])
        self.extension.remove()
        self.assertEqual(self.laid(), [])

    def test_where_one_folder_cannot_be_written_the_next_is_taken_and_without_any_it_says_so(self) -> None:
        self.has_server("/proc/no/such/folder", str(self.root / "second"))
        self.extension.look(100)
        self.assertEqual(self.laid(), ["second/labextensions/studio-reaper"])
        with self.assertRaises(OSError):
            LabExtension(self.context).lay_where_found(["/proc/no/such", "/proc/either"])

    def test_only_the_folder_of_the_settings_is_used_where_there_is_one(self) -> None:
        self.has_server(str(self.root / "server"))
        with mock.patch.object(settings, "AGENT_JUPYTER_FOLDER", str(self.root / "set")):
            self.extension.begin()
            self.extension.look(100)
            self.assertEqual(self.laid(), ["set/labextensions/studio-reaper"])
            self.extension.remove()
            self.assertEqual(self.laid(), [])
            self.extension.look(101)  # the policy lets it be shown again
        self.assertEqual(self.laid(), ["set/labextensions/studio-reaper"])

    def test_the_package_names_a_script_that_is_there_by_its_hash(self) -> None:
        self.extension.lay(str(self.root))
        folder = Path(extension_folder(str(self.root)))
        (folder / "static/index.former.js").write_text("")
        self.extension.lay(str(self.root))
        package = json.loads((folder / "package.json").read_text())
        load = package["jupyterlab"]["_build"]["load"]
        self.assertRegex(load, r"^static/index\.[0-9a-f]{8}\.js$")
        self.assertEqual([file.name for file in (folder / "static").iterdir()], [Path(load).name])
        self.assertEqual((package["name"], package["jupyterlab"]["extension"]), ("studio-reaper", True))

    def test_where_the_server_wants_a_token_no_command_is_told_to_everybody(self) -> None:
        self.extension.lay(str(self.root))
        status = {"busy": {"terminals": {"what": "psql postgres://me:secret@db", "for": 9}}}
        for token, what in (("", "psql postgres://me:secret@db"), ("token", "")):
            self.context.server.token = token
            self.extension.tell(status)
            told = json.loads(Path(extension_folder(str(self.root)), "static/status.json").read_text())
            self.assertEqual(told["busy"]["terminals"], {"what": what, "for": 9})

    def test_a_wish_is_the_workspace_of_our_name_and_taken_once(self) -> None:
        self.has_server()
        self.extension.look(100)
        self.assertIsNone(self.extension.take_request())
        folder = Path(self.paths.workspaces)
        folder.mkdir(parents=True)
        (folder / "default-37a8.jupyterlab-workspace").write_text('{"data": {"studio-reaper": {"for": 60}}}')
        saved = folder / "studio-reaper-1a2b.jupyterlab-workspace"
        saved.write_text('{"metadata": {}, "data": {"studio-reaper": {"for": 3600}}}')
        self.assertEqual(self.extension.take_request(), {"for": 3600})
        self.assertIsNone(self.extension.take_request())
        for text in ("", "{}", "[]", '{"data": 7}', '{"data": {"studio-reaper": []}}'):
            saved.write_text(text)
            with self.assertRaises(ValueError, msg=text):
                self.extension.take_request()
            self.assertFalse(saved.exists())
