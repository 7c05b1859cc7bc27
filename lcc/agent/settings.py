"""The agent's settings, as on-start.sh passes them on in the environment. An empty variable means the default."""

import os
import sys


def setting(name: str, default: str) -> str:
    return os.environ.get(name) or default


# What Python was given to run: the archive in an app, the package's folder in a test.
PROGRAM = os.path.abspath(sys.argv[0])
AGENT_SHA256 = setting("AGENT_SHA256", "")  # the archive's hash, by which versions of the agent are told apart
AGENT_FOLDER = setting("AGENT_FOLDER", "/var/tmp/studio-reaper")  # everything of ours in an app lies here
AGENT_COMMAND_FOLDER = setting("AGENT_COMMAND_FOLDER", "")  # where terminals find keep-alive; by default beside python
AGENT_JUPYTER_FOLDER = setting("AGENT_JUPYTER_FOLDER", "")  # a Jupyter data folder for ours; by default the server's
STATE_FILE = setting("STATE_FILE", f"{AGENT_FOLDER}/state.json")
LOG_FILE = setting("LOG_FILE", "/var/log/apps/app_container.log")
METADATA_FILE = setting("METADATA_FILE", "/opt/ml/metadata/resource-metadata.json")
EDITOR_FILE = setting("EDITOR_FILE", "/tmp/.sagemaker-last-active-timestamp")
PARAMETER_PREFIX = setting("PARAMETER_PREFIX", "/studio-reaper").rstrip("/")
JL_HOSTNAME = setting("JL_HOSTNAME", "0.0.0.0")
JL_PORT = setting("JL_PORT", "8888")
JL_BASE_URL = setting("JL_BASE_URL", "/jupyterlab/default/")
