"""What kind of process one is, and what it waits for."""

from __future__ import annotations

import os
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from processes import Process

SERVERS = (
    r"jupyter[-_]?(lab|server|notebook|labhub|hub-singleuser)|server-main\.js|(sagemaker-|openvs)?code-(server|editor)"
    r"|--type=(extensionHost|ptyHost|fileWatcher)"
)
# Programs that wait for input when they run without a script.
SHELLS = "ash bash csh dash fish ksh sh tcsh xonsh zsh login".split()
INTERPRETERS = "python python3 ipython ipython3 R julia node psql sqlite3".split()
LANGUAGES = r"(python|node|ruby|perl|java|julia)[\d.]*"  # what runs programs under any name
WRAPPED_PROMPTS = ("sudo", "su")  # with arguments, too, they are at a shell or wait for a password

# What a main thread waits for.
EVENT_LOOP = "its event loop"
INPUT = "input, or a child"
SOMETHING_ELSE = "something else"
NOTHING = "nothing: it runs, or nobody says"


def is_server(process: Process) -> bool:
    """Whether it is Jupyter's or Code Editor's server, the ancestor of their helpers. `jupyter nbconvert` is none."""
    return any(re.fullmatch(SERVERS, os.path.basename(word)) for word in process.cmdline[:3])


def is_disguised(process: Process) -> bool:
    """Whether it is a script that calls itself something else: a name that it gave itself hides no work."""
    return (
        re.fullmatch(LANGUAGES, process.program) is not None
        and re.match(LANGUAGES, os.path.basename(process.cmdline[0])) is None
    )


def is_prompt(process: Process) -> bool:
    program, *arguments = process.cmdline
    name = os.path.basename(program).lstrip("-") or process.name
    is_known = name in (*SHELLS, *INTERPRETERS) and not is_disguised(process)
    return name in WRAPPED_PROMPTS or (is_known and all(word.startswith("-") for word in arguments))


def waits_for(process: Process) -> str:
    """What its main thread waits for: EVENT_LOOP, INPUT, SOMETHING_ELSE or NOTHING."""
    channel = process.wait_channel()
    if re.search(b"epoll|ep_poll", channel):
        return EVENT_LOOP
    if re.search(b"poll|select|wait_woken|do_wait|tty|suspend", channel):
        return INPUT
    return SOMETHING_ELSE if len(channel) > 1 else NOTHING


def is_helper(process: Process, helpers: re.Pattern[str]) -> bool:
    """Whether the program, or the script or module that it runs, is a helper of a server."""
    return any(helpers.fullmatch(os.path.basename(word)) for word in process.cmdline[:4])
