"""What the sweep would have the agent do."""

from __future__ import annotations

import json
import re

from notice import ALL_WAYS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_SAMPLE_SECONDS = 300
MIN_CADENCE_SECONDS, MAX_CADENCE_SECONDS = 5, 21_600
MAX_TIMEOUTS = 16
MAX_KEEP_SECONDS = 366 * 86_400

# What the policy's defaults make of a small fleet; a test holds the two equal.
DEFAULT_INSTRUCTIONS: dict[str, Any] = {
    "v": 1,
    "sampleSeconds": 60,
    "cadenceSeconds": 900,
    "timeouts": [3600],
    "hungAfter": [86_400],
    "cpuThreshold": 0.05,
    "gpuThreshold": 0.05,
    "notJobs": (
        "less more man vi vim nvim view nano emacs pico top htop btop atop iotop nvtop glances watch tmux screen tail"
    ).split(),
    "helpers": (
        "*language-server* *languageserver* *language_server* *langserver* *lsp* jedi-* pet tsserver.js"
        " typingsInstaller.js *Server.js *ServerMain* server.bundle.js ruff gopls rust-analyzer clangd texlab"
        " git git-* rg watchman* *-watcher"
    ).split(),
    "idleTimes": [3600],
    "maxAge": 0,
    "warnBefore": 0,
    "keepAtMost": 86_400,
    "ways": [*ALL_WAYS],
}


class Instructions:
    """Instructions as one JSON text has them; a field that it lacks is as by default.

    Raises ValueError where anything in it is wrong: such instructions are not followed at all.
    """

    def __init__(self, text: str) -> None:
        try:
            told = json.loads(text)
            fields = {**DEFAULT_INSTRUCTIONS, **told}
            self.sample_seconds: int = fields["sampleSeconds"]
            self.cadence_seconds: int = fields["cadenceSeconds"]
            self.timeouts: list[int] = sorted(fields["timeouts"])
            self.hung_after: list[int] = sorted(fields["hungAfter"])
            self.cpu_threshold, self.gpu_threshold = float(fields["cpuThreshold"]), float(fields["gpuThreshold"])
            # By the program's name, the arguments that its command begins with: `tail -f`, `vim`.
            self.not_jobs = group_commands(fields["notJobs"])
            patterns = (re.escape(str(helper)).replace(r"\*", ".*") for helper in fields["helpers"])
            self.helpers = re.compile("|".join(patterns))
            # For people: after which idle times apps are stopped, and what their users may do about it.
            self.idle_times: list[int] = sorted(told.get("idleTimes") or self.timeouts)
            self.max_age: int = fields["maxAge"]
            self.warn_before, self.keep_at_most = fields["warnBefore"], fields["keepAtMost"]
            self.ways = [way for way in ALL_WAYS if way in fields["ways"]]
            is_known_version = fields["v"] == 1
        except (KeyError, TypeError, RecursionError) as error:
            raise ValueError(f"not instructions: {error}") from error
        if not (is_known_version and self.is_within_bounds()):
            raise ValueError("unknown version or out of bounds")

    def is_within_bounds(self) -> bool:
        numbers = [self.sample_seconds, self.cadence_seconds, *self.timeouts, *self.hung_after, *self.idle_times]
        durations = [min(self.max_age, MAX_KEEP_SECONDS), self.warn_before, self.keep_at_most]
        return (
            all(type(number) is int and number > 0 for number in numbers)
            and all(type(number) is int and 0 <= number <= MAX_KEEP_SECONDS for number in durations)
            and self.sample_seconds <= MAX_SAMPLE_SECONDS
            and MIN_CADENCE_SECONDS <= self.cadence_seconds <= MAX_CADENCE_SECONDS
            and 1 <= len(self.timeouts) <= MAX_TIMEOUTS
            and 1 <= len(self.hung_after) <= MAX_TIMEOUTS
            and len(self.idle_times) <= MAX_TIMEOUTS
        )


def group_commands(commands: list[Any]) -> dict[str, list[list[str]]]:
    """The beginnings of commands, by program: looked up for each process at each look."""
    grouped: dict[str, list[list[str]]] = {}
    for program, *arguments in (str(command).split() for command in commands if str(command).strip()):
        grouped.setdefault(program, []).append(arguments)
    return grouped
