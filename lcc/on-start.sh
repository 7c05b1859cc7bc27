#!/bin/bash
# Studio Reaper, lifecycle configuration. Leaves a small supervised agent in this app that reports how long the app has been idle.
# It downloads nothing, needs no root and no cron, is back at once, and lets the app start whatever happens here.

# Settings; the environment may set them too.
export JL_HOSTNAME="${JL_HOSTNAME:-0.0.0.0}"
export JL_PORT="${JL_PORT:-8888}"
export JL_BASE_URL="${JL_BASE_URL:-/jupyterlab/default/}"
export PYTHON_EXECUTABLE="${PYTHON_EXECUTABLE:-/opt/conda/bin/python}"
export PYTHON_SCRIPT_FILE="${PYTHON_SCRIPT_FILE:-/var/tmp/auto-stop-idle/agent.py}"
export LOG_FILE="${LOG_FILE:-/var/log/apps/app_container.log}"
export STATE_FILE="${STATE_FILE:-/var/tmp/auto-stop-idle/auto_stop_idle.st}"
export METADATA_FILE="${METADATA_FILE:-/opt/ml/metadata/resource-metadata.json}"
export PARAMETER_PREFIX="${PARAMETER_PREFIX:-/studio-reaper}"

# The agent, packed because a lifecycle configuration has 12 288 bytes. The source is lcc/agent.py in the Studio Reaper
# repository; what runs is unpacked to PYTHON_SCRIPT_FILE, without comments.
# shellcheck disable=SC2016
agent='@PACKED_AGENT@'

unpack='
import base64, os, sys, zlib
file = os.environ["PYTHON_SCRIPT_FILE"]
os.makedirs(os.path.dirname(os.path.abspath(file)), exist_ok=True)
with open(file + ".new", "wb") as new:
    new.write(zlib.decompress(base64.b85decode("".join(sys.argv[1].split()))))
os.replace(file + ".new", file)'

log() {
  line="$(date -u +%Y-%m-%dT%H:%M:%SZ) studio-reaper agent: $*"
  { echo "$line" >>"$LOG_FILE"; } 2>/dev/null || echo "$line" >&2
}

mkdir -p "$(dirname "$LOG_FILE")" 2>/dev/null
python="$(command -v "$PYTHON_EXECUTABLE" || command -v python3)"
if [ -z "$python" ]; then
  log "no agent here: neither $PYTHON_EXECUTABLE nor python3 is there"
elif ! trouble="$("$python" -I -S -c "$unpack" "$agent" 2>&1 && "$python" -I -S "$PYTHON_SCRIPT_FILE" supervise 2>&1)"; then
  log "no agent here: ${trouble##*$'\n'}"
else
  log "supervised, run by $python"
fi
exit 0
