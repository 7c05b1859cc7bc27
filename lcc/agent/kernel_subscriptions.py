"""The subscriptions to the messages of all kernels of the app."""

from __future__ import annotations

import socket

from kernel_messages import KernelMessages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from processes import Process

MAX_SUBSCRIPTIONS = 200
PATIENCE = 3  # how many kernels that do not answer are waited for at one look


class KernelSubscriptions:
    def __init__(self) -> None:
        # By the kernel's key: when its process started, and its messages; None where it can have no subscriber.
        self.by_kernel: dict[str, tuple[float, KernelMessages | None]] = {}
        self.patience = PATIENCE

    def read(self, kernels: dict[str, Process]) -> None:
        """Take what IPython kernels have published since the last look, and subscribe to those that are new."""
        for key in list(self.by_kernel):
            process = kernels.get(key)
            if process is None or process.create_time != self.by_kernel[key][0]:
                self.close(key)
        self.patience = PATIENCE
        for key, process in kernels.items():
            if process.is_ipython_kernel:
                self.read_kernel(key, process)

    def read_kernel(self, key: str, process: Process) -> None:
        try:
            if key in self.by_kernel:
                messages = self.by_kernel[key][1]
                if messages:
                    messages.read()
            elif len(self.by_kernel) < MAX_SUBSCRIPTIONS and self.patience:
                self.by_kernel[key] = process.create_time, KernelMessages(process.cmdline)
        except socket.timeout:
            self.patience -= 1  # it has been stopped, or is held up
        except (ValueError, RecursionError):
            self.close(key)
            self.by_kernel[key] = process.create_time, None
        except OSError:
            self.close(key)  # tried again at the next look

    def complete_since(self, process_started: float, key: str) -> KernelMessages | None:
        """The messages of a kernel whose process was the same at the last look, where none was missed since."""
        started, messages = self.by_kernel.get(key, (0, None))
        return messages if messages and messages.ready and started == process_started else None

    def close(self, key: str) -> None:
        _, messages = self.by_kernel.pop(key, (0, None))
        if messages:
            messages.close()
