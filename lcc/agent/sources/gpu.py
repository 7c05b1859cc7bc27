"""The busiest of all GPUs, by nvidia-smi, where there is any."""

from __future__ import annotations

import subprocess

from clock import ClockReading
from errors import Unreadable
from sources.base import Source

NVIDIA_SMI = ["nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits"]
NVIDIA_SMI_SECONDS = 5
# No device, no driver, no library: an image for GPUs on an instance without.
NO_GPU_EXIT_CODES = (6, 9, 12)


class Gpu(Source):
    name = "gpu"
    has_no_tool = False
    query: subprocess.Popen[bytes] | None = None

    def look(self, now: ClockReading) -> bool:
        if self.has_no_tool:
            return False
        try:
            exit_code, answer = self.ask_nvidia_smi()
        except FileNotFoundError:
            self.has_no_tool = True
            return False
        if exit_code in NO_GPU_EXIT_CODES:
            return False
        if exit_code:
            raise Unreadable(f"nvidia-smi exits with {exit_code}")
        said = [*filter(None, map(utilization, answer.splitlines()))]
        if not said:  # none of them says, as with MIG: kernels and CPU time tell
            return False
        busiest = max(map(float, said)) / 100
        if busiest > self.context.instructions.gpu_threshold:
            self.set_busy(f"a GPU is used to {busiest:.0%}", now)
        self.remember({}, now, ())
        return True

    def ask_nvidia_smi(self) -> tuple[int, str]:
        """Its exit code and its output. One that hangs in the driver cannot even be killed: it is never doubled."""
        if self.query is None:
            self.query = subprocess.Popen(
                NVIDIA_SMI, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        try:
            exit_code = self.query.wait(NVIDIA_SMI_SECONDS)
        except subprocess.TimeoutExpired as error:
            self.query.kill()
            raise Unreadable("nvidia-smi hangs") from error
        answer, self.query = self.query.communicate()[0].decode("utf-8", "replace"), None
        return exit_code, answer


def utilization(line: str) -> str:
    """What one GPU says, empty where it does not say: `[N/A]`, `[Not Supported]`, `[Unknown Error]`, an empty line."""
    text = line.strip()
    return "" if text.startswith("[") else text
