#!/bin/bash
# Runs once, when the database's volume is new: the three roles and the database (docs/operations.md has the same in SQL).
set -euo pipefail
psql --set ON_ERROR_STOP=1 --username postgres --dbname postgres \
    --set app="$APP_DATABASE_PASSWORD" --set owner="$OWNER_DATABASE_PASSWORD" --set backup="$BACKUP_DATABASE_PASSWORD" <<'SQL'
CREATE ROLE lps_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'owner';
CREATE ROLE lps_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOINHERIT PASSWORD :'app';
CREATE ROLE lps_backup LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS PASSWORD :'backup';
GRANT pg_read_all_data TO lps_backup;
CREATE DATABASE lps OWNER lps_owner;
REVOKE ALL ON DATABASE lps FROM PUBLIC;
GRANT CONNECT ON DATABASE lps TO lps_app, lps_backup;
SQL
