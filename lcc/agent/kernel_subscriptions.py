"""The subscriptions to the messages of all kernels of the app."""

from __future__ import annotations

import socket

from kernel_messages import KernelMessages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from processes import Process

MAX_SUBSCRIPTIONS = 200
PATIENCE = 3  # how many kernels that do not answer are waited for at one look
MAX_FAILURES = 3  # a kernel that starts may still be writing its connection file


class Subscription:
    """One to a kernel's process, by its start; `messages` is None while there is no connection."""

    def __init__(self, process_started: float) -> None:
        self.process_started = process_started
        self.messages: KernelMessages | None = None
        self.failures = 0  # how often what it said, or its connection file, made no sense

    def close(self) -> None:
        if self.messages:
            self.messages.close()
        self.messages = None


class KernelSubscriptions:
    def __init__(self) -> None:
        self.by_kernel: dict[str, Subscription] = {}
        self.patience = PATIENCE

    def read(self, kernels: dict[str, Process]) -> None:
        """Take what IPython kernels have published since the last look, and subscribe to those that are new."""
        for key, subscription in list(self.by_kernel.items()):
            process = kernels.get(key)
            if process is None or process.create_time != subscription.process_started:
                subscription.close()
                del self.by_kernel[key]
        self.patience = PATIENCE
        for key, process in kernels.items():
            if process.is_ipython_kernel and (key in self.by_kernel or len(self.by_kernel) < MAX_SUBSCRIPTIONS):
                self.read_kernel(process, self.by_kernel.setdefault(key, Subscription(process.create_time)))

    def read_kernel(self, process: Process, subscription: Subscription) -> None:
        try:
            if subscription.messages:
                subscription.messages.read()
            elif subscription.failures < MAX_FAILURES and self.patience:
                subscription.messages = KernelMessages(process.cmdline)
        except socket.timeout:
            self.patience -= 1  # it has been stopped, or is held up
        except (ValueError, RecursionError):
            subscription.close()
            subscription.failures += 1
        except OSError:
            subscription.close()  # tried again at the next look

    def complete_since(self, process_started: float, key: str) -> KernelMessages | None:
        """The messages of a kernel whose process was the same at the last look, where none was missed since."""
        subscription = self.by_kernel.get(key)
        if subscription is None or subscription.process_started != process_started:
            return None
        return subscription.messages if subscription.messages and subscription.messages.ready else None
