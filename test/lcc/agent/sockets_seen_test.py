"""What is known of the sockets with which nobody was connected."""

from __future__ import annotations

import unittest

from sockets_seen import SocketsSeen

KEY = (7, 100.0)


class SocketsSeenTest(unittest.TestCase):
    def setUp(self) -> None:
        self.looks = SocketsSeen(None)

    def at_next_look(self, sockets: set[str], is_sure: bool) -> bool:
        self.looks = SocketsSeen(self.looks)
        return self.looks.remember(KEY, sockets, is_sure)

    def is_known_at_next_look(self, *sockets: str) -> bool:
        return SocketsSeen(self.looks).are_known(KEY, set(sockets))

    def test_sockets_with_which_nobody_was_connected_are_known_while_they_stay_the_same(self) -> None:
        self.assertTrue(self.at_next_look({"1", "2"}, is_sure=True))
        self.assertTrue(self.is_known_at_next_look("1", "2"))
        self.assertFalse(self.is_known_at_next_look("1", "2", "3"))
        self.assertFalse(self.is_known_at_next_look("1", "3"))

    def test_where_somebody_may_have_come_in_between_they_are_known_once_they_were_the_same_again(self) -> None:
        self.assertFalse(self.at_next_look({"1"}, is_sure=False))
        self.assertFalse(self.is_known_at_next_look("1"))
        self.assertFalse(self.at_next_look({"1", "2"}, is_sure=False))
        self.assertTrue(self.at_next_look({"1", "2"}, is_sure=False))
        self.assertTrue(self.is_known_at_next_look("1", "2"))

    def test_what_is_not_looked_at_again_is_forgotten_unless_it_is_kept(self) -> None:
        self.at_next_look({"1"}, is_sure=True)
        self.looks = SocketsSeen(self.looks)
        self.looks.keep(KEY)
        self.assertTrue(self.is_known_at_next_look("1"))
        self.looks = SocketsSeen(self.looks)
        self.assertFalse(self.is_known_at_next_look("1"))
