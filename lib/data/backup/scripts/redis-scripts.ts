import { CHECKED, FINISHED_DUMP, PRELUDE, SCRATCH_SERVER, UNFINISHED_DUMP } from './shell';
import type { EngineScripts } from '../../engines/engine';

const LIVE = `need DATABASE_HOST DATABASE_PORT DATABASE_PASSWORD
export REDISCLI_AUTH="$DATABASE_PASSWORD"
`;

/** The tool writes what a replica would get. The end of the file is a checksum over all of it. */
const DUMP = `${PRELUDE}${LIVE}${UNFINISHED_DUMP}
redis-cli --no-auth-warning -h "$DATABASE_HOST" -p "$DATABASE_PORT" --rdb "$unfinished" >&2
redis-check-rdb "$unfinished" > /dev/null || fail 'the dump is damaged'
${FINISHED_DUMP}`;

/** A server on a socket alone. The entry point of the image brings its modules, where it has some. */
const START = `unset REDISCLI_AUTH
entry=$(command -v docker-entrypoint.sh || true)
start() { \${entry:+"$entry"} redis-server --port 0 --unixsocket "$server/socket" --dir "$1" --dbfilename dump.rdb --appendonly no --save '' >> "$server/log" 2>&1 & pid=$!; }
ask() { redis-cli -s "$server/socket" "$@"; }
loaded() { [ "$(ask ping)" = PONG ]; }
`;

const DRILL = `${PRELUDE}${CHECKED}need DUMP_FILE CHECK
redis-check-rdb "$DUMP_FILE" > /dev/null || fail 'the dump is damaged'
${SCRATCH_SERVER}
${START}mkdir "$server/data"
cp "$DUMP_FILE" "$server/data/dump.rdb"
start "$server/data"
until_it loaded
answer=$(printf '%s\\n' "$CHECK" | ask)
checked "$answer"
done=1
echo "restored and checked: $answer"
`;

/**
 * A server that is told to keep an append-only file, and finds none, starts empty, whatever snapshot lies beside it. So the snapshot
 * is loaded without one, and the file is then made of what was loaded.
 *
 * @see https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/
 */
const RESTORE = `${PRELUDE}${LIVE}need DUMP_FILE DATA_DIRECTORY
[ -d "$DATA_DIRECTORY" ] || fail "$DATA_DIRECTORY is no directory: the claim of the server has to be mounted there"
case "$(timeout 15 redis-cli --no-auth-warning -h "$DATABASE_HOST" -p "$DATABASE_PORT" ping 2>/dev/null || true)" in
  '') ;;
  *) fail 'the server answers: scale it to 0 first, a server that runs would write its own data over what is restored' ;;
esac
redis-check-rdb "$DUMP_FILE" > /dev/null || fail 'the dump is damaged'
${SCRATCH_SERVER}
${START}aside="$DATA_DIRECTORY/before-restore-$(date -u +%Y%m%dT%H%M%SZ)"
new="$DATA_DIRECTORY/restoring"
rm -rf "$new" # of an attempt that was killed: nothing in use is in it
mkdir "$new"
cp "$DUMP_FILE" "$new/dump.rdb"
start "$new"
until_it loaded
keys=$(ask dbsize)
ask config set appendonly yes > /dev/null
ready() { ask info persistence | tr -d '\\r' > "$server/persistence"; grep -qx 'aof_rewrite_in_progress:0' "$server/persistence" && grep -qx 'aof_rewrite_scheduled:0' "$server/persistence" && grep -qx 'aof_enabled:1' "$server/persistence"; }
until_it ready
grep -qx 'aof_last_bgrewrite_status:ok' "$server/persistence" || fail 'the append-only file could not be written'
ask shutdown nosave > /dev/null 2>&1 || true
wait "$pid" || true
pid=
[ -d "$new/appendonlydir" ] || fail 'the append-only file is missing'
mkdir "$aside"
for file in "$DATA_DIRECTORY"/* ; do
  case "$file" in "$new"|"$DATA_DIRECTORY"/before-restore-*|"$DATA_DIRECTORY"/lost+found|"$DATA_DIRECTORY/*") ;; *) mv "$file" "$aside/" ;; esac
done
mv "$new"/* "$DATA_DIRECTORY/"
rmdir "$new"
done=1
echo "Restored $keys keys. What was there before is in $aside; start the server, look at the data, and remove it."
`;

/** Redis: a snapshot. @internal */
export const REDIS_SCRIPTS: EngineScripts = { extension: 'rdb', dump: DUMP, drill: DRILL, restore: RESTORE, restoresInto: 'data' };
