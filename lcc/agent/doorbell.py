"""The agent's sleep between two looks, which the app's user can end: by a pipe with a name in the agent's folder."""

from __future__ import annotations

import contextlib
import os
import select
import time

MAX_BYTES = 4096
SHORTEST_SLEEP_SECONDS = 1  # somebody who rings all the time costs no more than a look a second


class Doorbell:
    def __init__(self, path: str) -> None:
        self.file: int | None = None
        with contextlib.suppress(OSError):
            with contextlib.suppress(FileNotFoundError):
                os.remove(path)
            os.mkfifo(path, 0o600)
            # Open for writing, too, so that it never ends; nothing waits here.
            self.file = os.open(path, os.O_RDWR | os.O_NONBLOCK)

    def sleep(self, seconds: float) -> None:
        """For so many seconds, or until somebody rings."""
        if self.file is None or seconds <= SHORTEST_SLEEP_SECONDS:
            time.sleep(seconds)
            return
        time.sleep(SHORTEST_SLEEP_SECONDS)
        if select.select([self.file], [], [], seconds - SHORTEST_SLEEP_SECONDS)[0]:
            with contextlib.suppress(OSError):
                os.read(self.file, MAX_BYTES)


def ring(path: str) -> bool:
    """Whether an agent is there to hear it."""
    try:
        file = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        os.write(file, b".")
    except BlockingIOError:
        return True  # it has been rung often enough
    except OSError:
        return False
    finally:
        os.close(file)
    return True
