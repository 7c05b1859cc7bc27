"""The sources: places where activity shows, a module each."""

from __future__ import annotations

import settings
from clock import ClockReading
from server import Server
from sources.base import Source, SourceContext
from sources.cpu import Cpu
from sources.editor import Editor
from sources.files import Files
from sources.gpu import Gpu
from sources.kernels import Kernels, UnlistedKernels
from sources.terminals import Terminals


def make_sources(start: ClockReading, app_type: str) -> list[Source]:
    """The sources that an app of this type has, in the order in which a look asks them."""
    context = SourceContext(Server(settings.JL_HOSTNAME, settings.JL_PORT, settings.JL_BASE_URL))
    first = (Editor, UnlistedKernels) if app_type == "CodeEditor" else (Kernels,)
    return [source(start, context) for source in (*first, Terminals, Cpu, Gpu, Files)]
