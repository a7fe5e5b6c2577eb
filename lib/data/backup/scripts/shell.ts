/**
 * What every script begins with: an error ends it, nothing it writes is for others, and a variable that is missing is named.
 *
 * @internal
 */
export const PRELUDE = `set -eu
umask 077
export LC_ALL=C
fail() { printf '%s\\n' "$1" >&2; exit 1; }
need() { for variable; do eval "[ -n \\"\\\${$variable:-}\\" ]" || fail "the variable $variable is not set"; done; }
# A signal ends the script as an error does: by what stands in the trap of EXIT.
trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM
`;

/** Decides what an answer to CHECK means: true, or a number of 1 or more. Anything else, and nothing at all, is no. @internal */
export const CHECKED = `checked() {
  case "$1" in
    t|true|True|TRUE) return 0 ;;
    ''|*[!0-9.]*|*.*.*) ;;
    *) case "\${1%%.*}" in *[1-9]*) return 0 ;; esac ;;
  esac
  fail "the check failed: asked '$CHECK', the answer is '$1', and not true"
}
`;

/** Puts a backslash before what would end a double-quoted value of a configuration file. @internal */
export const QUOTED = `quoted() { printf '"%s"' "$(printf '%s' "$1" | sed 's/[\\\\"]/\\\\&/g')"; }
`;

/**
 * A server that lives only as long as the script: in a folder of its own below SCRATCH_DIRECTORY, without a network address.
 * Whatever happens, it is ended and the folder removed; what it said is shown when it ended by itself.
 *
 * @internal
 */
export const SCRATCH_SERVER = `need SCRATCH_DIRECTORY
server="$SCRATCH_DIRECTORY/server"
pid=
done=
end() {
  code=$?
  trap - EXIT
  trap '' HUP INT TERM
  lives=
  if [ -n "$pid" ]; then
    if kill -KILL "$pid" 2>/dev/null; then lives=1; fi
    wait "$pid" 2>/dev/null || true
  fi
  if [ -z "$done" ]; then
    [ "$code" -ne 0 ] || code=1
    # What a server that still runs has said is not why the script ends.
    if [ -z "$lives" ] && [ -s "$server/log" ]; then echo 'the last words of the server:' >&2; tail -n 20 "$server/log" >&2; fi
  fi
  rm -rf "$server"
  exit "$code"
}
rm -rf "$server" # of an attempt that was killed
mkdir "$server"
trap end EXIT
# Waits while the server starts, as long as it lives: a large dump may take its time, and the job has a deadline.
until_it() { until "$@" >/dev/null 2>&1; do kill -0 "$pid" 2>/dev/null || fail 'the server of the drill ended by itself'; sleep 0.2 2>/dev/null || sleep 1; done; }
`;

/** Writes DUMP_FILE whole or not at all: under another name until it is complete. @internal */
export const UNFINISHED_DUMP = `need DUMP_FILE
unfinished="$DUMP_FILE.unfinished"
rm -f "$DUMP_FILE" "$unfinished"
trap 'rm -f "$unfinished"' EXIT
`;

/** Makes the finished dump visible. @internal */
export const FINISHED_DUMP = `[ -s "$unfinished" ] || fail 'the dump is empty'
mv "$unfinished" "$DUMP_FILE"
trap - EXIT
echo "dumped $(wc -c < "$DUMP_FILE") bytes"
`;
