"""The agent's life: one in an app, from its start to its end."""

from __future__ import annotations

import fcntl
import os
import signal
import sys

import settings
from agent import Agent
from app_metadata import read_app
from errors import Unreadable
from log import log
from supervise import ANOTHER_AGENT, CANNOT_WORK


def main() -> int:
    """Live until something ends the agent; returns an exit code that its supervisor understands."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        app = read_app(settings.METADATA_FILE)
    except Unreadable as error:
        log(f"no agent without the name of the app: {settings.METADATA_FILE}: {error}")
        return CANNOT_WORK
    if not take_lock():
        log("another agent is at work here")
        return ANOTHER_AGENT
    try:
        Agent(app).live()
    except Exception as error:
        log(f"ends: {error!r}")
        return 1


def take_lock() -> bool:
    """Take the lock that only one agent of the app can hold, for as long as this process lives.

    Where no lock file can be made, the agent's own archive serves.
    """
    for file_name, flags in (f"{settings.AGENT_FOLDER}/lock", os.O_CREAT), (settings.PROGRAM, 0):
        try:
            fcntl.flock(os.open(file_name, flags, 0o644), fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            return False
        except OSError:
            continue
    return True
