#!/usr/bin/env bash
# A physical standby of $PRIMARY: copied from it at the first start, and following it ever after.
set -euo pipefail
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # what an interrupted copy left
  rm -rf "$PGDATA" "$PGDATA.part"
  mkdir -p "$(dirname "$PGDATA")"
  pg_basebackup -d "$PRIMARY" -D "$PGDATA.part" -R -X stream -c fast
  mv -T "$PGDATA.part" "$PGDATA"
fi
exec postgres -D "$PGDATA" -c hot_standby_feedback=on "$@"
