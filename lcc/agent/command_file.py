"""The user's command keep-alive: a script in the agent's folder, and a link to it where terminals look for programs."""

from __future__ import annotations

import contextlib
import os
import sys

import settings

NAME = "keep-alive"
SCRIPT = """#!/bin/sh
# Studio Reaper: keeps this app, for a time or for as long as a program runs. See --help.
exec {python} -I -S {program} keep-alive {folder} "$@"
"""


def lay_command() -> str:
    """Make it; returns its path. Raises OSError.

    Notices name the whole path: a login shell may have a PATH of its own, without our link.
    """
    folder = f"{settings.AGENT_FOLDER}/bin"
    script = f"{folder}/{NAME}"
    os.makedirs(folder, exist_ok=True)
    text = SCRIPT.format(
        python=quoted(sys.executable), program=quoted(settings.PROGRAM), folder=quoted(settings.AGENT_FOLDER)
    )
    with open(f"{script}.new", "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(f"{script}.new", 0o755)
    os.replace(f"{script}.new", script)
    link_command(script)
    return script


def link_command(script: str) -> None:
    """Have most terminals find it by its name. Whatever else has that name there is left alone."""
    folder = settings.AGENT_COMMAND_FOLDER or os.path.dirname(sys.executable)
    if settings.AGENT_COMMAND_FOLDER or folder in os.environ.get("PATH", "").split(os.pathsep):
        with contextlib.suppress(OSError):
            os.symlink(script, f"{folder}/{NAME}")


def quoted(word: str) -> str:
    """One word for a shell; shlex would cost memory."""
    return "'" + word.replace("'", "'\\''") + "'"
