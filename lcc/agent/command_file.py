"""The user's command keep-alive: a script in the agent's folder, and a link to it where terminals look for programs."""

from __future__ import annotations

import os
import sys

import settings

NAME = "keep-alive"
SCRIPT = """#!/bin/sh
# Studio Reaper: keeps this app, for a time or for as long as a program runs. See --help.
exec {python} -I -S {program} keep-alive {folder} "$@"
"""


def lay_command() -> str:
    """Make it; returns how a user calls it: by its name, or by its whole path. Raises OSError."""
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
    return NAME if link_command(script) else script


def link_command(script: str) -> bool:
    """Whether terminals find it by its name. Whatever else has that name there is left alone."""
    folder = settings.AGENT_COMMAND_FOLDER or os.path.dirname(sys.executable)
    if not settings.AGENT_COMMAND_FOLDER and folder not in os.environ.get("PATH", "").split(os.pathsep):
        return False
    link = f"{folder}/{NAME}"
    try:
        os.symlink(script, link)
    except OSError:
        return os.path.islink(link) and os.readlink(link) == script
    return True


def quoted(word: str) -> str:
    """One word for a shell; shlex would cost memory."""
    return "'" + word.replace("'", "'\\''") + "'"
