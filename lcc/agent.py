"""Studio Reaper's agent: reports, through SSM Parameter Store, how long this Studio app has been idle.

The contract is docs/heartbeat.md. The resident process lives on a few small modules of the standard library (http.client or
urllib would bring in ssl and email and double its memory); the AWS calls run in a short-lived child, `agent.py beat`.
Every duration is measured on a clock that cannot jump. Where a fact is in doubt the app counts as in use.
lcc/build.ts packs this file into on-start.sh, without comments and annotations; all of it has to stay under 12 288 bytes.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib
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
    from collections.abc import Callable, Iterable
    from typing import Any, NoReturn

VERSION = "0.1.0"
ANOTHER_AGENT, CANNOT_WORK = 3, 4  # exit codes after which the agent is not started again
HTTP_SECONDS, HTTP_BYTES = 5, 4 << 20  # for a whole answer, however slowly it drips in
WRITE_SECONDS = 20
SAVE_SECONDS = 60
CLOSE_LOOK_SECONDS = 10  # between looks while an app is about to be stopped
FIRST_CADENCE_SECONDS = 15  # doubles until instructions are there, so that the first ones are soon heard


def setting(name: str, default: str) -> str:
    """A setting as on-start.sh passes it on; empty means default."""
    return os.environ.get(name) or default


STATE_FILE = setting("STATE_FILE", "/var/tmp/auto-stop-idle/auto_stop_idle.st")
LOG_FILE = setting("LOG_FILE", "/var/log/apps/app_container.log")


def log(text: str) -> None:
    line = f"{datetime.now(timezone.utc):%Y-%m-%dT%H:%M:%SZ} studio-reaper agent: {' '.join(text.split())[:400]}\n"
    for file_name in LOG_FILE, STATE_FILE + ".log", "/dev/stderr":
        try:
            with open(file_name, "a", encoding="utf-8") as file:
                file.write(line)
            return
        except OSError:
            continue


class Unreadable(Exception):
    """A source, a file or an answer that says nothing to rely on."""


class NotThere(Unreadable):
    """The server has no such thing, which is an answer too."""


# Time


class Moment:
    """One instant on two clocks: `now` never jumps and is the same in every process; `wall` is what stamps are written in."""

    def __init__(self, now: float, wall: float) -> None:
        self.now, self.wall = now, wall


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
        arn = str(metadata.get("ResourceArn")).split(":") + [""] * 5
        domain, owner, app_type, name = (arn[5].split("/") + [""] * 4)[1:5]
        space, profile = metadata.get("SpaceName"), metadata.get("UserProfileName")
        self.region = arn[3]
        self.path = "/".join(
            [
                str(metadata.get("DomainId") or domain),
                "user" if profile and not space else "space",  # an owner whom only the ARN names is a space
                str(space or profile or owner),
                str(metadata.get("AppType") or app_type),
                str(metadata.get("ResourceName") or name),
            ]
        )
        if not re.fullmatch(r"([\w.-]+/){4}[\w.-]+", self.path, re.ASCII):
            raise Unreadable(f"which app is this: {self.path}?")


def read_app(file_name: str) -> App:
    try:
        with open(file_name, encoding="utf-8") as file:
            return App(json.load(file))
    except (OSError, ValueError, AttributeError) as error:
        raise Unreadable(str(error)) from error


class Server:
    """The app's Jupyter server, asked without its taking that for activity."""

    def __init__(self, host: str, port: str, base: str) -> None:
        self.host, self.port, self.base = host.replace("0.0.0.0", "127.0.0.1"), int(port), base.strip("/")

    def get(self, what: str) -> list[dict[str, Any]]:
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
        raise (NotThere if status == "404" else Unreadable)(f"HTTP {status}")
    return body


# Processes


class Process:
    """What /proc/<pid>/stat says: the session, the terminal's number, and the start as an instant on the boot clock."""

    def __init__(self, pid: str) -> None:
        with open(f"/proc/{pid}/stat", "rb", 0) as file:
            head, _, tail = file.read().rpartition(b")")
        fields = tail.split()
        self.pid, self.name = int(pid), head.partition(b"(")[2].decode("utf-8", "replace")
        self.session, number = int(fields[3]), int(fields[4])
        major, minor = number >> 8 & 0xFFF, number & 0xFF | number >> 12 & 0xFFF00
        self.terminal = (major - 136) * 256 + minor if 136 <= major <= 143 else None
        self.started = int(fields[19]) / os.sysconf("SC_CLK_TCK")


def list_processes(words: bytes = b"") -> Iterable[Process]:
    """All processes, or those that have these words in their command line."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if words:
                with open(f"/proc/{pid}/cmdline", "rb", 0) as file:
                    if words not in file.read():
                        continue
            yield Process(pid)
        except OSError:
            continue  # it has ended


# Sources: where activity shows


class Trace:
    """The last stamp seen on one kernel or terminal, and the instant of the activity behind it."""

    def __init__(self, stamp: str, active: float, state: str = "", since: float | None = None) -> None:
        self.stamp, self.active, self.state, self.since = stamp, active, state, since


class Source:
    """One place where activity shows, with a memory that outlives kernels, terminals and the agent itself."""

    name = ""

    def __init__(self, start: Moment, server: Server) -> None:
        self.server, self.start, self.looked = server, start.now, start
        self.active = start.now
        self.frozen = False  # this server was seen to leave a stamp alone through a change of state
        self.traces: dict[str, Trace] = {}
        self.busy: dict[str, Any] | None = None
        self.connections: int | None = None

    def look(self, at: Moment) -> bool:
        """Look for activity; False where the source does not apply here. Raises Unreadable."""
        raise NotImplementedError

    def trace(self, key: str, stamp: object, stamped: float | None, at: Moment, coarseness: float = 0) -> Trace:
        """Activity shows as a change of the stamp, so that neither clock nor time zone can make it up or hide it."""
        before = self.traces.get(key)
        if before and before.stamp == str(stamp):
            return Trace(before.stamp, before.active)
        return Trace(str(stamp), at.now - self.age(stamped, at, coarseness))

    def age(self, stamped: float | None, at: Moment, coarseness: float) -> float:
        """Seconds since a new stamp's activity: no more than since the last look, and none where the clocks are in doubt."""
        elapsed = at.now - self.looked.now
        jump = at.wall - self.looked.wall - elapsed
        if stamped is None or abs(jump) > 1 + elapsed / 1000 or at.wall - stamped > elapsed + coarseness + 1:
            return 0
        return min(max(at.wall - stamped, 0), elapsed) - coarseness

    def remember(self, traces: dict[str, Trace], at: Moment, counted: Iterable[Trace]) -> None:
        self.active = max([self.active, *(trace.active for trace in counted)])
        self.traces, self.looked = traces, at

    def keep(self) -> dict[str, Any]:
        traces = {key: vars(trace) for key, trace in self.traces.items()}
        return {"active": self.active, "frozen": self.frozen, "traces": traces, "looked": vars(self.looked)}

    def recall(self, kept: dict[str, Any], now: float) -> None:
        self.frozen, self.looked = bool(kept["frozen"]), Moment(**kept["looked"])
        self.traces = {key: Trace(**trace) for key, trace in kept["traces"].items()}
        self.active = kept["active"]
        instants = [self.active, self.looked.now, self.looked.wall, *(trace.active for trace in self.traces.values())]
        instants += [trace.since for trace in self.traces.values() if trace.since is not None]
        if not all(0 <= instant < math.inf for instant in instants) or max(self.active, self.looked.now) > now + 10:
            raise ValueError("instants that cannot be")


class Kernels(Source):
    name = "kernels"

    def __init__(self, start: Moment, server: Server) -> None:
        super().__init__(start, server)
        self.processes: dict[str, Process] = {}

    def look(self, at: Moment) -> bool:
        self.connections = None
        kernels = self.server.get("kernels")
        if not all(isinstance(kernel.get(key), str) for kernel in kernels for key in ("id", "execution_state")):
            raise Unreadable("kernels: one without id or state")
        traces = {kernel["id"]: self.trace_kernel(kernel, at) for kernel in kernels}
        if self.traces.keys() - traces.keys():
            self.active = at.now  # what a kernel that is gone did since the last look, and who shut it down, is not known
        self.remember(traces, at, traces.values())
        counts = [kernel.get("connections") for kernel in kernels]
        self.connections = sum(counts) if all(type(count) is int for count in counts) else None  # type: ignore[arg-type]
        since = {key: trace.since for key, trace in traces.items() if trace.since is not None}
        self.busy = None
        if since:
            self.active = at.now
            longest = min(kernels, key=lambda kernel: since.get(kernel["id"], math.inf))
            self.busy = {"what": self.describe(longest, len(since) - 1), "for": int(at.now - since[longest["id"]])}
        return True

    def trace_kernel(self, kernel: dict[str, Any], at: Moment) -> Trace:
        key, stamp = kernel["id"], kernel.get("last_activity")
        before, trace = self.traces.get(key), self.trace(key, stamp, parse_stamp(stamp), at)
        trace.state = kernel["execution_state"]
        if before and before.stamp == trace.stamp and {before.state, trace.state} == {"idle", "busy"}:
            self.frozen = True
        # A kernel that never gets beyond starting, or is dead, does nothing. Any other state but idle is work, known or not.
        if trace.state not in ("idle", "starting", "dead") and not self.died(key, trace, at):
            trace.since = at.now if before is None or before.since is None else before.since
        return trace

    def died(self, key: str, trace: Trace, at: Moment) -> bool:
        """Whether the execution that made this kernel busy died with its process.

        Jupyter stamps a kernel as it turns busy, and before 2.15 shows one that was killed as busy for ever. A process younger
        than that stamp cannot be the one at work. Says nothing where stamps freeze or where no process of the kernel is seen.
        """
        try:
            found = self.processes[key]
            if Process(str(found.pid)).started != found.started:
                raise KeyError
        except (OSError, KeyError):  # not looked for yet, or ended
            try:
                self.processes[key] = found = min(list_processes(key.encode()), key=lambda process: process.started)
            except (OSError, ValueError):
                return False
        return not self.frozen and trace.active + 1 < found.started <= at.now + 1

    def describe(self, kernel: dict[str, Any], others: int) -> str:
        title = f"kernel {kernel['id'][:8]}"
        try:
            for session in self.server.get("sessions"):
                if session["kernel"]["id"] == kernel["id"]:
                    title = os.path.basename(session["path"])
        except (Unreadable, KeyError, TypeError):
            pass  # a name is only a courtesy
        what = f"{title} ({kernel.get('name')})" + (f" and {others} more" if others else "")
        # Parameter Store refuses doubled braces, and half a surrogate cannot be sent.
        return re.sub(r"[{}\x00-\x1f\x7f\ud800-\udfff]", "?", what)[:120]


SHELLS = {"ash", "bash", "csh", "dash", "fish", "ksh", "nu", "pwsh", "sh", "tcsh", "xonsh", "zsh"}
PTY_SECONDS = 8  # the system moves a terminal's times once in so many seconds


class Terminals(Source):
    """Activity on the terminals themselves: the API's own last_activity moves when a tab merely reconnects or resizes."""

    name = "terminals"
    enabled: bool | None = None

    def look(self, at: Moment) -> bool:
        if not os.path.exists("/proc/self/stat"):
            return self.look_through_server(at)
        traces, counted = {}, []
        for number, at_work in list_ptys().items():
            try:
                times = os.stat(f"/dev/pts/{number}")
            except OSError:
                continue
            typed, printed = f"{number} typed", f"{number} printed"
            before = self.traces.get(printed)
            traces[typed] = self.trace(typed, times.st_atime, times.st_atime, at, PTY_SECONDS)
            traces[printed] = self.trace(printed, times.st_mtime, times.st_mtime, at, PTY_SECONDS)
            traces[printed].state = "job" if at_work else ""
            counted.append(traces[typed])
            # Output counts where something else than the shell prints: a shell alone redraws for a tab that comes back.
            if at_work or (before and before.state):
                counted.append(traces[printed])
        self.remember(traces, at, counted)
        return bool(traces) or self.active > self.start or self.are_enabled()

    def are_enabled(self) -> bool:
        """Whether there could be terminals here at all, asked until it is known.

        404 is how a server says that it has none. Any other failure leaves the source as /proc shows it: nobody at a terminal.
        """
        if self.enabled is None:
            try:
                self.enabled = self.server.get("terminals") is not None
            except NotThere:
                self.enabled = False
            except Unreadable:
                return True
        return self.enabled

    def look_through_server(self, at: Moment) -> bool:
        """Where there is no /proc the server's word is all there is."""
        try:
            stamps = {str(one.get("name")): one.get("last_activity") for one in self.server.get("terminals")}
        except NotThere:
            return self.active > self.start
        traces = {name: self.trace(name, stamp, parse_stamp(stamp), at) for name, stamp in stamps.items()}
        self.remember(traces, at, traces.values())
        return True


def list_ptys() -> dict[int, bool]:
    """The terminals of this app's sessions, and whether something else than a shell runs there.

    A session whose leader is outside this process namespace has number 0 and belongs to whoever started the app.
    """
    ptys: dict[int, bool] = {}
    some = os.path.isdir("/dev/pts") and any(map(str.isdigit, os.listdir("/dev/pts")))
    for process in list_processes() if some else ():
        if process.terminal is not None and process.session > 0:
            at_work = process.pid != process.session or process.name not in SHELLS
            ptys[process.terminal] = ptys.get(process.terminal, False) or at_work
    return ptys


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
                source.recall(kept["sources"][source.name], at.now)
        return min(float(kept["start"]), at.now)

    def save(self, sources: list[Source], start: float, now: float) -> None:
        """Only where activity came in, and once a minute at most: a restart loses no more than that."""
        news = json.dumps([[source.active, *source.keep()["traces"].items()] for source in sources])
        if now < self.saved_at + SAVE_SECONDS or news == self.saved:
            return
        self.saved, self.saved_at = news, now
        try:
            with open(STATE_FILE + ".new", "w", encoding="utf-8") as file:
                json.dump({"owner": self.owner, "start": start, "sources": {one.name: one.keep() for one in sources}}, file)
            os.replace(STATE_FILE + ".new", STATE_FILE)
        except OSError as error:
            if not self.failed:
                log(f"memory cannot be kept, idle times would start anew with the agent: {error}")
            self.failed = True


def name_incarnation() -> list[Any]:
    """The boot, and the start of the container's first process, which lives as long as the container does."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return [file.read(), Process("1").started]
    except OSError:
        return []


# Heartbeats: what to say and when


class Instructions:
    """What the sweep would have the agent do. Raises ValueError: what is wrong is not followed."""

    def __init__(self, text: str) -> None:
        try:
            told = json.loads(text)
            self.sample, self.cadence, self.timeouts = told["sampleSeconds"], told["cadenceSeconds"], sorted(told["timeouts"])
            numbers = [self.sample, self.cadence, *self.timeouts]
            sound = told["v"] == 1 and all(type(number) is int and number > 0 for number in numbers)
        except (KeyError, TypeError, RecursionError) as error:
            raise ValueError(f"not instructions: {error}") from error
        if not (sound and self.sample <= 300 and 5 <= self.cadence <= 21600 and 1 <= len(self.timeouts) <= 16):
            raise ValueError("unknown version or out of bounds")


class Sample:
    """What one look at all sources found."""

    def __init__(self, now: float) -> None:
        self.now = now
        self.idle: dict[str, int | None] = {}
        self.active: dict[str, float] = {}
        self.busy: dict[str, Any] = {}
        self.connections: int | None = None


class Pace:
    """When to look and when to write. A write is dear, so each has its reason."""

    def __init__(self, random: Callable[[], float]) -> None:
        self.random = random
        self.instructions = Instructions('{"v":1,"sampleSeconds":60,"cadenceSeconds":900,"timeouts":[3600]}')
        self.ramp: float = FIRST_CADENCE_SECONDS
        self.word: Sample | None = None
        self.due = self.readable_again = -math.inf
        self.failures = 0

    def reason(self, sample: Sample) -> str | None:
        """Why to write now, if there is a reason."""
        if sample.now >= self.due:
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
            return "readable" if idle is not None and sample.now >= self.readable_again else None
        if said > self.instructions.sample and (idle is None or sample.active[name] > word.active[name]):
            return "unreadable" if idle is None else "resumed"
        return "crossed" if any(said < timeout <= (idle or 0) for timeout in self.instructions.timeouts) else None

    def lease(self) -> int:
        return math.ceil(float(self.instructions.cadence) * 1.25 + 30)

    def succeeded(self, sample: Sample) -> None:
        if self.word and None in self.word.idle.values():
            # A server that comes and goes must not cause a write each time.
            self.readable_again = sample.now + min(self.instructions.cadence, 300)
        self.word, self.failures = sample, 0
        self.plan(min(self.instructions.cadence, self.ramp))
        self.ramp *= 2

    def plan(self, cadence: float) -> None:
        if self.word:
            self.due = self.word.now + cadence * (0.9 + 0.1 * self.random())

    def failed(self, now: float) -> None:
        """Full jitter, so that a throttled fleet does not come back at once; the longer the cadence, the more patient."""
        self.failures += 1
        self.due = now + self.random() * min(max(60, self.instructions.cadence / 4), 2 ** min(self.failures, 20))

    def follow(self, told: Instructions) -> None:
        """At once; only a longer cadence waits for the word that promises it."""
        if self.ramp < math.inf or told.cadence < self.instructions.cadence:
            self.plan(min(told.cadence, self.instructions.cadence))
        self.instructions, self.ramp = told, math.inf

    def next_look(self, sample: Sample) -> float:
        """The instant of the next look: soon while an app is about to be stopped, and right at the next crossing."""
        idle = [sample.now - sample.active[name] for name, seconds in sample.idle.items() if seconds is not None]
        timeouts: list[int] = self.instructions.timeouts
        step: int = self.instructions.sample
        near = any(timeout - 120 <= seconds <= timeout + 600 for seconds in idle for timeout in timeouts)
        # A server that is not up yet, or again, is asked soon.
        if near or None in sample.idle.values() or (idle and min(idle) > timeouts[0]):
            step = min(step, CLOSE_LOOK_SECONDS)
        crossings = (timeout - seconds for seconds in idle for timeout in timeouts if timeout > seconds)
        return min(self.due, sample.now + min([step, *crossings]))


# The write, in a short-lived child


def call_ssm() -> Callable[[str, dict[str, Any]], Any]:
    """A way to call SSM: botocore (boto3 on top would only cost time), or the AWS CLI in an image without it."""
    try:
        client = importlib.import_module("botocore.session").Session().create_client("ssm")
        return lambda operation, parameters: getattr(client, operation.replace("-", "_"))(**parameters)
    except Exception as error:  # whatever a user's own packages may do to it
        broken = repr(error)

    def call(operation: str, parameters: dict[str, Any]) -> Any:
        command = ["aws", "ssm", operation, "--output", "json", "--cli-input-json", json.dumps(parameters)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=WRITE_SECONDS / 2, check=False)
        except OSError as error:
            raise OSError(f"no boto3 ({broken}) and no AWS CLI ({error})") from error
        if done.returncode:
            raise RuntimeError(done.stderr.decode())
        return json.loads(done.stdout)

    return call


def name_error(error: Exception) -> str:
    code = re.search(r"\((\w+)\) when calling", str(error))
    return code.group(1) if code else type(error).__name__


def beat() -> None:
    """Write the heartbeat given on standard input, then read the instructions: a line of JSON on the outcome of each."""
    signal.alarm(WRITE_SECONDS)
    order = json.load(sys.stdin)
    try:
        call = call_ssm()
        call("put-parameter", {**order["heartbeat"], "Type": "String", "Tier": "Standard", "Overwrite": True})
    except Exception as error:
        return print(json.dumps({"code": name_error(error), "error": str(error)}))
    print('{"error": ""}', flush=True)
    try:
        print(json.dumps({"instructions": call("get-parameter", order["instructions"])["Parameter"]["Value"]}))
    except Exception as error:
        if name_error(error) != "ParameterNotFound":  # not there yet is no trouble
            print(json.dumps({"unheard": name_error(error)}))


def run_beat(order: dict[str, Any], region: str) -> dict[str, str]:
    """What came of it: `error` (empty on success) with its `code`, then `instructions` or why they were `unheard`."""
    region = setting("AWS_REGION", setting("AWS_DEFAULT_REGION", region))
    environment = {**os.environ, "AWS_DEFAULT_REGION": region, "AWS_RETRY_MODE": "standard", "AWS_MAX_ATTEMPTS": "3", "AWS_PAGER": ""}
    outcome = {"code": "Timeout", "error": f"no answer within {WRITE_SECONDS} s"}
    try:
        done = subprocess.run(
            [sys.executable, __file__, "beat"],
            input=json.dumps(order).encode(),
            capture_output=True,
            env=environment,
            timeout=WRITE_SECONDS + 5,
            check=False,
        )
        for line in done.stdout.splitlines():
            outcome.update(json.loads(line))
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        outcome["error"] = str(error)
    return outcome


# The agent


class Agent:
    """Looks, decides whether to write, writes, and remembers."""

    def __init__(self, app: App) -> None:
        prefix = setting("PARAMETER_PREFIX", "/studio-reaper").rstrip("/")
        self.parameter, self.instructions, self.region = f"{prefix}/heartbeats/{app.path}", f"{prefix}/instructions", app.region
        self.state = State(app)
        self.pace = Pace(lambda: int.from_bytes(os.urandom(4), "big") / 2**32)
        self.troubles: dict[str, set[str]] = {}
        self.recall(read_clock())

    def recall(self, at: Moment) -> None:
        self.start, self.sources = at.now, make_sources(at)
        try:
            self.start = self.state.recall(self.sources, at)
        except FileNotFoundError:
            pass
        except Exception as error:  # whatever may be in that file
            log(f"memory of before is unusable, idle times start now: {error!r}")
            self.sources = make_sources(at)  # the former may have recalled a part

    def run(self) -> NoReturn:
        log(f"version {VERSION}, process {os.getpid()}, writes {self.parameter}")
        try:
            while True:
                sample = self.look(read_clock())
                if self.pace.reason(sample):
                    self.write(sample)
                now = read_clock().now
                self.state.save(self.sources, self.start, now)
                time.sleep(max(self.pace.next_look(sample) - now, 0.02))
        finally:
            self.state.save(self.sources, self.start, math.inf)

    def look(self, at: Moment) -> Sample:
        sample = Sample(at.now)
        for source in self.sources:
            try:
                if source.look(at):
                    sample.idle[source.name] = max(int(at.now - source.active), 0)
                self.tell(source.name, "can be read again")
            except Exception as error:  # whatever it is, this source is unknown and the others still speak
                source.busy, sample.idle[source.name] = None, None
                self.tell(source.name, f"cannot be read, the app counts as in use: {error}", "unreadable")
            sample.active[source.name] = source.active
            if source.busy:
                sample.busy[source.name] = source.busy
        sample.connections = self.sources[0].connections
        return sample

    def tell(self, subject: str, text: str, trouble: str = "") -> None:
        """Log a trouble once when it begins, and once when all of them on its subject are over."""
        known = self.troubles.setdefault(subject, set())
        if trouble not in known if trouble else known:
            log(f"{subject} {text}")
        if trouble:
            known.add(trouble)
        else:
            known.clear()

    def describe(self, sample: Sample) -> str:
        word = {"v": 1, "agent": VERSION, "up": int(sample.now - self.start), "sampleEvery": self.pace.instructions.sample}
        word.update(renewIn=self.pace.lease(), idle=sample.idle, busy=sample.busy, connections=sample.connections)
        return json.dumps(word, separators=(",", ":"), ensure_ascii=False)

    def write(self, sample: Sample) -> None:
        heartbeat = {"Name": self.parameter, "Value": self.describe(sample)}
        outcome = run_beat({"heartbeat": heartbeat, "instructions": {"Name": self.instructions}}, self.region)
        if outcome["error"]:
            self.tell("heartbeats", f"cannot be written, trying on: {outcome['code']}: {outcome['error']}", outcome["code"])
            return self.pace.failed(read_clock().now)
        self.tell("heartbeats", "are written again")
        self.pace.succeeded(sample)
        self.obey(outcome.get("instructions"), outcome.get("unheard"))

    def obey(self, text: str | None, unheard: str | None) -> None:
        try:
            if unheard:
                raise ValueError(unheard)
            told = Instructions(text) if text is not None else None
        except ValueError as error:
            return self.tell("instructions", f"cannot be followed, going on with the former: {error}", "wrong")
        self.tell("instructions", "can be followed again")
        if told:
            if vars(told) != vars(self.pace.instructions):
                log(f"instructions: look every {told.sample} s, write every {told.cadence} s, timeouts {told.timeouts}")
            self.pace.follow(told)


def make_sources(at: Moment) -> list[Source]:
    server = Server(setting("JL_HOSTNAME", "0.0.0.0"), setting("JL_PORT", "8888"), setting("JL_BASE_URL", "/jupyterlab/default/"))
    return [Kernels(at, server), Terminals(at, server)]


# Its life


def supervise() -> None:
    """Leave a shell behind, off the caller's session and files, that starts the agent again however it ends.

    The pause before that grows from 1 to 60 seconds; after a long life it is short again.
    """
    loop = f"""pause=1
while :; do
  began=$(date +%s)
  "$0" -I -S "$1"
  case $? in {ANOTHER_AGENT} | {CANNOT_WORK}) exit ;; esac
  [ $(($(date +%s) - began)) -lt 600 ] || pause=1
  sleep $pause
  pause=$((pause < 30 ? pause * 2 : 60))
done"""
    with contextlib.suppress(OSError):  # the agent will say so
        os.makedirs(os.path.dirname(os.path.abspath(STATE_FILE)), exist_ok=True)
    if os.fork() == 0:
        os.setsid()
        null = os.open("/dev/null", os.O_RDWR)
        for stream in range(3):
            os.dup2(null, stream)
        os.closerange(3, 1 << 16)
        os.execvp("sh", ["sh", "-c", loop, sys.executable, os.path.abspath(__file__)])


def lock() -> bool:
    """Take the lock that only one agent of the app can hold, for as long as this process lives."""
    for file_name, flags in (STATE_FILE + ".lock", os.O_CREAT), (os.path.dirname(__file__) or ".", 0):
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
        log(f"nothing can be said of an app without its name, this ends: {metadata_file}: {error}")
        return CANNOT_WORK
    if not lock():
        log("another agent is at work in this app, this one ends")
        return ANOTHER_AGENT
    try:
        Agent(app).run()
    except Exception as error:
        log(f"ends: {error!r}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
