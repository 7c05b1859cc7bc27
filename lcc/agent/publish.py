"""Publishes a heartbeat and reads what the sweep says, through a short-lived child process.

So the SDK's memory is never the resident process's. The child trusts nothing of the user's: no ~/.aws, no profile, no
variable of a shell. Its environment is what the container provides, with what the lifecycle script was given by name.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

WRITE_SECONDS = 20
EXIT_SECONDS = 5  # in which the child ends by itself once its time is up

FROM_THE_CONTAINER = (
    "PATH LANG LD_LIBRARY_PATH HTTPS_PROXY https_proxy NO_PROXY no_proxy"
    " AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_CONTAINER_CREDENTIALS_FULL_URI"
    " AWS_CONTAINER_AUTHORIZATION_TOKEN AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
).split()

# What an admin or a test may set for the lifecycle script, and what botocore and the AWS CLI call it.
GIVEN_BY_NAME = {
    "SSM_ENDPOINT_URL": "AWS_ENDPOINT_URL_SSM",
    "SSM_ACCESS_KEY_ID": "AWS_ACCESS_KEY_ID",
    "SSM_SECRET_ACCESS_KEY": "AWS_SECRET_ACCESS_KEY",
    "SSM_SESSION_TOKEN": "AWS_SESSION_TOKEN",
    "SSM_CA_BUNDLE": "AWS_CA_BUNDLE",
}

FIXED = {
    "HOME": "/nonexistent",  # where the user's ~/.aws is not
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",  # the instance below the container has credentials that are not the app's
    "AWS_RETRY_MODE": "standard",
    "AWS_MAX_ATTEMPTS": "3",
    "AWS_PAGER": "",
}


def publish(heartbeat: dict[str, str] | None, parameters: dict[str, str], region: str) -> dict[str, str]:
    """Write the heartbeat ({Name, Value}), if there is one, then read the parameters: their names by what they hold.

    Returns what came of it: `code` (empty on success) with its `error`; then for each of the parameters, by what it
    holds, its text, or as `<what>Error` why it could not be read, or neither where there is no such parameter.
    """
    order = {"heartbeat": heartbeat, "parameters": parameters, "seconds": WRITE_SECONDS}
    try:
        # Without -S, unlike the resident process: the SDK is in the interpreter's site-packages.
        child = subprocess.run(
            [sys.executable, "-I", settings.PROGRAM, "write"],
            input=json.dumps(order).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(os.environ, region),
            timeout=WRITE_SECONDS + EXIT_SECONDS,
            check=True,
        )
        outcome: dict[str, str] = json.loads(child.stdout)
        return outcome
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        return {"code": type(error).__name__, "error": f"no answer within {WRITE_SECONDS} s: {error}"}


def child_environment(ours: Any, region: str) -> dict[str, str]:
    """The whole environment of the child, from ours; the app's own region goes before what the container says."""
    region = region or ours.get("AWS_REGION") or ours.get("AWS_DEFAULT_REGION") or ""
    return {
        **{name: ours[name] for name in FROM_THE_CONTAINER if name in ours},
        **{theirs: ours[name] for name, theirs in GIVEN_BY_NAME.items() if ours.get(name)},
        **({"AWS_REGION": region, "AWS_DEFAULT_REGION": region} if region else {}),
        **FIXED,
    }
