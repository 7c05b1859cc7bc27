import unittest
from unittest import mock

import log
from log import TroubleLog


class TroubleLogTest(unittest.TestCase):
    def test_troubles_are_logged_when_they_begin_and_when_they_end(self) -> None:
        troubles = TroubleLog()
        lines: list[str] = []
        with mock.patch.object(log, "log", lines.append):
            for trouble in ("", "Throttled", "Throttled", "AccessDenied", "Throttled", "", ""):
                if trouble:
                    troubles.begins("heartbeats", trouble, trouble)
                else:
                    troubles.is_over("heartbeats", "over")
        self.assertEqual(lines, ["heartbeats Throttled", "heartbeats AccessDenied", "heartbeats over"])
