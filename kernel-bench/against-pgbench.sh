#!/usr/bin/env bash
# Durable sends of 100 bytes over HTTP beside what the database does for the plain thing without HTTP: a transaction with two inserts
# of one row each, by pgbench with prepared statements. In turn, on one server and with one kernel, which is warmed up first and runs
# with the collector and headers of docker/java-options; a table at the end.
#
#   kernel-bench/against-pgbench.sh [ROUNDS [SECONDS [CLIENTS [WARM-UP]]]]      (5 rounds of 10 seconds, 64 clients, 30 seconds)
#
# From the root of the repository, after: mvn -q -pl kernel-app,kernel-bench -am package -DskipTests
set -euo pipefail

if [ -z "${KERNEL_DATABASE_URL:-}" ]; then
  exec "$(dirname "$0")/with-postgres.sh" "$0" "$@"
fi
rounds=${1:-5} seconds=${2:-10} clients=${3:-64} warmup=${4:-30}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# In a database of its own: the kernel takes an empty one only. It goes by its URL.
createdb plain
export PGDATABASE=plain
psql -q <<'SQL'
CREATE TABLE plain_messages (id bigserial PRIMARY KEY, recipient bigint NOT NULL, content text NOT NULL);
CREATE INDEX ON plain_messages (recipient, id);
CREATE TABLE plain_events (seq bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), data text NOT NULL);
SQL
cat >"$work/two-inserts.sql" <<'SQL'
\set recipient random(1, 936)
BEGIN;
INSERT INTO plain_messages (recipient, content) VALUES (:recipient, repeat('0123456789', 10));
INSERT INTO plain_events (data) VALUES (repeat('0123456789', 10));
COMMIT;
SQL

cat >"$work/pgbench.sh" <<PGBENCH
pgbench -n -M prepared -c $clients -j 2 -T $seconds -f "$work/two-inserts.sql" 2>"$work/pgbench.log" \\
  | sed -n 's/^tps = \([0-9.]*\).*/\1/p'
PGBENCH

java -jar kernel-bench/target/kernel-bench.jar --scenario beside --beside "sh '$work/pgbench.sh'" --connections "$clients" \
  --rounds "$rounds" --seconds "$seconds" --warmup "$warmup" \
  --jvm-arg -XX:+UseSerialGC --jvm-arg -XX:+UseCompactObjectHeaders
