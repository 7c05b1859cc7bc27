"""Each process is of one kind, by who started it, what it waits for, and who uses it."""

from __future__ import annotations

import itertools
import math
import os
import re

from guests import Guests
from origins import HOUSE, KERNEL, SERVER, TERMINAL, Origins, is_kernel
from process_kinds import INPUT, SHELLS, SOMETHING_ELSE, is_disguised, is_helper, is_prompt, waits_for
from process_tree import ProcessTree
from servers_left_open import ServersLeftOpen
from sockets import Network, link_of, sockets_of_all
from waiting import has_sleeping_thread, polls_no_terminal, waits_for_its_terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from instructions import Instructions
    from processes import Process

# The kinds. Kernels are judged by their source; of what is unknown the CPU time tells.
OURS, PROMPT, NOT_JOB, SERVER_LEFT_OPEN, JOB, KERNEL_PROCESS, NOBODY_KNOWS = (
    "the image's, the server's or the agent's",
    "waits for its user",
    "does nothing by itself",
    "listens, and nobody is connected",
    "job",
    "kernel",
    "unknown",
)

STOPPED_OR_ENDED = "TtZX"
WAITS_FOR_CHILD = b"do_wait|suspend"
SHORT_LIVED_SECONDS = 10  # what a monitor starts again and again lives for less


class ProcessModel:
    """The kinds of all processes at one look, each found when it is asked for."""

    def __init__(
        self, processes: dict[int, Process], origins: Origins, instructions: Instructions, before: ProcessModel | None
    ) -> None:
        self.processes, self.origins, self.instructions = processes, origins, instructions
        self.boot = math.inf
        self.kinds: dict[int, str] = {}
        self.network: Network | None = None
        self.busy_prompts_before = before.busy_prompts if before else set()
        # The prompts that run something, by pid and start, at this look.
        self.busy_prompts: set[tuple[int, float]] = set()
        self.waiting_before = before.waiting if before else set()
        # What waits for its user at this look, by pid and start.
        self.waiting: set[tuple[int, float]] = set()
        self.tree = ProcessTree(processes)
        self.left_open: ServersLeftOpen = ServersLeftOpen(
            self.tree, origins, self.read_network, before.left_open if before else None
        )
        self.guests: Guests = Guests(self.tree, self.read_network, before.guests if before else None)

    def jobs(self) -> list[Process]:
        return [process for process in self.processes.values() if self.kind_of(process) == JOB]

    def kind_of(self, process: Process) -> str:
        if process.pid not in self.kinds:
            self.kinds[process.pid] = self.find_kind(process)
        return self.kinds[process.pid]

    def find_kind(self, process: Process) -> str:
        origin = self.origin_of(process)
        if origin == HOUSE or (origin == SERVER and self.helps_server(process)):
            return OURS
        if origin == SERVER and self.guests.are_at(process):
            return JOB  # somebody is at it, through the server's proxy, say
        if origin not in (TERMINAL, KERNEL):
            return NOBODY_KNOWS
        if is_kernel(process) and not self.is_copy_of_kernel(process):
            return KERNEL_PROCESS
        return self.find_kind_of_users(process)

    def find_kind_of_users(self, process: Process) -> str:
        """The kind of what a terminal or a kernel started."""
        if self.is_not_job(process) or self.comes_and_goes(process) or self.waits_for_relatives(process):
            return NOT_JOB
        if self.is_at_prompt(process):
            return PROMPT
        if self.waits_for_pipe(process):
            return NOT_JOB
        return SERVER_LEFT_OPEN if self.left_open.is_one(process, self.is_server_left_open) else JOB

    def is_server_left_open(self, process: Process) -> bool:
        return self.kind_of(process) == SERVER_LEFT_OPEN

    def is_at_prompt(self, process: Process) -> bool:
        if process.status in STOPPED_OR_ENDED:
            return True
        if is_prompt(process):
            return not self.runs_something(process)
        if waits_for_its_terminal(process):
            self.waiting.add((process.pid, process.create_time))
            return not has_sleeping_thread(process)
        # An event loop wakes up now and then: who waited at the last look has to be awake twice.
        return (process.pid, process.create_time) in self.waiting_before

    def helps_server(self, process: Process) -> bool:
        """Whether it, or one that started it, is a known helper."""
        started_by_server = itertools.takewhile(
            lambda one: self.origin_of(one) == SERVER, self.tree.ancestors_of(process)
        )
        return any(is_helper(one, self.instructions.helpers) for one in (process, *started_by_server))

    def is_copy_of_kernel(self, process: Process) -> bool:
        """Whether a kernel forked it, as a pool of workers is: its command line is then the kernel's."""
        parent = self.tree.parent_of(process)
        return parent is not None and is_kernel(parent) and parent.cmdline == process.cmdline

    def is_not_job(self, process: Process) -> bool:
        program, *arguments = process.cmdline
        beginnings = self.instructions.not_jobs.get(os.path.basename(program), ())
        is_known = any(arguments[: len(beginning)] == beginning for beginning in beginnings)
        return is_known and not is_disguised(process)

    def comes_and_goes(self, process: Process) -> bool:
        """Whether it is what a monitor such as watch starts again and again."""
        if self.boot - process.create_time >= SHORT_LIVED_SECONDS:
            return False
        ancestors = self.tree.ancestors_of(process)
        return any(map(self.is_not_job, itertools.takewhile(lambda one: one.terminal == process.terminal, ancestors)))

    def waits_for_relatives(self, process: Process) -> bool:
        """Whether it only waits for its children: they are then judged, and not it."""
        if process.num_threads > 1 or not re.search(WAITS_FOR_CHILD, process.wait_channel()):
            return False
        return any(child.status not in "ZX" for child in self.tree.children.get(process.pid, ()))

    def waits_for_pipe(self, process: Process) -> bool:
        """Whether it waits at a pipe for its neighbour in a pipeline, or for the kernel that started it.

        `git log` and `seq 9999 | less` wait for less, `serve | tee log` for what serves. Workers of a kernel wait for
        what it sends them.
        """
        channel = process.wait_channel()
        if self.origin_of(process) == KERNEL:
            is_worker = is_kernel(process) or "multiprocessing" in " ".join(process.cmdline)
            return b"pipe" in channel or (is_worker and b"futex" in channel)
        if b"pipe" not in channel:
            return False
        others = self.tree.others_in_group(process)
        if any(self.is_not_job(one) or waits_for_its_terminal(one) for one in others):
            return True
        return process.num_threads == 1 and self.is_piped_to(process, others)

    def is_piped_to(self, process: Process, others: list[Process]) -> bool:
        """Whether one of the others is at the other end of the pipe that it waits at: that one is judged."""
        end, other_end = (0, 1) if b"read" in process.wait_channel() else (1, 0)
        try:
            pipe = link_of(process.pid, end)
            # An error output may go down a pipe, too.
            ends = (other_end, 2 * other_end)
            return pipe.startswith("pipe:") and any(pipe == link_of(one.pid, file) for one in others for file in ends)
        except OSError:
            return False

    def runs_something(self, prompt: Process) -> bool:
        """Whether a known prompt runs something of its own: it waits for no input, and did not at the last look."""
        waits = waits_for(prompt)
        if prompt.status != "R" and waits != SOMETHING_ELSE and not self.reads_no_terminal(prompt, waits):
            return has_sleeping_thread(prompt)
        self.busy_prompts.add((prompt.pid, prompt.create_time))
        return (prompt.pid, prompt.create_time) in self.busy_prompts_before

    def reads_no_terminal(self, prompt: Process, waits: str) -> bool:
        """Whether a known prompt waits for something else: its input is a script, or it receives from a socket."""
        try:
            if not link_of(prompt.pid, 0).startswith("/dev/"):
                return link_of(prompt.pid, 0) != ""
        except OSError:
            return False
        if waits == INPUT and b"woken" in prompt.wait_channel():
            return not waits_for_its_terminal(prompt)
        # A shell polls nothing else, and there are many of them.
        return prompt.program not in SHELLS and polls_no_terminal(prompt)

    def serves_guests(self, kernel: Process) -> bool:
        """Whether somebody is connected to what a kernel's cell serves: a page, say."""
        return self.guests.are_at(kernel)

    def awaits_answer(self, sockets: set[str]) -> bool:
        """Whether one of a kernel's sockets is connected, and not to what kernels have started, as debuggers are."""
        started = [one for one in self.processes.values() if not is_kernel(one) and self.origin_of(one) == KERNEL]
        return self.read_network().is_connected_beyond(sockets, sockets_of_all(started))

    def read_network(self) -> Network:
        self.network = self.network or Network()
        return self.network

    def origin_of(self, process: Process) -> str:
        return self.origins.origin_of(process, self.processes)


def title_of(process: Process, processes: dict[int, Process]) -> str:
    """The command of the job for a person: that of its process group's leader."""
    leader = processes.get(process.group)
    is_job = leader is not None and leader.session == process.session and leader.pid != leader.session
    return (leader if leader and is_job else process).command()
