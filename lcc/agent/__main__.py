"""Studio Reaper's agent: reports, through SSM Parameter Store, how long this Studio app has been idle.

The contract is docs/heartbeat.md. Run as `python -I -S <the archive of this folder> [mode]`, by on-start.sh. Each mode
imports only what it needs: the resident process lives on a few small modules of the standard library, and the SDK's
memory is a short-lived child's. Every duration is measured on a clock that cannot jump. Where a fact is in doubt the
app counts as in use.
"""

import importlib
import sys

MODULES = {
    "": "live",  # look and write, until the end of the app
    "supervise": "supervise",  # leave a supervised agent behind
    "write": "write_child",  # call SSM once
    "keep-alive": "keep_alive_command",  # the user's command
}

if __name__ == "__main__":
    mode = sys.argv[1] if len(sys.argv) > 1 else ""
    sys.exit(importlib.import_module(MODULES[mode]).main())
