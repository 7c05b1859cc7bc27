"""Which app this is."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path
from typing import Any

from app_metadata import App, read_app
from errors import Unreadable
from stand_ins import METADATA


class AppTest(unittest.TestCase):
    def test_the_parameter_is_named_after_the_app(self) -> None:
        nobody = {key: value for key, value in METADATA.items() if key != "SpaceName"}
        self.assertEqual(App(METADATA).path, "d-1/space/s/JupyterLab/default")
        self.assertEqual(App({**METADATA, "UserProfileName": "bob"}).path, "d-1/space/s/JupyterLab/default")
        self.assertEqual(App({**nobody, "UserProfileName": "bob"}).path, "d-1/user/bob/JupyterLab/default")
        self.assertEqual(App(nobody).path, "d-1/space/s/JupyterLab/default")
        self.assertEqual(App({**METADATA, "ResourceArn": None}).path, "d-1/space/s/JupyterLab/default")
        self.assertEqual(App(METADATA).region, "eu-west-1")

    def test_an_app_that_cannot_be_named_is_refused(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name, "metadata")
        wrong: list[dict[str, Any]] = [
            {"SpaceName": "../x"},
            {"DomainId": ""},
            {"SpaceName": None, "ResourceArn": "arn"},
            {"ResourceArn": 7},
        ]
        told: list[Any] = [[], None, {}, {"DomainId": "d-1"}, *({**METADATA, **one} for one in wrong)]
        for text in ("", *map(json.dumps, told)):
            path.write_text(text)
            self.assertRaises(Unreadable, read_app, str(path))
        self.assertRaises(Unreadable, read_app, "/no/such/file")
