"""An extension of the Jupyter server that starts what it is told, as a proxy or an AI assistant does.

POST shell-extension  runs the body in a shell, a child of the server
"""

from __future__ import annotations

import subprocess
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join


class Shell(JupyterHandler):
    def post(self) -> None:
        subprocess.Popen(["sh", "-c", self.request.body])
        self.finish({})


def _load_jupyter_server_extension(server: Any) -> None:
    server.web_app.add_handlers(".*$", [(url_path_join(server.base_url, "shell-extension"), Shell)])
