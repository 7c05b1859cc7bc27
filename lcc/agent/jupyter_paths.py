"""Where the app's Jupyter server looks for extensions, and where it keeps its users' workspaces."""

from __future__ import annotations

import os

from server_identity import find_server_process, variables_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from processes import Process


class JupyterPaths:
    """The folders of one server; its `data` folders come in the order in which we would rather write there."""

    def __init__(self, process: Process) -> None:
        variables = variables_of(process)
        home = variables.get("HOME") or os.path.expanduser("~")
        prefix = os.path.dirname(os.path.dirname(process.cmdline[0]))
        # What goes with the app comes first; the home outlives it.
        self.data = [
            *filter(os.path.isabs, variables.get("JUPYTER_PATH", "").split(os.pathsep)),
            *([f"{prefix}/share/jupyter"] if os.path.isabs(prefix) else []),
            variables.get("JUPYTER_DATA_DIR") or f"{home}/.local/share/jupyter",
        ]
        config = variables.get("JUPYTER_CONFIG_DIR") or f"{home}/.jupyter"
        self.workspaces = variables.get("JUPYTERLAB_WORKSPACES_DIR") or f"{config}/lab/workspaces"


def find_jupyter_paths(port: int, processes: dict[int, Process]) -> JupyterPaths | None:
    """Those of the server at this port, if it runs."""
    process = find_server_process(port, processes)
    return JupyterPaths(process) if process else None
