import { PRELUDE } from './shell';

/**
 * Where backups are: STORAGE, a path of rclone such as `storage:bucket/folder`, whose remote is described by variables
 * (`RCLONE_CONFIG_STORAGE_TYPE` and the like) and by no file. With BACKUP_PASSPHRASE the content is encrypted on the way; names are
 * not, so that a person can still see which backup is the newest.
 *
 * A backup is a file and a marker beside it, `<file>.sha256`, that is written last: without its marker it does not count.
 */
const STORAGE = `need STORAGE
export RCLONE_CONFIG=/notfound RCLONE_S3_NO_CHECK_BUCKET="\${RCLONE_S3_NO_CHECK_BUCKET:-true}" RCLONE_LOG_LEVEL="\${RCLONE_LOG_LEVEL:-ERROR}"
base="\${STORAGE%/}/"
if [ -n "\${BACKUP_PASSPHRASE-}" ]; then
  RCLONE_CONFIG_ENCRYPTED_PASSWORD=$(printf '%s\\n' "$BACKUP_PASSPHRASE" | rclone obscure -)
  export RCLONE_CONFIG_ENCRYPTED_PASSWORD RCLONE_CONFIG_ENCRYPTED_TYPE=crypt RCLONE_CONFIG_ENCRYPTED_REMOTE="$STORAGE"
  export RCLONE_CONFIG_ENCRYPTED_FILENAME_ENCRYPTION=off RCLONE_CONFIG_ENCRYPTED_DIRECTORY_NAME_ENCRYPTION=false
  base=encrypted:
fi
names() { rclone lsf --files-only "$base" | grep -E '^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6}[.]' || true; }
# Twice the same name, with its marker and without: complete. Once: not.
complete() { printf '%s\\n' "$1" | sed -e '/^$/d' -e 's/[.]sha256$//' | sort | uniq -d; }
incomplete() { printf '%s\\n' "$1" | sed -e '/^$/d' -e 's/[.]sha256$//' | sort | uniq -u; }
sum() { sha256sum | cut -c 1-64; }
`;

/**
 * Puts DUMP_FILE into the storage and keeps the KEEP newest. It is read back and compared before it counts, and only then are older
 * ones removed, their marker first.
 *
 * @internal
 */
export const STORE = `${PRELUDE}need DUMP_FILE KEEP
${STORAGE}[ -s "$DUMP_FILE" ] || fail "there is no dump at $DUMP_FILE"
case "$KEEP" in *[!0-9]*|0*) fail 'KEEP has to be a number from 1' ;; esac
file=\${DUMP_FILE##*/}
name="$(date -u +%Y%m%dT%H%M%SZ)-$(od -An -N3 -tx1 /dev/urandom | tr -d ' \\n').\${file#*.}"
expected=$(sum < "$DUMP_FILE")
trap 'rclone deletefile "$base$name" 2>/dev/null || true' EXIT
rclone copyto --immutable "$DUMP_FILE" "$base$name" || fail 'the dump could not be stored'
[ "$(rclone lsf --format s "$base$name")" = "$(($(wc -c < "$DUMP_FILE")))" ] || fail 'the stored dump has another size'
[ "$(rclone cat "$base$name" | sum)" = "$expected" ] || fail 'the stored dump has another content'
# Should a kill come between these two, the file without a marker does not count, and goes after a day.
printf '%s  %s\\n' "$expected" "$name" | rclone rcat "$base$name.sha256" || { rclone deletefile "$base$name.sha256" 2>/dev/null || true; fail 'the marker could not be stored'; }
[ "$(rclone cat "$base$name.sha256" | cut -c 1-64)" = "$expected" ] || { rclone deletefile "$base$name.sha256" 2>/dev/null || true; fail 'the stored marker has another content'; }
trap - EXIT
echo "stored $name"

there=$(names)
complete "$there" | grep -qxF "$name" || fail 'the stored dump is not in the list'
total=$(($(complete "$there" | wc -l)))
failed=
remove() { rclone deletefile "$base$1" || { echo "$1 could not be removed" >&2; failed=1; }; }
if [ "$total" -gt "$KEEP" ]; then
  for old in $(complete "$there" | head -n "$((total - KEEP))"); do remove "$old.sha256"; remove "$old"; echo "removed $old"; done
fi
yesterday=$(date -u -d "@$(($(date +%s) - 86400))" +%Y%m%dT%H%M%SZ)
for rest in $(incomplete "$there" | awk -v limit="$yesterday" '$0 < limit'); do
  for half in $(printf '%s\\n' "$there" | grep -xF -e "$rest" -e "$rest.sha256"); do remove "$half"; echo "removed $half, which was never completed"; done
done
[ -z "$failed" ] || fail 'the backup is stored; what is too old could not be removed'
`;

/**
 * Gets the newest complete backup, or the one named BACKUP, into DUMP_FILE, and its name into DUMP_FILE.backup. One that is older than
 * MAXIMUM_AGE, in seconds, is refused: whoever tries it would learn nothing about the backups of today.
 *
 * @internal
 */
export const FETCH = `${PRELUDE}need DUMP_FILE
${STORAGE}rm -f "$DUMP_FILE" "$DUMP_FILE.backup" "$DUMP_FILE.unfinished"
trap 'rm -f "$DUMP_FILE.unfinished"' EXIT
rclone lsf --max-depth 1 "$base" > /dev/null || fail 'the storage cannot be listed'
found=$(complete "$(names)")
if [ -n "\${BACKUP:-}" ]; then
  printf '%s\\n' "$found" | grep -qxF -- "$BACKUP" || fail "there is no complete backup named $BACKUP"
  name=$BACKUP
else
  name=$(printf '%s\\n' "$found" | tail -n 1)
  [ -n "$name" ] || fail 'there is no complete backup'
fi
stamp=$(printf '%s' "$name" | sed 's/^\\(....\\)\\(..\\)\\(..\\)T\\(..\\)\\(..\\)\\(..\\)Z.*/\\1-\\2-\\3 \\4:\\5:\\6/')
made=$(date -u -d "$stamp" +%s)
age=$(($(date +%s) - made))
if [ -n "\${MAXIMUM_AGE:-}" ] && [ "$age" -gt "$MAXIMUM_AGE" ]; then fail "the newest backup, $name, is $age seconds old, and may be $MAXIMUM_AGE: backups have stopped"; fi
expected=$(rclone cat "$base$name.sha256" | cut -c 1-64)
case "$expected" in *[!0-9a-f]*|'') fail "the marker of $name cannot be read: it is damaged, or the passphrase is another" ;; esac
rclone copyto "$base$name" "$DUMP_FILE.unfinished" || fail "the backup $name could not be read"
[ "$(sum < "$DUMP_FILE.unfinished")" = "$expected" ] || fail "the backup $name is damaged: its content is not what was stored"
mv "$DUMP_FILE.unfinished" "$DUMP_FILE"
printf '%s %s\\n' "$made" "$name" > "$DUMP_FILE.backup"
echo "fetched $name, $age seconds old"
`;

/**
 * Says that the backup in DUMP_FILE.backup was restored and checked: in the storage as last-good-restore.json, and to the Pushgateway
 * at PUSHGATEWAY_URL, when there is one, for the drill DRILL_NAME.
 *
 * @internal
 */
export const RECORD = `${PRELUDE}need DUMP_FILE DRILL_NAME
${STORAGE}read -r made name < "$DUMP_FILE.backup" || fail 'it is not known which backup was restored'
now=$(date +%s)
iso() { date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ; }
printf '{"backup":"%s","backupTime":"%s","drill":"%s","restoredAt":"%s"}\\n' "$name" "$(iso "$made")" "$DRILL_NAME" "$(iso "$now")" |
  rclone rcat "\${STORAGE%/}/last-good-restore.json" || fail 'the restore could not be recorded in the storage'
echo "recorded: $name restored"
if [ -n "\${PUSHGATEWAY_URL:-}" ]; then
  address="\${PUSHGATEWAY_URL%/}/metrics/job/restore-drill/drill/$DRILL_NAME"
  metrics="# TYPE backup_restore_drill_last_success_timestamp_seconds gauge
backup_restore_drill_last_success_timestamp_seconds $now
# TYPE backup_restore_drill_backup_timestamp_seconds gauge
backup_restore_drill_backup_timestamp_seconds $made
"
  # Not every wget can limit its time, and not every image has curl.
  if command -v wget > /dev/null; then timeout 60 wget -q -O /dev/null --post-data "$metrics" "$address"
  else printf '%s' "$metrics" | curl --silent --show-error --fail --max-time 30 --output /dev/null --data-binary @- "$address"
  fi || fail 'the metrics could not be pushed'
  echo 'pushed the metrics'
fi
`;
