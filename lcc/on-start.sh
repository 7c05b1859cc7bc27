#!/bin/bash
# Studio Reaper: leaves an agent in this app that reports to SSM Parameter Store how long the app has been idle.
# The app starts whatever happens here: the script returns at once, always with 0, and works in the background, without
# root. It fetches one thing, the agent, from Parameter Store, and runs it only if it has this SHA-256:
AGENT_SHA256=@AGENT_SHA256@

# Settings, which the environment may set, and with them EDITOR_FILE, SSM_ENDPOINT_URL, SSM_CA_BUNDLE,
# SSM_ACCESS_KEY_ID, SSM_SECRET_ACCESS_KEY and SSM_SESSION_TOKEN.
JL_HOSTNAME="${JL_HOSTNAME:-0.0.0.0}"
JL_PORT="${JL_PORT:-8888}"
JL_BASE_URL="${JL_BASE_URL:-/jupyterlab/default/}"
PYTHON_EXECUTABLE="${PYTHON_EXECUTABLE:-/opt/conda/bin/python}"
AGENT_FOLDER="${AGENT_FOLDER:-/var/tmp/studio-reaper}"
STATE_FILE="${STATE_FILE:-$AGENT_FOLDER/state.json}"
LOG_FILE="${LOG_FILE:-/var/log/apps/app_container.log}"
METADATA_FILE="${METADATA_FILE:-/opt/ml/metadata/resource-metadata.json}"
PARAMETER_PREFIX="${PARAMETER_PREFIX:-/studio-reaper}"

# All that the agent gets of the environment: the user's own profiles and keys must not reach it.
agent_env=()
for name in "${!AGENT_@}" "${!JL_@}" "${!SSM_@}" "${!AWS_CONTAINER_@}" STATE_FILE LOG_FILE METADATA_FILE EDITOR_FILE \
  PARAMETER_PREFIX AWS_REGION AWS_DEFAULT_REGION HTTPS_PROXY https_proxy NO_PROXY no_proxy \
  PATH HOME LANG TZ LD_LIBRARY_PATH; do
  [ -z "${!name:-}" ] || agent_env+=("$name=${!name}")
done
fetch_env=("${agent_env[@]}" "HOME=$AGENT_FOLDER" AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
  AWS_EC2_METADATA_DISABLED=true AWS_MAX_ATTEMPTS=2)

archive="$AGENT_FOLDER/agent-${AGENT_SHA256:0:16}.zip"
fetch='
import base64, hashlib, json, lzma, os, subprocess, sys
env, archive = os.environ, sys.argv[1]
env.update(("AWS" + name[3:], value) for name, value in list(env.items()) if name.startswith("SSM_"))
path = env["PARAMETER_PREFIX"].rstrip("/") + "/agent/" + env["AGENT_SHA256"][:16]
with open(env["METADATA_FILE"]) as file:
    arn = json.load(file).get("ResourceArn") or ":::"
region = arn.split(":")[3] or env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION")
try:
    from botocore.session import Session
    ssm = Session().create_client("ssm", region, endpoint_url=env.get("SSM_ENDPOINT_URL"))
    found = ssm.get_paginator("get_parameters_by_path").paginate(Path=path).build_full_result()
except ImportError:
    command = ["aws", "ssm", "get-parameters-by-path", "--output=json", "--path", path]
    found = json.loads(subprocess.check_output(command + ["--region", region] * bool(region)))
pieces = sorted((piece["Name"], piece["Value"]) for piece in found["Parameters"])
packed = b"".join(base64.b64decode(value) for _, value in pieces)
if hashlib.sha256(packed).hexdigest() != env["AGENT_SHA256"]:
    sys.exit(f"the {len(pieces)} parameters below {path} are not the agent of this script")
with open(f"{archive}.{os.getpid()}", "wb") as file:
    file.write(lzma.decompress(packed))
os.replace(file.name, archive)'

log() { echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) studio-reaper agent: $*" >>"$LOG_FILE"; }

# Tries on, after five minutes at most, until it has the agent, and leaves it behind, supervised.
run_agent() {
  trap "" HUP
  last="" limit=2
  until trouble="$(env -i "${fetch_env[@]}" "$python" -I -c "$fetch" "$archive" 2>&1)"; do
    trouble="${trouble##*$'\n'}"
    [ "$trouble" = "$last" ] || log "the agent cannot be fetched, trying on: $trouble"
    last="$trouble"
    sleep "$((RANDOM % limit + 1))"
    limit="$((limit < 150 ? limit * 2 : 300))"
  done
  trouble="$(env -i "${agent_env[@]}" "$python" -I -S "$archive" supervise 2>&1)" || log "no agent here: $trouble"
}

mkdir -p "$AGENT_FOLDER" "$(dirname "$LOG_FILE")" "$(dirname "$STATE_FILE")" 2>/dev/null
if python="$(command -v "$PYTHON_EXECUTABLE" || command -v python3)"; then
  run_agent </dev/null >/dev/null 2>&1 &
else
  log "no agent here: neither $PYTHON_EXECUTABLE nor python3 is there" 2>/dev/null
fi
exit 0
