import unittest

from clock import parse_timestamp
from stand_ins import MORNING, timestamp


class TimestampTest(unittest.TestCase):
    def test_timestamps_are_read_in_every_form_that_jupyter_gives_them(self) -> None:
        for fraction in ("", ".000", ".000000"):
            for zone in ("Z", "+00:00", ""):
                form = f"%Y-%m-%dT%H:%M:%S{fraction}{zone}"
                self.assertEqual(parse_timestamp(timestamp(30, form)), MORNING + 30, form)
        self.assertEqual(parse_timestamp("2027-01-15T13:30:00+05:30"), MORNING)
        self.assertEqual(parse_timestamp("2027-01-15T08:00:00.250000Z"), MORNING + 0.25)
