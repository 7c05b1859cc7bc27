#!/bin/bash
# The first process of an app: runs the lifecycle configurations, then the server, and ends with the Studio.
# Standard input is a pipe that only the Studio holds: when it closes, or the Studio dies in whatever way, everything ends.
# Standard output tells the Studio what happened.
# usage: app-init.sh <namespace|group> <folder> <server command...>
isolation=$1 folder=$2
shift 2

start() {
  cd "$HOME" || return
  for script in "$folder"/lifecycle/*.sh; do
    [ -e "$script" ] || continue
    bash "$script" >>"$folder/LifecycleConfigOnStart" 2>&1 || { echo "lifecycle-failed $?"; return; }
  done
  "$@" >>"$folder/server.log" 2>&1 &
  echo "server $!"
  # Its end is told, and ends nothing: the agent and the rest of the app live on, as in a real one.
  wait $!
  echo "server-ended $?"
}

descendants() {
  for child in $(pgrep -P "$1"); do
    echo "$child"
    descendants "$child"
  done
}

# Without a namespace, a process that left the family (nohup, setsid) is known by its environment, where that can be read.
members() {
  descendants $$
  for environ in /proc/[0-9]*/environ; do
    pid=${environ//[!0-9]/}
    [ "$pid" != $$ ] && grep -qsazx "STUDIO_APP_FOLDER=$folder" "$environ" && echo "$pid"
  done
}

end_group() {
  for _ in 1 2 3 4 5; do
    # shellcheck disable=SC2046 # one process id a word
    kill -KILL $(members) 2>/dev/null || break
  done
  kill -KILL 0
}

start "$@" </dev/null &
read -r _
# In a namespace the end of its first process ends all others.
[ "$isolation" = group ] && end_group
exit 0
