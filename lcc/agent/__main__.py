"""Studio Reaper's agent: reports, through SSM Parameter Store, how long this Studio app has been idle.

The contract is docs/heartbeat.md. The resident process lives on a few small modules of the standard library (http.client or
urllib would bring in ssl and email and double its memory); the AWS calls run in a short-lived child, `agent beat`.
Every duration is measured on a clock that cannot jump. Where a fact is in doubt the app counts as in use.
lcc/build.ts packs this file into on-start.sh, without comments and annotations; all of it has to stay under 12 288 bytes.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib
import itertools
import json
import math
import os
import re
import signal
import socket
import subprocess
import sys
import time
from datetime import datetime, timezone

TYPE_CHECKING = False
if TYPE_CHECKING:  # at run time typing would cost half a megabyte
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, NoReturn

VERSION = "0.1.0"
ANOTHER_AGENT, CANNOT_WORK = 3, 4  # exit codes after which the agent is not started again
HTTP_SECONDS, HTTP_BYTES = 5, 4 << 20  # for a whole answer, however slowly it drips in
WRITE_SECONDS = 20
SAVE_SECONDS = 60
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
CLOSE_LOOK_SECONDS = 10  # between looks while an app is about to be stopped
FIRST_CADENCE_SECONDS = 15  # doubles until instructions are there, so that the first ones are soon heard


def setting(name: str, usual: str) -> str:
    """A setting as on-start.sh passes it on; empty means default."""
    return os.environ.get(name) or usual


STATE_FILE = setting("STATE_FILE", "/var/tmp/auto-stop-idle/auto_stop_idle.st")
LOG_FILE = setting("LOG_FILE", "/var/log/apps/app_container.log")


def note(text: str) -> None:
    line = time.strftime("%Y-%m-%dT%H:%M:%SZ studio-reaper agent: ", time.gmtime()) + " ".join(text.split())[:400] + "\n"
    with contextlib.suppress(OSError), open(LOG_FILE, "a", encoding="utf-8") as file:  # nowhere to complain to
        file.write(line)


class Unreadable(Exception):
    """A source, a file or an answer that says nothing to rely on."""


# Time


class Moment:
    """One instant on two clocks: `boot` never jumps and is the same in every process; `wall` is what stamps are written in."""

    def __init__(self, boot: float, wall: float) -> None:
        self.boot, self.wall = boot, wall


def read_clock() -> Moment:
    # The boot clock is the one of the start times in /proc.
    return Moment(time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)), time.time())


def parse_stamp(text: object) -> float | None:
    """Epoch seconds of an ISO 8601 stamp, with a fraction or without, in any zone (UTC where it names none)."""
    try:
        stamp = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        return None
    return (stamp if stamp.tzinfo else stamp.replace(tzinfo=timezone.utc)).timestamp()


# The app and its Jupyter server


class App:
    """Which app this is, from the metadata that Studio puts into it."""

    def __init__(self, metadata: dict[str, Any]) -> None:
        # arn:aws:sagemaker:<region>:<account>:app/<domain>/<owner>/<type>/<name>
        arn = metadata.get("ResourceArn") or ":::/"
        space, profile = metadata.get("SpaceName"), metadata.get("UserProfileName")
        self.region, self.type = arn.split(":")[3], metadata["AppType"]
        kind, owner = "user" if profile and not space else "space", space or profile or arn.split("/")[2]
        self.path = f"{metadata['DomainId']}/{kind}/{owner}/{self.type}/{metadata['ResourceName']}"
        if not re.fullmatch(r"([\w.-]+/){4}[\w.-]+", self.path, re.ASCII):
            raise ValueError(self.path)


def read_app(file_name: str) -> App:
    try:
        with open(file_name, encoding="utf-8") as file:
            return App(json.load(file))
    except (OSError, ValueError, AttributeError, KeyError, IndexError) as error:
        raise Unreadable(repr(error)) from error


class Server:
    """The app's Jupyter server, asked without its taking that for activity."""

    def __init__(self, host: str, port: str, base: str) -> None:
        self.host, self.port, self.base = host.replace("0.0.0.0", "127.0.0.1"), int(port), base.strip("/")

    def ask(self, what: str) -> list[dict[str, Any]]:
        """The list of objects at api/<what>; anything else is unreadable."""
        try:
            answer = json.loads(self.fetch(f"/{self.base}/api/{what}?no_track_activity=1".replace("//", "/")))
        except (OSError, ValueError, RecursionError) as error:
            raise Unreadable(f"{what}: {error}") from error
        if not isinstance(answer, list) or not all(isinstance(one, dict) for one in answer):
            raise Unreadable(f"{what}: not a list of objects")
        return answer

    def fetch(self, target: str) -> bytes:
        deadline = time.monotonic() + HTTP_SECONDS
        address: Any = (self.host.encode(), self.port)  # bytes spare the resident process the IDNA tables
        with socket.create_connection(address, HTTP_SECONDS) as connection:
            # HTTP/1.0, so that the answer is neither chunked nor kept alive
            connection.sendall(f"GET {target} HTTP/1.0\r\nHost: {self.host}:{self.port}\r\n\r\n".encode())
            answer = b""
            while len(answer) <= HTTP_BYTES and time.monotonic() < deadline:
                connection.settimeout(deadline - time.monotonic() + 0.01)
                piece = connection.recv(1 << 20)
                if not piece:
                    return body_of(answer)
                answer += piece
        raise Unreadable("the answer takes too long or is too long")


def body_of(answer: bytes) -> bytes:
    head, _, body = answer.partition(b"\r\n\r\n")
    status = head[9:12].decode("latin-1")
    if status != "200":
        raise Unreadable(f"HTTP {status}")
    return body


# Processes


def read_proc(path: str) -> bytes:
    """A file of /proc, its first 8 KB; without the objects of open(), as hundreds are read at each look."""
    file = os.open(path, os.O_RDONLY)
    try:
        return os.read(file, 8192)
    finally:
        os.close(file)


class Process:
    """One process as /proc/<pid> shows it; times are on the boot clock, its CPU time is in clock ticks."""

    def __init__(self, pid: int, known: dict[int, Process], boot: float) -> None:
        head, _, tail = read_proc(f"/proc/{pid}/stat").rpartition(b")")
        fields = tail.split()
        self.pid, self.name = pid, head.partition(b"(")[2].decode("utf-8", "replace")
        self.words: list[str]
        self.kernel: str
        self.state, self.parent, self.session, number = fields[0], int(fields[1]), int(fields[3]), int(fields[4])
        major, minor = number >> 8 & 0xFFF, number & 0xFF | number >> 12 & 0xFFF00
        self.terminal = (major - 136) * 256 + minor if 136 <= major <= 143 else None
        self.ticks, self.threads = int(fields[11]) + int(fields[12]), int(fields[17])
        self.started = int(fields[19]) / TICKS_A_SECOND
        before = known.get(pid)
        if before and before.started == self.started < boot - 5:
            self.words, self.kernel = before.words, before.kernel
        else:  # a process that was just forked does not have the command line that it will have
            self.words = read_proc(f"/proc/{pid}/cmdline").decode("utf-8", "replace").rstrip("\0").split("\0")
            self.kernel = "".join(re.findall(r"kernel-([\w-]+)\.json", " ".join(self.words)))  # the id of the kernel that it is

    def command(self) -> str:
        """The command for a person, without the path of the program."""
        return " ".join([os.path.basename(self.words[0]) or self.name, *self.words[1:]])

    def runs(self, program: str) -> bool:
        """Whether the command begins with these words: `tail -f`, `vim`."""
        words = program.split()
        return [os.path.basename(self.words[0]), *self.words[1 : len(words)]] == words

    def waits(self) -> str:
        """What its main thread waits for: its event `loop`, `input` or a child, `else`; nothing where it runs or nobody says."""
        try:
            place = read_proc(f"/proc/{self.pid}/wchan")
        except OSError:
            return ""
        if re.search(b"epoll|ep_poll", place):
            return "loop"
        return "input" if re.search(b"poll|select|wait_woken|do_wait|tty|suspend", place) else "else" if len(place) > 1 else ""

    def is_server(self) -> bool:
        """Jupyter's or Code Editor's, whose helpers (language servers, extensions) it is the ancestor of. Not `jupyter nbconvert`."""
        return any(re.fullmatch(SERVERS, os.path.basename(word)) for word in self.words[:3])


SERVERS = r"jupyter[-_]?(lab|server|notebook|labhub|hub-singleuser)|server-main\.js|(sagemaker-|openvs)?code-(server|editor)"


class Host:
    """What all sources look at: the Jupyter server and, once a look, the processes of this app."""

    def __init__(self, server: Server) -> None:
        self.server, self.instructions = server, Instructions("{}")
        self.processes: dict[int, Process] = {}

    def read_processes(self, boot: float) -> None:
        found = {}
        for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
            with contextlib.suppress(OSError):  # it has ended
                found[pid] = Process(pid, self.processes, boot)
        self.processes = found

    def seen(self) -> dict[int, Process]:
        """The processes, for a source that says nothing without them."""
        if not self.processes:
            raise Unreadable("no processes to see in /proc")
        return self.processes


# Sources: where activity shows


class Trace:
    """The last stamp seen on one kernel or terminal, and the instant of the activity behind it."""

    def __init__(self, stamp: str, active: float, moved: bool = False, calm: bool = False) -> None:
        self.stamp, self.active = stamp, active
        self.moved, self.calm = moved, calm  # whether there was another stamp before, and whether this one was seen at rest
        self.since: float | None = None  # when work was first seen
        self.ticks = 0
        self.process, self.replaced = 0.0, False  # when a kernel's process started, and whether there was another before


class Source:
    """One place where activity shows, with a memory that outlives kernels, terminals and the agent itself."""

    name = ""

    def __init__(self, start: Moment, host: Host) -> None:
        self.host, self.born, self.looked = host, start.boot, start
        self.active = start.boot
        self.frozen = False  # this server was seen to leave a stamp alone through a change of state
        self.traces: dict[str, Trace] = {}
        self.busy: dict[str, Any] | None = None
        self.was: dict[str, Any] | None = None
        self.connections: int | None = None

    def look(self, at: Moment) -> bool:
        """Look for activity; False where the source does not apply here. Raises Unreadable."""
        raise NotImplementedError

    def trace(self, key: str, stamp: object, stamped: float | None, at: Moment, coarseness: float = 0) -> Trace:
        """Activity shows as a change of the stamp, so that neither clock nor time zone can make it up or hide it."""
        before = self.traces.get(key)
        if before and before.stamp == str(stamp):
            return Trace(before.stamp, before.active, before.moved, before.calm)
        return Trace(str(stamp), at.boot - self.age(stamped, at, coarseness), before is not None)

    def age(self, stamped: float | None, at: Moment, coarseness: float) -> float:
        """Seconds since a new stamp's activity: no more than since the last look, and none where the clocks are in doubt."""
        elapsed = at.boot - self.looked.boot
        jump = at.wall - self.looked.wall - elapsed
        if stamped is None or abs(jump) > 1 + elapsed / 1000 or at.wall - stamped > elapsed + coarseness + 1:
            return 0
        return min(max(at.wall - stamped, 0), elapsed) - coarseness

    def remember(self, traces: dict[str, Trace], at: Moment, counted: Iterable[Trace]) -> None:
        self.active = max([self.active, *(trace.active for trace in counted)])
        self.traces, self.looked = traces, at

    def work(self, what: str, at: Moment, since: float | None = None) -> None:
        """Something is at work right now, and since when."""
        if since is None:
            since = self.looked.boot - self.was["for"] if self.was else at.boot
        self.active = at.boot
        # Parameter Store refuses doubled braces, and half a surrogate cannot be sent.
        self.busy = {"what": re.sub(r"[{}\x00-\x1f\x7f\ud800-\udfff]", "?", what)[:120], "for": int(at.boot - since)}

    def keep(self) -> dict[str, Any]:
        traces = {key: vars(trace) for key, trace in self.traces.items()}
        return {"active": self.active, "frozen": self.frozen, "traces": traces, "looked": vars(self.looked)}

    def recall(self, kept: dict[str, Any], boot: float) -> None:
        self.frozen, self.looked = kept["frozen"], Moment(**kept["looked"])
        for key, known in kept["traces"].items():
            self.traces[key] = trace = Trace("", 0)
            if known.keys() != vars(trace).keys():
                raise ValueError("of another agent")
            vars(trace).update(known)
        self.active = kept["active"]
        instants = [self.active, self.looked.boot, *(trace.active for trace in self.traces.values())]
        # Typing counts as up to eight seconds later than it shows.
        if not all(0 <= instant < boot + 9 for instant in instants):
            raise ValueError("instants that cannot be")


START_SECONDS = 10  # within which a kernel has said its first words
FROZEN_SECONDS = 30  # of work without a new stamp; a tab that asks a kernel what it is makes it busy for less


class Kernels(Source):
    name = "kernels"
    processes: dict[str, Process]
    working: dict[str, float]  # the kernels at work, and since when

    def look(self, at: Moment) -> bool:
        self.connections, self.working = None, {}
        kernels = self.host.server.ask("kernels")
        if not all(isinstance(kernel.get(key), str) for kernel in kernels for key in ("id", "execution_state")):
            raise Unreadable("kernels: one without id or state")
        # Of several processes that name a kernel, IPython's first: others wrap it, or are its children.
        self.processes = {one.kernel: one for one in sorted(self.host.processes.values(), key=lambda one: (is_ipython(one), -one.started))}
        traces = {kernel["id"]: self.trace_kernel(kernel, at) for kernel in kernels}
        if self.traces.keys() - traces.keys():
            self.active = at.boot  # what a kernel that is gone did since the last look, and who shut it down, is not known
        self.remember(traces, at, traces.values())
        counts = [kernel.get("connections") for kernel in kernels]
        self.connections = sum(counts) if all(type(count) is int for count in counts) else None  # type: ignore[arg-type]
        if self.working:
            longest = min(kernels, key=lambda kernel: self.working.get(kernel["id"], math.inf))
            self.work(self.describe(longest, len(self.working) - 1), at, self.working[longest["id"]])
        return True

    def trace_kernel(self, kernel: dict[str, Any], at: Moment) -> Trace:
        key, stamp, state = kernel["id"], kernel.get("last_activity"), kernel["execution_state"]
        before, trace, process = self.traces.get(key), self.trace(key, stamp, parse_stamp(stamp), at), self.processes.get(key)
        if process:
            trace.ticks, trace.process = process.ticks, process.started
        if before:
            trace.process = trace.process or before.process
            trace.replaced = before.replaced or 0 < before.process != trace.process
        # Some servers never move the stamp: then CPU time tells, of which an idle kernel uses next to none.
        if before and before.stamp == trace.stamp and not before.moved and trace.ticks > before.ticks + 1:
            trace.active = at.boot
        trace.calm = trace.calm or state == "idle"
        # A kernel that never gets beyond starting, or is dead, does nothing. Any other state but idle is work, known or not.
        at_work, held = state not in ("idle", "starting", "dead"), state in ("idle", "starting") and is_held(process)
        if at_work or held:
            trace.since = at.boot if before is None or before.since is None else before.since
            self.frozen = self.frozen or (at_work and trace.calm and at.boot > trace.since + FROZEN_SECONDS)
            # Held for two looks, as an idle kernel may do something for a moment.
            if trace.since < at.boot if held else not self.died(process, trace, at):
                self.working[key] = trace.since
        return trace

    def died(self, process: Process | None, trace: Trace, at: Moment) -> bool:
        """Whether the execution that made this kernel busy died with its process.

        Jupyter stamps a kernel as it turns busy, and before 2.15 shows one that was killed as busy for ever. A process younger
        than that stamp cannot be the one at work. Later versions at times take the new process's first words for work, and miss that
        it is done: it then waits in its event loop since its start. Says nothing where stamps freeze, or no process is seen.
        """
        if process is None or self.frozen:
            return False
        misread = trace.replaced and trace.active < process.started + START_SECONDS and process.waits() == "loop"
        return misread or trace.active + 1 < process.started <= at.boot + 1

    def describe(self, kernel: dict[str, Any], others: int) -> str:
        title = f"kernel {kernel['id'][:8]}"
        try:
            for session in self.host.server.ask("sessions"):
                if session["kernel"]["id"] == kernel["id"]:
                    title = session["path"]
        except (Unreadable, KeyError, TypeError):
            pass  # a name is only a courtesy
        return f"{title} ({kernel.get('name')})" + (f" and {others} more" if others else "")


def is_ipython(process: Process) -> bool:
    return "ipykernel" in "".join(process.words[1:4])


def is_held(process: Process | None) -> bool:
    """Whether an IPython kernel waits for something else than its next message.

    Before jupyter_server 2.15 a tab that is opened, or its debugger, can have the server call a kernel idle in the middle of a cell,
    and one that had to be started twice is starting for ever. One that really does not get beyond that has no threads yet.
    """
    return process is not None and is_ipython(process) and process.threads > 3 and process.waits() in ("input", "else")


# Programs that wait for input when they run without a script
PROMPTS = "ash bash csh dash fish ksh sh tcsh xonsh zsh login python python3 ipython ipython3 R julia node psql sqlite3".split()
PTY_SECONDS = 8  # the system moves a terminal's times once in so many seconds


class Terminals(Source):
    """Activity on the terminals themselves: the API's own last_activity moves when a tab merely reconnects or resizes."""

    name = "terminals"
    ran: set[tuple[int, float]]
    running: set[tuple[int, float]]  # the prompts that are at work at this look, after those of the last one

    def __init__(self, start: Moment, host: Host) -> None:
        super().__init__(start, host)
        self.running = set()

    def look(self, at: Moment) -> bool:
        self.ran, self.running = self.running, set()
        traces, counted, jobs = {}, [], self.jobs()
        for number, job in jobs.items():
            try:
                times = os.stat(f"/dev/pts/{number}")
            except OSError:
                continue
            typed, printed = f"{number} typed", f"{number} printed"
            before = self.traces.get(printed)
            traces[typed] = self.trace(typed, times.st_atime, times.st_atime, at, PTY_SECONDS)
            traces[printed] = self.trace(printed, times.st_mtime, times.st_mtime, at, PTY_SECONDS)
            traces[printed].since = job.started if job else None
            counted.append(traces[typed])
            # Output counts where a job prints: a shell alone redraws for a tab that comes back.
            if job or (before and before.since):
                counted.append(traces[printed])
        at_work = [job for job in jobs.values() if job]
        if at_work:
            longest = min(at_work, key=lambda job: job.started)
            self.work(longest.command(), at, longest.started)
        self.remember(traces, at, counted)
        return True

    def jobs(self) -> dict[int, Process | None]:
        """The terminals of this app's sessions, each with the oldest job on it, if any.

        A session whose leader is outside this process namespace has number 0 and belongs to whoever started the app.
        """
        found: dict[int, Process | None] = {}
        for one in sorted(self.host.seen().values(), key=lambda one: one.started):
            if one.terminal is not None and one.session > 0 and not found.get(one.terminal):
                found[one.terminal] = one if self.is_job(one) else None
        return found

    def is_job(self, process: Process | None) -> bool:
        """A stopped program does nothing, a prompt waits, and a pager, editor or monitor is left open, with all that it runs."""
        if process is None or process.state in b"TtZ" or (is_prompt(process) and not self.is_at_work(process)):
            return False
        ancestor: Process | None = process
        while ancestor and ancestor.terminal == process.terminal:
            if any(map(ancestor.runs, self.host.instructions.not_jobs)):
                return False
            ancestor = self.host.processes.get(ancestor.parent)
        return True


    def is_at_work(self, prompt: Process) -> bool:
        """Whether a prompt runs something of its own: it waits for no input, and did not at the last look."""
        if prompt.state != b"R" and prompt.waits() != "else":
            return False
        self.running.add((prompt.pid, prompt.started))
        return (prompt.pid, prompt.started) in self.ran


def is_prompt(process: Process) -> bool:
    name, *rest = process.words
    name = os.path.basename(name).lstrip("-") or process.name
    return name in ("sudo", "su") or (name in PROMPTS and all(word.startswith("-") for word in rest))


class Cpu(Source):
    """CPU time of kernels, of what they and terminals started and left behind, but not of the server, its helpers, or this agent."""

    name = "cpu"

    def __init__(self, start: Moment, host: Host) -> None:
        super().__init__(start, host)
        self.before: dict[int, Process] = {}

    def look(self, at: Moment) -> bool:
        elapsed = at.boot - self.looked.boot
        if self.before and elapsed < 1:  # too short to tell: one tick would be a lot
            self.busy = self.was
            return True
        processes = self.host.seen()
        used: dict[int, int] = {}
        for one in processes.values() if self.before else ():
            before = self.before.get(one.pid)
            ticks = one.ticks - (before.ticks if before and before.started == one.started else 0)
            root = ticks and self.root(one)
            if root:
                used[root] = used.get(root, 0) + ticks
        root = max(used, key=lambda pid: used[pid], default=0)
        cores = used.get(root, 0) / TICKS_A_SECOND / max(elapsed, 1)
        if cores > self.host.instructions.cpu:
            self.work(f"{processes[root].command()} uses {cores:.1f} of a core", at)
        self.before = processes
        self.remember({}, at, ())
        return True

    def root(self, process: Process) -> int:
        """Whose doing a process is: a kernel's, or that of a process left behind; 0 where it is nobody's work."""
        while not process.kernel:
            parent = self.host.processes.get(process.parent)
            if process.pid in (1, os.getpid(), os.getppid()) or process.is_server():
                return 0
            if parent is None or parent.pid == 1:
                break
            process = parent
        return process.pid


class Gpu(Source):
    """The busiest of all GPUs, where there is any."""

    name = "gpu"
    absent = False
    asked: subprocess.Popen[bytes] | None = None

    def look(self, at: Moment) -> bool:
        if self.absent:
            return False
        try:
            # One that hangs in the driver cannot even be killed: it is waited for again, and never doubled.
            self.asked = self.asked or subprocess.Popen(NVIDIA_SMI, stdin=-3, stdout=-1, stderr=-3)
            code = self.asked.wait(HTTP_SECONDS)
        except FileNotFoundError:
            self.absent = True
            return False
        except subprocess.TimeoutExpired as error:
            if self.asked:
                self.asked.kill()
            raise Unreadable("nvidia-smi hangs") from error
        answer, self.asked = self.asked.communicate()[0].decode(), None
        if code in (6, 9, 12):  # no device, no driver, no library: an image for GPUs on an instance without
            return False
        if code:
            raise Unreadable(f"nvidia-smi exits with {code}")
        busiest = max(map(float, answer.split())) / 100
        if busiest > self.host.instructions.gpu:
            self.work(f"a GPU is used to {busiest:.0%}", at)
        self.remember({}, at, ())
        return True


NVIDIA_SMI = ["nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits"]


class Files(Source):
    """Notebooks and text files saved under the home, looked for in pieces."""

    name = "files"
    pieces: Iterator[float] | None = None

    def look(self, at: Moment) -> bool:
        if self.pieces is None:
            self.pieces, self.newest, self.began = list_saved(os.path.expanduser("~")), 0.0, at
        piece = [saved for saved in itertools.islice(self.pieces, ENTRIES_A_LOOK) if saved < at.wall + 60]
        self.newest = max([self.newest, *piece])
        if len(piece) < ENTRIES_A_LOOK:
            trace, start = self.trace("newest", self.newest, self.newest, at), self.looked
            # What the first walk finds is mostly of former days.
            if "newest" not in self.traces and self.newest < min(start.wall, at.wall - at.boot + start.boot):
                trace.active = self.active
            self.remember({"newest": trace}, self.began, [trace])
            self.pieces = None
        return True


ENTRIES_A_LOOK = 1500
ENTRIES_A_FOLDER, FOLDERS = 2000, 5000  # what has more is data
NOT_WORK = {"node_modules", "site-packages", "__pycache__", "anaconda3", "miniconda3", "lost+found"}
TEXT = "ipynb py md txt r R Rmd qmd jl sh sql yml yaml json toml csv tsv js ts html css c cpp h java scala go rs tex".split()


def list_saved(home: str) -> Iterator[float]:
    """When each notebook and text file under a folder was saved, 0 for anything else, so that the walk can be cut into pieces."""
    folders = [home]
    for folder in folders:
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            for entry in itertools.islice(entries, ENTRIES_A_FOLDER):
                saved, name = 0.0, entry.name
                try:
                    if name.rpartition(".")[2] in TEXT and name[0] != ".":
                        saved = entry.stat().st_mtime
                    elif entry.is_dir(follow_symlinks=False) and name[0] != "." and name not in NOT_WORK and len(folders) < FOLDERS:
                        folders.append(entry.path)
                except OSError:
                    pass
                yield saved


class Editor(Source):
    """Code Editor's own note of when it was last used. Its idle endpoint is not asked, as that can itself write the note."""

    name = "editor"

    def look(self, at: Moment) -> bool:
        try:
            with open(setting("EDITOR_FILE", "/tmp/.sagemaker-last-active-timestamp"), encoding="utf-8") as file:
                stamp = file.read(100).strip()
        except FileNotFoundError:
            return self.active > self.born
        traces = {"note": self.trace("note", stamp, parse_stamp(stamp), at)}
        self.remember(traces, at, traces.values())
        return True


# Memory


class State:
    """The agent's memory in a file: written whole or not at all, and believed only by the same incarnation of the app."""

    def __init__(self, app: App) -> None:
        self.owner = [app.path, *name_incarnation()]
        self.saved, self.saved_at, self.failed = "", -math.inf, False

    def recall(self, sources: list[Source], at: Moment) -> float:
        """The agent's first start in this incarnation. Raises all sorts of errors on a memory that is not to be trusted."""
        with open(STATE_FILE, encoding="utf-8") as file:
            kept = json.load(file)
        if kept["owner"] != self.owner:
            raise ValueError("of another incarnation")
        for source in sources:
            if source.name in kept["sources"]:
                source.recall(kept["sources"][source.name], at.boot)
        return min(float(kept["start"]), at.boot)

    def save(self, sources: list[Source], start: float, boot: float) -> None:
        """Only where activity came in, and once a minute at most: a restart loses no more than that."""
        news = json.dumps([[source.active, *source.keep()["traces"].items()] for source in sources])
        if boot < self.saved_at + SAVE_SECONDS or news == self.saved:
            return
        self.saved, self.saved_at = news, boot
        try:
            with open(STATE_FILE + ".new", "w", encoding="utf-8") as file:
                json.dump({"owner": self.owner, "start": start, "sources": {one.name: one.keep() for one in sources}}, file)
            os.replace(STATE_FILE + ".new", STATE_FILE)
        except OSError as error:
            if not self.failed:
                note(f"memory cannot be kept: {error}")
            self.failed = True


def name_incarnation() -> list[Any]:
    """The boot, and the start of the container's first process, which lives as long as the container does."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return [file.read(), Process(1, {}, 0).started]
    except OSError:
        return []


# Heartbeats: what to say and when


class Instructions:
    """What the sweep would have the agent do; what it does not say is as usual. Raises ValueError: what is wrong is not followed."""

    def __init__(self, text: str) -> None:
        try:
            told = {**USUAL, **json.loads(text)}
            self.sample, self.cadence, self.timeouts = told["sampleSeconds"], told["cadenceSeconds"], sorted(told["timeouts"])
            self.cpu, self.gpu, self.not_jobs = float(told["cpuThreshold"]), float(told["gpuThreshold"]), [*map(str, told["notJobs"])]
            numbers = [self.sample, self.cadence, *self.timeouts]
            sound = told["v"] == 1 and all(type(number) is int and number > 0 for number in numbers)
        except (KeyError, TypeError, RecursionError) as error:
            raise ValueError(f"not instructions: {error}") from error
        if not (sound and self.sample <= 300 and 5 <= self.cadence <= 21600 and 1 <= len(self.timeouts) <= 16):
            raise ValueError("unknown version or out of bounds")


USUAL = {
    "v": 1,
    "sampleSeconds": 60,
    "cadenceSeconds": 1800,
    "timeouts": [3600],
    "cpuThreshold": 0.05,
    "gpuThreshold": 0.05,
    "notJobs": "less more man vi vim nvim view nano emacs pico top htop btop atop iotop nvtop glances watch tmux screen tail".split(),
}


class Sample:
    """What one look at all sources found."""

    def __init__(self, boot: float) -> None:
        self.boot = boot
        self.idle: dict[str, int | None] = {}
        self.active: dict[str, float] = {}
        self.busy: dict[str, Any] = {}
        self.connections: int | None = None


class Pace:
    """When to look and when to write. A write is dear, so each has its reason."""

    def __init__(self, random: Callable[[], float]) -> None:
        self.random = random
        self.instructions = Instructions("{}")
        self.ramp: float = FIRST_CADENCE_SECONDS
        self.word: Sample | None = None
        self.read_once: set[str] = set()
        self.due = -math.inf
        self.failures = 0

    def reason(self, sample: Sample) -> str | None:
        """Why to write now, if there is a reason."""
        if sample.boot >= self.due:
            return "due"
        if self.word is None or self.failures:
            return None
        if sample.connections and self.word.connections == 0 and (self.word.idle.get("kernels") or 0) > self.instructions.sample:
            return "connected"
        return next(filter(None, (self.news(name, sample, self.word) for name in sample.idle)), None)

    def news(self, name: str, sample: Sample, word: Sample) -> str | None:
        """What one source has to say that should not wait for the end of the cadence."""
        idle, said = sample.idle[name], word.idle.get(name, math.inf)
        if said is None:
            # A server that comes and goes must not cause a write each time.
            soon = name not in self.read_once or sample.boot > word.boot + min(self.instructions.cadence, 300)
            return "readable" if idle is not None and soon else None
        if said > self.instructions.sample and (idle is None or sample.active[name] > word.active[name]):
            return "unreadable" if idle is None else "resumed"
        return "crossed" if any(said < timeout <= (idle or 0) for timeout in self.instructions.timeouts) else None

    def lease(self) -> int:
        return math.ceil(float(self.instructions.cadence) * 1.25 + 30)

    def succeeded(self, sample: Sample) -> None:
        self.word, self.failures = sample, 0
        self.read_once.update(name for name, idle in sample.idle.items() if idle is not None)
        self.plan(min(self.instructions.cadence, self.ramp))
        self.ramp *= 2

    def plan(self, cadence: float) -> None:
        if self.word:
            # A timeout is often a multiple of the cadence: its crossing comes first, and is the word.
            self.due = self.word.boot + cadence + cadence * self.random() / 10

    def failed(self, boot: float) -> None:
        """Full jitter, so that a throttled fleet does not come back at once; the longer the cadence, the more patient."""
        self.failures += 1
        self.due = boot + self.random() * min(max(60, self.instructions.cadence / 4), 2 ** min(self.failures, 20))

    def follow(self, told: Instructions) -> None:
        """At once; only a longer cadence waits for the word that promises it."""
        if self.ramp < math.inf or told.cadence < self.instructions.cadence:
            self.plan(min(told.cadence, self.instructions.cadence))
        self.instructions, self.ramp = told, math.inf

    def next_look(self, sample: Sample) -> float:
        """The instant of the next look: soon while an app is about to be stopped, and right at the next crossing."""
        idle = [sample.boot - sample.active[name] for name, seconds in sample.idle.items() if seconds is not None]
        timeouts: list[int] = self.instructions.timeouts
        step: int = self.instructions.sample
        near = any(timeout - 120 <= seconds <= timeout + 600 for seconds in idle for timeout in timeouts)
        # A server that is not up yet, or again, is asked soon.
        if near or None in sample.idle.values() or (idle and min(idle) > timeouts[0]):
            step = min(step, CLOSE_LOOK_SECONDS)
        crossings = (timeout - seconds for seconds in idle for timeout in timeouts if timeout > seconds)
        return min(self.due, sample.boot + min([step, *crossings]))


# The write, in a short-lived child


def call_ssm() -> Callable[[str, dict[str, Any]], Any]:
    """A way to call SSM: botocore (boto3 on top would only cost time), or the AWS CLI in an image without it."""
    try:
        client = importlib.import_module("botocore.session").Session().create_client("ssm")
        return lambda operation, parameters: getattr(client, operation.replace("-", "_"))(**parameters)
    except Exception as error:  # whatever a user's own packages may do to it
        broken = repr(error)

    def call_cli(operation: str, parameters: dict[str, Any]) -> Any:
        command = ["aws", "ssm", operation, "--output", "json", "--cli-input-json", json.dumps(parameters)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=WRITE_SECONDS / 2, check=False)
        except OSError as error:
            raise OSError(f"no boto3 ({broken}) and no AWS CLI ({error})") from error
        if done.returncode:
            raise RuntimeError(done.stderr.decode())
        return json.loads(done.stdout)

    return call_cli


def beat() -> None:
    """Write the heartbeat given on standard input, then read the instructions; the outcome is one object of JSON."""
    signal.alarm(WRITE_SECONDS)
    heartbeat, instructions = json.load(sys.stdin)
    outcome = {"code": ""}
    written = False
    try:
        call = call_ssm()
        call("put-parameter", {**heartbeat, "Type": "String", "Tier": "Standard", "Overwrite": True})
        written = True
        outcome["instructions"] = call("get-parameter", {"Name": instructions})["Parameter"]["Value"]
    except Exception as error:
        found = re.search(r"\((\w+)\) when calling", str(error))
        code = found.group(1) if found else type(error).__name__
        if not written:
            outcome = {"code": code, "error": str(error)}
        elif code != "ParameterNotFound":  # not there yet is no trouble
            outcome["unheard"] = code
    print(json.dumps(outcome))


def run_beat(order: list[Any], region: str) -> dict[str, str]:
    """What came of it: `code` (empty on success) with its `error`, then `instructions` or why they were `unheard`."""
    region = setting("AWS_REGION", setting("AWS_DEFAULT_REGION", region))
    environment = {**os.environ, "AWS_DEFAULT_REGION": region, "AWS_RETRY_MODE": "standard", "AWS_MAX_ATTEMPTS": "3", "AWS_PAGER": ""}
    command = [sys.executable, sys.argv[0], "beat"]
    try:
        done = subprocess.run(command, input=json.dumps(order).encode(), stdout=-1, stderr=-3, env=environment, timeout=25, check=True)
        outcome: dict[str, str] = json.loads(done.stdout)
        return outcome
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        return {"code": type(error).__name__, "error": f"no answer within {WRITE_SECONDS} s: {error}"}


# The agent


class Agent:
    """Looks, decides whether to write, writes, and remembers."""

    def __init__(self, app: App) -> None:
        prefix = setting("PARAMETER_PREFIX", "/studio-reaper").rstrip("/")
        self.parameter, self.instructions, self.region = f"{prefix}/heartbeats/{app.path}", f"{prefix}/instructions", app.region
        self.state, self.type = State(app), app.type
        self.pace = Pace(lambda: int.from_bytes(os.urandom(4), "big") / 2**32)
        self.troubles: dict[str, set[str]] = {}
        self.recall(read_clock())

    def recall(self, at: Moment) -> None:
        self.born, self.sources = at.boot, make_sources(at, self.type)
        try:
            self.born = self.state.recall(self.sources, at)
        except FileNotFoundError:
            pass
        except Exception as error:  # whatever may be in that file
            note(f"memory is lost, idle times start now: {error!r}")
            self.sources = make_sources(at, self.type)  # the former may have recalled a part

    def live(self) -> NoReturn:
        note(f"version {VERSION}, process {os.getpid()}, writes {self.parameter}")
        try:
            while True:
                sample = self.look(read_clock())
                if self.pace.reason(sample):
                    self.speak(sample)
                boot = read_clock().boot
                self.state.save(self.sources, self.born, boot)
                time.sleep(max(self.pace.next_look(sample) - boot, 0.02))
        finally:
            self.state.save(self.sources, self.born, math.inf)

    def look(self, at: Moment) -> Sample:
        sample = Sample(at.boot)
        host = self.sources[0].host
        host.instructions = self.pace.instructions
        with contextlib.suppress(OSError):  # no /proc: the sources that need it say so
            host.read_processes(at.boot)
        for source in self.sources:
            source.was, source.busy = source.busy, None
            try:
                if source.look(at):
                    sample.idle[source.name] = max(int(at.boot - source.active), 0)
                self.report(source.name, "can be read again")
            except Exception as error:  # whatever it is, this source is unknown and the others still speak
                sample.idle[source.name] = None
                if source.looked.boot == source.born:  # never read yet, as while the server comes up: it counts from its first answer
                    source.looked, source.born, source.active = at, at.boot, at.boot
                self.report(source.name, f"cannot be read, the app counts as in use: {error}", "unreadable")
            sample.active[source.name] = source.active
            if source.busy:
                sample.busy[source.name] = source.busy
        sample.connections = self.sources[0].connections
        return sample

    def report(self, subject: str, text: str, trouble: str = "") -> None:
        """Log a trouble once when it begins, and once when all of them on its subject are over."""
        known = self.troubles.setdefault(subject, set())
        if trouble not in known if trouble else known:
            note(f"{subject} {text}")
        if trouble:
            known.add(trouble)
        else:
            known.clear()

    def describe(self, sample: Sample) -> str:
        word = {
            "v": 1,
            "agent": VERSION,
            "up": int(sample.boot - self.born),
            "sampleEvery": self.pace.instructions.sample,
            "renewIn": self.pace.lease(),
            "idle": sample.idle,
            "busy": sample.busy,
            "connections": sample.connections,
        }
        return json.dumps(word, separators=(",", ":"), ensure_ascii=False)

    def speak(self, sample: Sample) -> None:
        outcome = run_beat([{"Name": self.parameter, "Value": self.describe(sample)}, self.instructions], self.region)
        code = outcome["code"]
        if code:
            self.report("heartbeats", f"cannot be written, trying on: {code}: {outcome['error']}", code)
            return self.pace.failed(read_clock().boot)
        self.report("heartbeats", "are written again")
        self.pace.succeeded(sample)
        self.obey(outcome.get("instructions"), outcome.get("unheard"))

    def obey(self, text: str | None, unheard: str | None) -> None:
        try:
            if unheard:
                raise ValueError(unheard)
            told = Instructions(text) if text is not None else None
        except ValueError as error:
            return self.report("instructions", f"cannot be followed: {error}", "wrong")
        self.report("instructions", "can be followed again")
        if told:
            if vars(told) != vars(self.pace.instructions):
                note(f"instructions: look every {told.sample} s, write every {told.cadence} s, timeouts {told.timeouts}")
            self.pace.follow(told)


def make_sources(at: Moment, app_type: str) -> list[Source]:
    server = Server(setting("JL_HOSTNAME", "0.0.0.0"), setting("JL_PORT", "8888"), setting("JL_BASE_URL", "/jupyterlab/default/"))
    host, first = Host(server), Editor if app_type == "CodeEditor" else Kernels
    return [source(at, host) for source in (first, Terminals, Cpu, Gpu, Files)]


# Its life


def supervise() -> None:
    """Leave a shell behind, off the caller's session and files, that starts the agent again however it ends."""
    loop = f'while :; do "$0" -I -S "$1"; case $? in {ANOTHER_AGENT} | {CANNOT_WORK}) exit ;; esac; sleep 10; done'
    if os.fork() == 0:
        os.setsid()
        null = os.open("/dev/null", os.O_RDWR)
        for stream in range(3):
            os.dup2(null, stream)
        os.closerange(3, 1 << 16)
        os.execvp("sh", ["sh", "-c", loop, sys.executable, os.path.abspath(sys.argv[0])])


def lock() -> bool:
    """Take the lock that only one agent of the app can hold, for as long as this process lives."""
    for file_name, flags in (STATE_FILE + ".lock", os.O_CREAT), (os.path.dirname(sys.argv[0]) or ".", 0):
        try:
            fcntl.flock(os.open(file_name, flags, 0o644), fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            return False
        except OSError:
            continue  # next to the agent's own file then
    return True


def main() -> int:
    if "supervise" in sys.argv:
        supervise()
        return 0
    if "beat" in sys.argv:
        beat()
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    metadata_file = setting("METADATA_FILE", "/opt/ml/metadata/resource-metadata.json")
    try:
        app = read_app(metadata_file)
    except Unreadable as error:
        note(f"no agent without the name of the app: {metadata_file}: {error}")
        return CANNOT_WORK
    if not lock():
        note("another agent is at work here")
        return ANOTHER_AGENT
    try:
        Agent(app).live()
    except Exception as error:
        note(f"ends: {error!r}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
