"""Instructions: what is followed and what is not."""

from __future__ import annotations

import json
import unittest
from typing import Any

from instructions import Instructions


class InstructionsTest(unittest.TestCase):
    def test_wrong_instructions_are_not_followed(self) -> None:
        good = {"v": 1, "sampleSeconds": 60, "cadenceSeconds": 900, "timeouts": [3600]}
        wrong: list[dict[str, Any]] = [
            *({"v": value} for value in (2, None)),
            *({"sampleSeconds": value} for value in (0, 301, 1.5, True)),
            *({"cadenceSeconds": value} for value in (4, 21_601, "900")),
            *({"timeouts": value} for value in ([], [0], [-1], list(range(1, 18)), 3600, None, ["a", 1])),
        ]
        Instructions(json.dumps(good))
        texts = [
            "",
            "{",
            "[]",
            "null",
            "7",
            '"x"',
            "[" * 100_000,
            *(json.dumps({**good, **change}) for change in wrong),
        ]
        for text in texts:
            with self.assertRaises(ValueError, msg=text[:80]):
                Instructions(text)
