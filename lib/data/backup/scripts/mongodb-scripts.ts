import { CHECKED, FINISHED_DUMP, PRELUDE, QUOTED, SCRATCH_SERVER, UNFINISHED_DUMP } from './shell';
import type { EngineScripts } from '../../engines/engine';

/** The tools read the password from a file of this user alone; the shell reads it from the environment. */
const LIVE = `need DATABASE_HOST DATABASE_PORT DATABASE_NAME DATABASE_USERNAME DATABASE_PASSWORD SCRATCH_DIRECTORY
options="$SCRATCH_DIRECTORY/tools.yaml"
rm -f "$options"
export HOME="$SCRATCH_DIRECTORY"
${QUOTED}printf 'password: %s\\n' "$(quoted "$DATABASE_PASSWORD")" > "$options"
`;
const ADDRESS = '--config="$options" --host="$DATABASE_HOST" --port="$DATABASE_PORT" --username="$DATABASE_USERNAME" --authenticationDatabase=admin';

const DUMP = `${PRELUDE}${LIVE}${UNFINISHED_DUMP}
trap 'rm -f "$unfinished" "$options"' EXIT
mongodump ${ADDRESS} --db="$DATABASE_NAME" --gzip --archive="$unfinished"
gzip -t "$unfinished" 2>/dev/null || [ "$(od -An -tx1 -N4 "$unfinished" | tr -d ' \\n')" = 6de29981 ] || fail 'the dump is no archive'
rm -f "$options"
${FINISHED_DUMP}`;

/** The server listens on the loopback of the pod of the drill, on a port that no database has; what the dump holds is the only database of a user in it. */
const DRILL = `${PRELUDE}${CHECKED}need DUMP_FILE CHECK
${SCRATCH_SERVER}
export HOME="$server"
mkdir "$server/data"
mongod --dbpath "$server/data" --bind_ip 127.0.0.1 --port 27117 --nounixsocket >> "$server/log" 2>&1 &
pid=$!
until_it mongosh --quiet --norc --host 127.0.0.1 --port 27117 --eval 'quit(db.adminCommand({ ping: 1 }).ok ? 0 : 1)'
mongorestore --host=127.0.0.1 --port=27117 --gzip --archive="$DUMP_FILE" --stopOnError
name=$(mongosh --quiet --norc --host 127.0.0.1 --port 27117 --eval 'db.getMongo().getDBNames().find(name => !["admin", "config", "local"].includes(name))')
answer=$(mongosh --quiet --norc "mongodb://127.0.0.1:27117/$name" --eval "$CHECK")
checked "$answer"
done=1
echo "restored and checked: $answer"
`;

/** Runs a question of the shell as the administrator. */
const ASK = `ask() { mongosh --quiet --norc --nodb --eval "
  const admin = new Mongo('mongodb://' + process.env.DATABASE_HOST + ':' + process.env.DATABASE_PORT).getDB('admin');
  admin.auth(process.env.DATABASE_USERNAME, process.env.DATABASE_PASSWORD);
  const application = admin.getSiblingDB(process.env.DATABASE_NAME), restored = admin.getSiblingDB(process.env.DATABASE_NAME + '_restored');
  $1"; }
`;

const RESTORE = `${PRELUDE}need DUMP_FILE
${LIVE}${ASK}trap 'rm -f "$options"' EXIT
restored="\${DATABASE_NAME}_restored"
there=$(ask 'restored.getCollectionNames().length')
[ "$there" = 0 ] || fail "the database $restored is there already: look at it, and drop it first"
trap 'ask "restored.dropDatabase()" || true; rm -f "$options"' EXIT
mongorestore ${ADDRESS} --gzip --archive="$DUMP_FILE" --stopOnError --nsInclude="$DATABASE_NAME.*" --nsFrom="$DATABASE_NAME.*" --nsTo="$restored.*"
if [ -n "\${DATABASE_OWNER:-}" ]; then
  ask "application.grantRolesToUser(process.env.DATABASE_OWNER, [{ role: 'readWrite', db: restored.getName() }])"
fi
trap - EXIT
rm -f "$options"
echo "The data is in the database $restored, and $DATABASE_NAME is as it was. Look at it; then point the application at $restored (its user still logs in at $DATABASE_NAME), or copy its collections."
`;

/** MongoDB: an archive of its own tools, packed. @internal */
export const MONGODB_SCRIPTS: EngineScripts = { extension: 'archive.gz', dump: DUMP, drill: DRILL, restore: RESTORE, restoresInto: 'server' };
