"""Leaves a shell behind that starts the agent again however it ends, off the caller's session and files."""

import os
import sys

import settings

# Exit codes after which the agent is not started again.
ANOTHER_AGENT, CANNOT_WORK = 3, 4

LOOP = f'while :; do "$0" -I -S "$1"; case $? in {ANOTHER_AGENT} | {CANNOT_WORK}) exit ;; esac; sleep 10; done'
MAX_FILES = 1 << 16


def main() -> int:
    if os.fork() == 0:
        os.setsid()
        null = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(null, stream)
        os.closerange(3, MAX_FILES)
        os.execvp("sh", ["sh", "-c", LOOP, sys.executable, settings.PROGRAM])
    return 0
