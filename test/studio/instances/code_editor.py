"""Stands in for Code Editor's server: its idle endpoint with the note behind it, its terminals, and its extensions.

Its user acts through HTTP.

usage: code_editor.py sagemaker-code-editor <port> <base path>; the first word is what processes know the server by.
The environment names the note: EDITOR_FILE. Under the base path:
  GET  /               the editor's page
  GET  /api/idle       {"lastActiveTimestamp": ...}; makes the note where there is none, as the real one does
  POST /edit           the user does something
  POST /terminal       {"id": ...} of a new terminal with a shell on it
  GET  /terminal/<id>  {"shown": ...} what it has shown of late
  POST /terminal/<id>  types the body there
  DELETE /terminal/<id> closes it, with its shell
  POST /extension      an extension runs the body in a shell
"""

import json
import os
import pty
import signal
import subprocess
import sys
import threading
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NOTE = os.environ.get("EDITOR_FILE", "/tmp/.sagemaker-last-active-timestamp")
PORT, BASE = int(sys.argv[2]), sys.argv[3]
MAX_SHOWN_BYTES = 1 << 16
terminals: dict[str, int] = {}
shown: dict[str, bytes] = {}


def write_note() -> None:
    stamp = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    with open(NOTE, "w", encoding="utf-8") as file:
        file.write(stamp)


def idle() -> dict[str, str]:
    if not os.path.exists(NOTE):
        write_note()
    with open(NOTE, encoding="utf-8") as file:
        return {"lastActiveTimestamp": file.read()}


def open_terminal() -> dict[str, str]:
    pid, terminal = pty.fork()
    if pid == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # ignored where a shell started the server in the background
        os.environ.update(TERM="xterm-256color", TERM_PROGRAM="vscode")
        os.execvp("bash", ["bash", "-i"])
    key = str(pid)
    terminals[key], shown[key] = terminal, b""
    threading.Thread(target=show, args=(pid, terminal), daemon=True).start()
    return {"id": key}


def show(pid: int, terminal: int) -> None:
    """Take what a terminal prints, as a tab would, until its shell ends."""
    key = str(pid)
    try:
        while printed := os.read(terminal, 1 << 16):
            shown[key] = (shown[key] + printed)[-MAX_SHOWN_BYTES:]
    except OSError:  # how Linux says that nobody is left on the other side
        pass
    os.close(terminals.pop(key, terminal))
    os.waitpid(pid, 0)


class User(BaseHTTPRequestHandler):
    """What a browser with Code Editor open asks for."""

    def do_GET(self) -> None:
        page = self.page()
        folder, _, key = page.partition("/")
        if page == "api/idle":
            self.answer(200, idle())
        elif folder == "terminal" and key in terminals:
            self.answer(200, {"shown": shown[key].decode("utf-8", "replace")})
        else:
            self.answer(200 if page == "" else 404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        page, _, key = self.page().partition("/")
        if page == "edit":
            write_note()
            self.answer(200, {})
        elif page == "terminal" and not key:
            self.answer(200, open_terminal())
        elif page == "extension":
            subprocess.Popen(["sh", "-c", body])
            self.answer(200, {})
        elif page == "terminal" and key in terminals:
            os.write(terminals[key], body)
            self.answer(200, {})
        else:
            self.answer(404, {})

    def do_DELETE(self) -> None:
        page, _, key = self.page().partition("/")
        if page == "terminal" and key in terminals:
            os.kill(int(key), signal.SIGHUP)
            self.answer(200, {})
        else:
            self.answer(404, {})

    def page(self) -> str:
        return self.path[len(BASE) + 1 :] if self.path.startswith(f"{BASE}/") else "elsewhere"

    def answer(self, status: int, said: dict[str, str]) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer(("127.0.0.1", PORT), User).serve_forever()
