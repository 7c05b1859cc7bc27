"""Stands in for an idle IPython kernel: its threads, its event loop, its IOPUB socket and a child, and little memory.

Started as a kernel is: python -m ipykernel_launcher -f FILE. Writes the connection file itself.
"""

import json
import os
import select
import socket
import sys
import threading

THREADS = 12  # beside the main thread, as ipykernel has them
GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
READY = b"\x04\x19\x05READY\x0bSocket-Type\0\0\0\x03PUB"
SUBSCRIBERS = []


def publish(listener: socket.socket) -> None:
    while True:
        subscriber, _ = listener.accept()
        subscriber.sendall(GREETING + READY)
        SUBSCRIBERS.append(subscriber)


def main() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump({"transport": "tcp", "ip": "127.0.0.1", "iopub_port": listener.getsockname()[1]}, file)
    os.spawnvp(os.P_NOWAIT, "sleep", ["sleep", "3600"])
    threading.stack_size(1 << 16)
    for _ in range(THREADS - 1):
        threading.Thread(target=threading.Event().wait).start()
    threading.Thread(target=publish, args=(listener,)).start()
    loop, (woken, _waker) = select.epoll(), socket.socketpair()
    loop.register(woken, select.EPOLLIN)
    loop.poll()


main()
