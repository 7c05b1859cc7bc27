"""What the process of an IPython kernel shows: whether its main thread, which runs the cells, did anything."""

from __future__ import annotations

import re

from processes import read_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from processes import Process


def count_wakeups(process: Process) -> int | None:
    """How often its main thread was on a CPU so far; None where nobody says.

    The main thread of an idle kernel sleeps on for hours: it is other threads that use a tick of CPU time now and then,
    and that answer how much memory the kernel uses.
    """
    try:
        status = read_file(f"/proc/{process.pid}/status")
    except OSError:
        return None
    counts = re.findall(rb"voluntary_ctxt_switches:\s*(\d+)", status)
    return sum(map(int, counts)) if counts else None
