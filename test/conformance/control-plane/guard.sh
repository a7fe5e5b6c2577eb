#!/bin/sh
# guard.sh DIRECTORY: the net under the suite, for the one end that it cannot act on, a SIGKILL. Reads "+ PID" and "- PID" lines
# for the processes that run on the suite's behalf, each the head of a group of its own. The pipe closes when the suite has ended,
# however it ended: what is still listed then is killed, and the directory removed. A suite that ends in order leaves nothing listed.
trap '' INT TERM HUP
pids=''
while read -r sign pid; do
  case $sign in
    +) pids="$pids $pid" ;;
    -) rest=''; for one in $pids; do [ "$one" = "$pid" ] || rest="$rest $one"; done; pids=$rest ;;
  esac
done
for pid in $pids; do kill -s KILL -- "-$pid" 2>/dev/null; done
tries=0
while ! rm -rf "$1" 2>/dev/null && [ $tries -lt 50 ]; do
  sleep 0.1
  tries=$((tries + 1))
done
