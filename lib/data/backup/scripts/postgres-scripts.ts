import { CHECKED, FINISHED_DUMP, PRELUDE, SCRATCH_SERVER, UNFINISHED_DUMP } from './shell';
import type { EngineScripts } from '../../engines/engine';

/** Connects by the variables that every PostgreSQL tool knows; none of them is on a command line. */
const LIVE = `need DATABASE_HOST DATABASE_PORT DATABASE_NAME DATABASE_USERNAME DATABASE_PASSWORD
PGHOST=$DATABASE_HOST PGPORT=$DATABASE_PORT PGUSER=$DATABASE_USERNAME PGPASSWORD=$DATABASE_PASSWORD PGCONNECT_TIMEOUT=30
export PGHOST PGPORT PGUSER PGPASSWORD PGCONNECT_TIMEOUT
`;

const DUMP = `${PRELUDE}${LIVE}${UNFINISHED_DUMP}
# A table that is being changed holds the dump up, and the dump then holds up everybody else: rather fail.
pg_dump --no-password --format=custom --lock-wait-timeout=300000 --dbname="$DATABASE_NAME" --file="$unfinished"
pg_restore --list "$unfinished" > /dev/null
${FINISHED_DUMP}`;

/** initdb wants to know its user by name, as the image's entry point does by the same library. */
const DRILL = `${PRELUDE}${CHECKED}need DUMP_FILE CHECK
${SCRATCH_SERVER}
unset PGHOST PGHOSTADDR PGPORT PGUSER PGPASSWORD PGSERVICE PGDATABASE PGOPTIONS PGDATA
library=
if ! getent passwd "$(id -u)" > /dev/null; then
  for candidate in "\${NSS_WRAPPER_LIBRARY:-}" /usr/lib/libnss_wrapper.so /usr/lib/*/libnss_wrapper.so /lib/*/libnss_wrapper.so; do
    if [ -s "$candidate" ]; then library=$candidate; break; fi
  done
  printf 'postgres:x:%s:%s::%s:/bin/false\\n' "$(id -u)" "$(id -g)" "$server" > "$server/passwd"
  printf 'postgres:x:%s:\\n' "$(id -g)" > "$server/group"
fi
LD_PRELOAD=$library NSS_WRAPPER_PASSWD=$server/passwd NSS_WRAPPER_GROUP=$server/group \\
  initdb --pgdata="$server/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync > "$server/log" 2>&1 ||
  fail 'the server of the drill could not be made'
# Nothing here outlives the script, so nothing has to reach the disk; and only who can open the folder can connect.
postgres -D "$server/data" -c listen_addresses= -c "unix_socket_directories=$server" -c port=5432 \\
  -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_wal_size=4GB -c autovacuum=off >> "$server/log" 2>&1 &
pid=$!
PGHOST=$server PGPORT=5432 PGUSER=postgres
export PGHOST PGPORT PGUSER
until_it pg_isready --quiet
createdb --no-password --template=template0 restored
pg_restore --no-password --exit-on-error --no-owner --no-privileges --dbname=restored "$DUMP_FILE"
answer=$(psql --no-psqlrc --no-password --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 --dbname=restored --command="$CHECK")
checked "$answer"
done=1
echo "restored and checked: $answer"
`;

/**
 * Owners and rights come back as they were: the roles are the server's, and are there. Where one is missing, the restore says which,
 * and leaves nothing behind.
 */
const RESTORE = `${PRELUDE}${LIVE}need DUMP_FILE
restored="\${DATABASE_NAME}_restored"
ask() { psql --no-psqlrc --no-password --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 --dbname=postgres --set=name="$DATABASE_NAME" --set=restored="$restored" --set=owner="$owner"; }
owner=\${DATABASE_OWNER:-}
[ -n "$owner" ] || owner=$(echo "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = :'name';" | ask)
[ -n "$owner" ] || owner=$DATABASE_USERNAME
there=$(echo "SELECT count(*) FROM pg_database WHERE datname = :'restored';" | ask)
[ "$there" = 0 ] || fail "the database $restored is there already: look at it, and drop or rename it first"
pg_restore --list "$DUMP_FILE" > /dev/null
echo 'CREATE DATABASE :"restored" OWNER :"owner" TEMPLATE template0;' | ask
trap 'echo "DROP DATABASE IF EXISTS :\\"restored\\";" | ask' EXIT
pg_restore --no-password --exit-on-error --dbname="$restored" "$DUMP_FILE"
echo 'REVOKE CONNECT, TEMPORARY ON DATABASE :"restored" FROM PUBLIC;' | ask
trap - EXIT
cat <<TEXT
The data is in the database $restored, and $DATABASE_NAME is as it was. Look at it; then stop the application, and swap them as $DATABASE_USERNAME:
  ALTER DATABASE "$DATABASE_NAME" RENAME TO "\${DATABASE_NAME}_before_restore";
  ALTER DATABASE "$restored" RENAME TO "$DATABASE_NAME";
TEXT
`;

/** PostgreSQL: a dump in its own format, which pg_restore reads back in order. @internal */
export const POSTGRES_SCRIPTS: EngineScripts = { extension: 'dump', dump: DUMP, drill: DRILL, restore: RESTORE, restoresInto: 'server' };
