"""What a running Jupyter server says of itself in its runtime folder."""

from __future__ import annotations

import json
import os
import tempfile
import unittest
from unittest import mock

import server_identity
from server_identity import find_server, has_package, read_identity
from stand_ins import process

IDENTITY = {"base_url": "/lab/", "token": "secret", "port": 8888, "pid": 7, "url": "http://localhost:8888/lab/"}


class ServerIdentityTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.server = process(os.getpid(), cmdline=["python", "/opt/conda/bin/jupyter-lab"])
        self.folder, self.path = folder.name, f"{folder.name}/jpserver-{os.getpid()}.json"

    def write(self, text: str) -> None:
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(text)

    def test_the_server_at_the_port_says_its_base_url_and_token(self) -> None:
        self.write(json.dumps(IDENTITY))
        with mock.patch.multiple(
            server_identity,
            read_processes=lambda *_: {1: process(1), 7: self.server},
            runtime_folders=lambda _: ["/no/such", self.folder],
        ):
            self.assertEqual(find_server(8888), ("/lab/", "secret"))
            self.assertIsNone(find_server(8889))

    def test_what_makes_no_sense_is_not_used(self) -> None:
        for wrong in ({"base_url": "/x HTTP/1.0\r\nHost: y"}, {"token": "a\r\nb"}, {"token": 7}, {"port": "8888"}):
            self.write(json.dumps({**IDENTITY, **wrong}))
            self.assertIsNone(read_identity(self.path, self.server, 8888), wrong)
        for text in ("", "[]", "{}", "[" * 5000):
            self.write(text)
            self.assertIsNone(read_identity(self.path, self.server, 8888), text)

    def test_a_file_of_another_user_is_not_used(self) -> None:
        self.write(json.dumps(IDENTITY))
        owners = {self.path: 1000, f"/proc/{os.getpid()}": 1001}
        with mock.patch.object(os, "stat", lambda path: mock.Mock(st_uid=owners[path])):
            self.assertIsNone(read_identity(self.path, self.server, 8888))

    def test_a_package_is_found_beside_the_program_that_would_use_it(self) -> None:
        os.makedirs(f"{self.folder}/lib/python3.12/site-packages/jupyter_server_documents")
        for command in (
            [f"{self.folder}/bin/python", "-m", "jupyter_server"],
            ["python", f"{self.folder}/bin/jupyter-lab"],
        ):
            server = process(7, cmdline=command)
            self.assertTrue(has_package(server, "jupyter_server_documents"))
            self.assertFalse(has_package(server, "jupyter_server_ydoc"))
        self.assertFalse(has_package(process(7, cmdline=["python", "-m", "jupyter_server"]), "os"))
