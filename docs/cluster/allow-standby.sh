#!/usr/bin/env bash
# Run once by the image of the primary when it makes its data: a standby may copy and follow it.
set -euo pipefail
echo "host replication all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
