"""The JupyterLab extension: laid into a folder where the app's server finds it, told what holds, and taken away."""

from __future__ import annotations

import binascii
import contextlib
import json
import os

import settings
from heartbeat import VERSION
from jupyter_paths import find_jupyter_paths
from keep_alive import take_request
from memory import write_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from jupyter_paths import JupyterPaths
    from sources.base import SourceContext

NAME = "studio-reaper"
# AWS's images have Jupyter here, and the agent starts before the server does.
USUAL_FOLDER = "/opt/conda/share/jupyter"
SEARCH_SECONDS = 10  # between two searches for the server
WORKSPACE_ENDING = ".jupyterlab-workspace"


class LabExtension:
    def __init__(self, context: SourceContext) -> None:
        self.context = context
        self.folder: str | None = None  # where the extension lies
        self.paths: JupyterPaths | None = None  # once the server runs
        self.next_search = 0.0

    def begin(self) -> None:
        """Before the server is up, so that the first page has it. Raises OSError."""
        if settings.AGENT_JUPYTER_FOLDER:
            self.lay(settings.AGENT_JUPYTER_FOLDER)
        elif os.path.isdir(USUAL_FOLDER):
            self.lay(USUAL_FOLDER)

    def look(self, boot: float) -> None:
        """Move to where the server looks, once that is known. Raises OSError."""
        if self.paths or boot < self.next_search:
            return
        self.next_search = boot + SEARCH_SECONDS
        self.paths = find_jupyter_paths(self.context.server.port, self.context.processes)
        if self.paths:
            given = settings.AGENT_JUPYTER_FOLDER
            self.lay_where_found([given] if given else self.paths.data)

    def lay_where_found(self, folders: list[str]) -> None:
        if self.folder and self.folder in map(extension_folder, folders):
            return
        self.remove_files()
        for folder in folders:
            try:
                self.lay(folder)
                return
            except OSError as error:
                trouble = error
        raise trouble

    def lay(self, data_folder: str) -> None:
        """The script's name carries its hash, as browsers keep it; package.json, which names it, comes last."""
        folder = extension_folder(data_folder)
        remove_files(folder)
        script = read_script()
        name = f"index.{binascii.crc32(script):08x}.js"
        os.makedirs(f"{folder}/static", exist_ok=True)
        write_file(f"{folder}/static/{name}", script.decode())
        package = {
            "name": NAME,
            "version": VERSION,
            "description": "Tells when this app will be stopped and why, and keeps it.",
            "license": "MIT",
            "jupyterlab": {"extension": True, "_build": {"load": f"static/{name}", "extension": "./extension"}},
        }
        write_file(f"{folder}/package.json", json.dumps(package))
        self.folder = folder

    def tell(self, status: dict[str, Any]) -> None:
        """Have open pages know what holds. Raises OSError.

        Everybody who reaches the server can read it: where that wants a token, no command is told.
        """
        if self.folder:
            if self.context.server.token:
                status = {**status, "busy": {name: {**busy, "what": ""} for name, busy in status["busy"].items()}}
            write_file(f"{self.folder}/static/status.json", json.dumps(status))

    def take_request(self) -> dict[str, Any] | None:
        """The wish that a page has saved, as the workspace of our name. Raises ValueError where it is none."""
        folder = self.paths.workspaces if self.paths else ""
        try:
            names = os.listdir(folder) if folder else []
        except OSError:
            return None
        for name in names:
            if name.startswith(NAME) and name.endswith(WORKSPACE_ENDING):
                workspace = take_request(f"{folder}/{name}") or {}
                data = workspace.get("data")
                request = data.get(NAME) if isinstance(data, dict) else None
                if not isinstance(request, dict):
                    raise ValueError("a workspace without a wish")
                return request
        return None

    def remove(self) -> None:
        """Take it away; the next look would lay it again."""
        self.remove_files()
        self.paths, self.next_search = None, 0.0

    def remove_files(self) -> None:
        if self.folder:
            remove_files(self.folder)
        self.folder = None


def remove_files(folder: str) -> None:
    """Take the extension away, and the two folders that are then empty."""
    for place in (folder, f"{folder}/static"):
        with contextlib.suppress(OSError):
            for name in os.listdir(place):
                with contextlib.suppress(OSError):
                    os.remove(f"{place}/{name}")
    for place in (f"{folder}/static", folder):
        with contextlib.suppress(OSError):
            os.rmdir(place)


def extension_folder(data_folder: str) -> str:
    return f"{data_folder}/labextensions/{NAME}"


def read_script() -> bytes:
    """From beside this module, which may be in an archive."""
    assert __spec__ and __spec__.loader
    loader: Any = __spec__.loader
    script: bytes = loader.get_data(os.path.join(os.path.dirname(__file__), "labextension", "index.js"))
    return script
