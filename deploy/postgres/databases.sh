#!/bin/bash
# Makes one role and one database for each subgraph when the server's data folder is new.
set -euo pipefail
for name in users events bookings payments notifications analytics; do
  psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set role="marquee_$name" --set password="$MARQUEE_DATABASE_PASSWORD" <<'SQL'
create role :"role" login password :'password';
create database :"role" owner :"role";
revoke connect on database :"role" from public;
SQL
done
