"""The sources: places where activity shows, a module each."""

from __future__ import annotations

import settings
from clock import ClockReading
from processes import read_process
from server import Server
from sources.base import Source, SourceContext
from sources.cpu import Cpu
from sources.editor import Editor
from sources.files import Files
from sources.gpu import Gpu
from sources.kernels import Kernels, UnlistedKernels
from sources.server_files import ServerFiles
from sources.terminals import Terminals

START_UP_SECONDS = 600  # no user comes in before


def make_sources(start: ClockReading, app_type: str) -> list[Source]:
    """The sources that an app of this type has, in the order in which a look asks them."""
    server = Server(settings.JL_HOSTNAME, settings.JL_PORT, settings.JL_BASE_URL)
    context = SourceContext(server, min(start.boot, start_of_image() + START_UP_SECONDS))
    # The first one counts connections. Remote IDEs write the editor's note in JupyterLab apps, too.
    if app_type == "CodeEditor":
        return [source(start, context) for source in (Editor, UnlistedKernels, Terminals, Cpu, Gpu, Files)]
    return [source(start, context) for source in (Kernels, Editor, Terminals, Cpu, Gpu, ServerFiles)]


def start_of_image() -> float:
    """When the container's first process started, on the boot clock; 0 where nobody says."""
    try:
        return read_process(1, {}, 0).create_time
    except OSError:
        return 0
