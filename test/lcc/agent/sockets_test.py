from __future__ import annotations

import os
import socket
import unittest
from unittest import mock

import sockets
from sockets import LISTENING, has_tcp6, read_tcp, sockets_of


def listening_here() -> set[str]:
    return {one.inode for one in read_tcp() if one.state == LISTENING} & sockets_of(os.getpid())


class TcpTables(unittest.TestCase):
    def test_a_server_of_either_version_of_ip_is_seen(self) -> None:
        for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            try:
                server = socket.create_server((host, 0), family=family)
            except OSError:
                continue  # a machine without IPv6
            with self.subTest(host), server:
                self.assertEqual(len(listening_here()), 1)

    def test_the_table_of_ipv6_is_left_unread_only_where_the_system_says_that_there_is_no_such_socket(self) -> None:
        cases = ((b"TCP6: inuse 0\nUDP6: inuse 3\n", False), (b"TCP6: inuse 10\nUDP6: inuse 0\n", True), (b"", True))
        for statistics, is_read in cases:
            with self.subTest(statistics), mock.patch.object(sockets, "read_file", return_value=statistics):
                self.assertEqual(has_tcp6(), is_read)

    def test_the_table_of_ipv6_is_read_where_the_system_says_nothing(self) -> None:
        with mock.patch.object(sockets, "read_file", side_effect=FileNotFoundError):
            self.assertTrue(has_tcp6())
