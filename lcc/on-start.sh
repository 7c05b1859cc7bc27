#!/bin/bash
# Studio Reaper: leaves an agent in this app that reports how long it has been idle. Lets the app start whatever happens here.

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

# The agent: lcc/agent/__main__.py of the Studio Reaper repository, packed.
# shellcheck disable=SC2016
agent='@PACKED_AGENT@'

unpack='
import sys, zlib
n = 0
for c in sys.argv[1].encode():
    if c > 32:
        n = n * 93 + c - 33 - (c > 39)
sys.stdout.buffer.write(zlib.decompress(n.to_bytes(n.bit_length() + 7 >> 3, "big"), -15))'

log() {
  line="$(date -u +%Y-%m-%dT%H:%M:%SZ) studio-reaper agent: $*"
  { echo "$line" >>"$LOG_FILE"; } 2>/dev/null || echo "$line" >&2
}

start() {
  "$python" -I -S -c "$unpack" "$agent" >"$PYTHON_SCRIPT_FILE.new" &&
    mv -f "$PYTHON_SCRIPT_FILE.new" "$PYTHON_SCRIPT_FILE" && "$python" -I -S "$PYTHON_SCRIPT_FILE" supervise
}

for file in "$LOG_FILE" "$PYTHON_SCRIPT_FILE" "$STATE_FILE"; do mkdir -p "$(dirname "$file")" 2>/dev/null; done
python="$(command -v "$PYTHON_EXECUTABLE" || command -v python3)"
if [ -z "$python" ]; then
  log "no agent here: neither $PYTHON_EXECUTABLE nor python3 is there"
elif ! trouble="$(start 2>&1)"; then
  log "no agent here: ${trouble##*$'\n'}"
else
  log "supervised, run by $python"
fi
exit 0
