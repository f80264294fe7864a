#!/usr/bin/env bash
# Durable sends of 100 bytes over HTTP beside what the database does for the plain thing without HTTP: a transaction with two inserts
# of one row each, by pgbench with prepared statements. In turn, on one server; a table at the end.
#
#   kernel-bench/against-pgbench.sh [ROUNDS [SECONDS [CLIENTS]]]        (3 rounds of 10 seconds, 64 clients)
#
# From the root of the repository, after: mvn -q -pl kernel-app,kernel-bench -am package -DskipTests
set -euo pipefail

if [ -z "${KERNEL_DATABASE_URL:-}" ]; then
  exec "$(dirname "$0")/with-postgres.sh" "$0" "$@"
fi
rounds=${1:-3} seconds=${2:-10} clients=${3:-64}
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

: >"$work/figures"
for round in $(seq "$rounds"); do
  plain=$(pgbench -n -M prepared -c "$clients" -j 2 -T "$seconds" -f "$work/two-inserts.sql" 2>"$work/pgbench.log" \
    | sed -n 's/^tps = \([0-9]*\).*/\1/p')
  java -jar kernel-bench/target/kernel-bench.jar --operations send --connections "$clients" --rounds 1 \
    --seconds "$seconds" --csv "$work/cases.csv" >"$work/report" 2>"$work/progress" \
    || { cat "$work/progress" >&2; exit 1; }
  sends=$(python3 -c '
import csv, sys
print(next(row for row in csv.DictReader(open(sys.argv[1])) if row["server"] == "kernel")["per_second_median"].split(".")[0])
' "$work/cases.csv")
  echo "round $round: pgbench $plain, sends $sends" >&2
  echo "$plain $sends" >>"$work/figures"
done

python3 - "$work/figures" "$clients" <<'PYTHON'
import statistics, sys
rows = [tuple(map(float, line.split())) for line in open(sys.argv[1])]
def told(values, form):
    return f"{statistics.median(values):{form}} ({min(values):{form}}–{max(values):{form}})"
print(f"| {sys.argv[2]} clients | median (range) |\n| --- | ---: |")
print("| pgbench, two inserts in a transaction, per second |", told([p for p, s in rows], ",.0f"), "|")
print("| durable sends over HTTP, per second |", told([s for p, s in rows], ",.0f"), "|")
print("| ratio |", told([s / p for p, s in rows], ".2f"), "|")
PYTHON
