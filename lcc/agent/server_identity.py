"""What a running Jupyter server says of itself: the file jpserver-<pid>.json in its runtime folder."""

from __future__ import annotations

import json
import os
import re

from process_kinds import is_server
from processes import read_environment, read_file, read_processes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from processes import Process


def find_server(port: int) -> tuple[str, str] | None:
    """The base URL and the token of the server at this port; None where none that runs says so."""
    for process in read_processes({}, 0).values():
        found = identity_of(process, port)
        if found:
            return found
    return None


def find_server_process(port: int, processes: dict[int, Process]) -> Process | None:
    """The server at this port, by what it says of itself."""
    return next((process for process in processes.values() if identity_of(process, port)), None)


def identity_of(process: Process, port: int) -> tuple[str, str] | None:
    """The base URL and the token of a process; None where it is no server at this port."""
    for folder in runtime_folders(process) if is_server(process) else ():
        found = read_identity(f"{folder}/jpserver-{process.pid}.json", process, port)
        if found:
            return found
    return None


def has_package(process: Process, package: str) -> bool:
    """Whether a Python program has a package installed beside it: in /opt/conda for /opt/conda/bin/jupyter-lab."""
    for program in process.cmdline[:2]:
        folder = os.path.dirname(os.path.dirname(program))
        try:
            names = os.listdir(f"{folder}/lib") if folder else []
        except OSError:
            continue
        if any(os.path.isdir(f"{folder}/lib/{name}/site-packages/{package}") for name in names):
            return True
    return False


def runtime_folders(process: Process) -> list[str]:
    variables = variables_of(process)
    home = variables.get("HOME") or os.path.expanduser("~")
    data = variables.get("JUPYTER_DATA_DIR") or f"{home}/.local/share/jupyter"
    return [variables.get("JUPYTER_RUNTIME_DIR") or f"{data}/runtime"]


def variables_of(process: Process) -> dict[str, str]:
    """The environment that a process was started with; empty where that cannot be read."""
    try:
        environment = read_environment(process.pid).decode("utf-8", "replace").split("\0")
    except OSError:
        environment = []
    return dict(variable.partition("=")[::2] for variable in environment)


def read_identity(path: str, process: Process, port: int) -> tuple[str, str] | None:
    """Only from a file of the server's own user, and with nothing in it that could end a line of a request."""
    try:
        if os.stat(path).st_uid != os.stat(f"/proc/{process.pid}").st_uid:
            return None
        identity = json.loads(read_file(path))
        base_url, token = identity["base_url"], identity["token"]
        is_sound = identity["port"] == port and re.fullmatch(r"/[!-~]*", base_url) and re.fullmatch(r"[!-~]*", token)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return (base_url, token) if is_sound else None
