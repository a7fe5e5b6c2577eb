import { CHECKED, FINISHED_DUMP, PRELUDE, QUOTED, SCRATCH_SERVER, UNFINISHED_DUMP } from './shell';
import type { EngineScripts } from '../../engines/engine';

/** The tools carry other names in MariaDB's newest images. */
const TOOLS = `one_of() { for name; do if command -v "$name"; then return 0; fi; done; fail "there is no $1 in this image"; }
`;

/** The address and the password stand in a file of this user alone: neither a command line nor a warning shows them. */
const LIVE = `need DATABASE_HOST DATABASE_PORT DATABASE_NAME DATABASE_USERNAME DATABASE_PASSWORD SCRATCH_DIRECTORY
options="$SCRATCH_DIRECTORY/client.cnf"
rm -f "$options"
${QUOTED}{
  echo '[client]'
  printf 'protocol=tcp\\nhost=%s\\n' "$(quoted "$DATABASE_HOST")"
  printf 'port=%s\\nuser=%s\\n' "$DATABASE_PORT" "$(quoted "$DATABASE_USERNAME")"
  printf 'password=%s\\n' "$(quoted "$DATABASE_PASSWORD")"
} > "$options"
`;

/** A dump that was cut off anywhere lacks the end of its packing, or its last line. */
const COMPLETE = `complete() {
  gzip -t "$1" || fail 'the dump is damaged: it cannot be unpacked'
  case "$(gzip -dc "$1" | tail -n 1)" in '-- Dump completed'*) ;; *) fail 'the dump is not complete: its last line is missing' ;; esac
}
`;

const DUMP = `${PRELUDE}${TOOLS}${COMPLETE}${LIVE}${UNFINISHED_DUMP}
trap 'rm -f "$unfinished" "$options" "$SCRATCH_DIRECTORY/dumped"' EXIT
rm -f "$SCRATCH_DIRECTORY/dumped"
dumper=$(one_of mysqldump mariadb-dump)
# One consistent view without locks; and what only one of MySQL and MariaDB knows is "loose".
{
  "$dumper" --defaults-file="$options" --single-transaction --quick --routines --triggers --events --hex-blob --no-tablespaces \\
    --default-character-set=utf8mb4 --max-allowed-packet=1G --loose-set-gtid-purged=OFF --loose-column-statistics=0 "$DATABASE_NAME" &&
    : > "$SCRATCH_DIRECTORY/dumped"
} | gzip > "$unfinished"
[ -e "$SCRATCH_DIRECTORY/dumped" ] || fail 'the dump failed'
complete "$unfinished"
rm -f "$options" "$SCRATCH_DIRECTORY/dumped"
${FINISHED_DUMP}`;

const DRILL = `${PRELUDE}${TOOLS}${COMPLETE}${CHECKED}need DUMP_FILE CHECK
complete "$DUMP_FILE"
${SCRATCH_SERVER}
daemon=$(one_of mysqld mariadbd)
client=$(one_of mysql mariadb)
tmp="$server/tmp"
mkdir "$tmp"
case "$("$daemon" --version)" in
  *MariaDB*) # its server does not initialize itself
    "$(one_of mariadb-install-db mysql_install_db)" --no-defaults --basedir="$(dirname "$(dirname "$daemon")")" --datadir="$server/data" --tmpdir="$tmp" \\
      --auth-root-authentication-method=normal --skip-test-db > "$server/log" 2>&1 || fail 'the server of the drill could not be made' ;;
  *) "$daemon" --no-defaults --initialize-insecure --datadir="$server/data" --tmpdir="$tmp" --secure-file-priv= > "$server/log" 2>&1 ||
    fail 'the server of the drill could not be made' ;;
esac
# No network; no events, which would act on what they find; and nothing has to reach the disk.
"$daemon" --no-defaults --datadir="$server/data" --socket="$server/socket" --pid-file="$server/pid" --tmpdir="$tmp" --skip-networking \\
  --loose-mysqlx=OFF --secure-file-priv= --event-scheduler=OFF --skip-log-bin --innodb-flush-log-at-trx-commit=0 --max-allowed-packet=1G >> "$server/log" 2>&1 &
pid=$!
ask() { "$client" --no-defaults --socket="$server/socket" --user=root --default-character-set=utf8mb4 --max-allowed-packet=1G --batch --skip-column-names "$@"; }
until_it ask --execute='SELECT 1'
ask --execute='CREATE DATABASE restored'
gzip -dc "$DUMP_FILE" | ask restored
answer=$(printf '%s\\n' "$CHECK" | ask restored)
checked "$answer"
done=1
echo "restored and checked: $answer"
`;

const RESTORE = `${PRELUDE}${TOOLS}${COMPLETE}need DUMP_FILE
${LIVE}trap 'rm -f "$options"' EXIT
client=$(one_of mysql mariadb)
restored="\${DATABASE_NAME}_restored"
ask() { "$client" --defaults-file="$options" --default-character-set=utf8mb4 --max-allowed-packet=1G --batch --skip-column-names "$@"; }
there=$(ask --execute="SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = '$restored'")
[ "$there" = 0 ] || fail "the database $restored is there already: look at it, and drop it first"
complete "$DUMP_FILE"
ask --execute="CREATE DATABASE \\\`$restored\\\`"
trap 'ask --execute="DROP DATABASE IF EXISTS \\\`$restored\\\`" || true; rm -f "$options"' EXIT
gzip -dc "$DUMP_FILE" | ask "$restored"
if [ -n "\${DATABASE_OWNER:-}" ]; then
  user=$(printf '%s' "$DATABASE_OWNER" | sed "s/[\\\\\\\\']/\\\\\\\\&/g")
  pattern=$(printf '%s' "$restored" | sed 's/_/\\\\_/g') # as it stands, "_" would be any letter
  printf 'GRANT ALL ON \`%s\`.* TO '"'%s'@'%%'"';\\n' "$pattern" "$user" | ask
fi
tables=$(ask --execute="SELECT CONCAT('  RENAME TABLE ', IF(l.TABLE_NAME IS NULL, '', CONCAT('\\\`$DATABASE_NAME\\\`.\\\`', r.TABLE_NAME, '\\\` TO \\\`\${DATABASE_NAME}_before_restore\\\`.\\\`', r.TABLE_NAME, '\\\`, ')),
  '\\\`$restored\\\`.\\\`', r.TABLE_NAME, '\\\` TO \\\`$DATABASE_NAME\\\`.\\\`', r.TABLE_NAME, '\\\`;')
  FROM information_schema.TABLES r LEFT JOIN information_schema.TABLES l ON l.TABLE_SCHEMA = '$DATABASE_NAME' AND l.TABLE_NAME = r.TABLE_NAME
  WHERE r.TABLE_SCHEMA = '$restored' AND r.TABLE_TYPE = 'BASE TABLE' ORDER BY r.TABLE_NAME")
trap - EXIT
rm -f "$options"
cat <<TEXT
The data is in the database $restored, and $DATABASE_NAME is as it was. Look at it; then point the application at $restored. Or stop the
application, and swap the tables as $DATABASE_USERNAME; triggers, views and routines have to be made again then:
  CREATE DATABASE \\\`\${DATABASE_NAME}_before_restore\\\`;
$tables
TEXT
`;

/** MySQL and MariaDB: SQL, packed. @internal */
export const MYSQL_SCRIPTS: EngineScripts = { extension: 'sql.gz', dump: DUMP, drill: DRILL, restore: RESTORE, restoresInto: 'server' };
