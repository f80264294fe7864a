#!/usr/bin/env bash
# Runs a command with a fresh PostgreSQL server, whose kernels find it by their environment:
#
#   kernel-bench/with-postgres.sh java -jar kernel-bench/target/kernel-bench.jar --connections 64
#
# The server has its default settings (fsync on) but for the number of connections, listens on a free port of the loopback interface,
# and is gone with its data at the end. Binaries are taken from PG_BIN, the PATH or /usr/lib/postgresql/*/bin; data goes to TMPDIR.
set -euo pipefail

[ $# -gt 0 ] || { sed -n '2,7p' "$0" >&2; exit 64; }
bin=${PG_BIN:-$(dirname "$(readlink -f "$(command -v initdb)" || ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -1)")}
[ -x "$bin/initdb" ] || { echo "with-postgres: no initdb; set PG_BIN" >&2; exit 69; }

directory=$(mktemp -d "${TMPDIR:-/tmp}/kernel-bench-postgres-XXXXXX")
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

# The server refuses to run as root.
as_server=()
if [ "$(id -u)" = 0 ]; then
  user=$(id -un postgres 2>/dev/null || echo nobody)
  as_server=(runuser -u "$user" --)
  chown "$user" "$directory"
fi
server() { (cd "$directory" && "${as_server[@]}" "$@"); }
cleanup() {
  server "$bin/pg_ctl" -D "$directory/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$directory"
}
trap cleanup EXIT

server "$bin/initdb" -D "$directory/data" -U agentkernel -A trust --locale=C -E UTF8 >"$directory/initdb.log"
server "$bin/pg_ctl" -D "$directory/data" -w -l "$directory/server.log" \
  -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200" start >/dev/null
export PGHOST=127.0.0.1 PGPORT=$port PGUSER=agentkernel PGDATABASE=agentkernel PATH="$bin:$PATH"
"$bin/createdb" agentkernel
echo "PostgreSQL $("$bin/psql" -Atc 'SHOW server_version'), fsync $("$bin/psql" -Atc 'SHOW fsync'), in $directory" >&2

export SPRING_PROFILES_ACTIVE=postgres
export KERNEL_DATABASE_URL="jdbc:postgresql://127.0.0.1:$port/agentkernel" KERNEL_DATABASE_USERNAME=agentkernel
# How a soak restarts the server: in the middle of everything, as a crash of the server does.
export BENCH_RESTART_DATABASE="cd '$directory' && ${as_server[*]} '$bin/pg_ctl' -D '$directory/data' -m immediate -w -l '$directory/server.log' restart"
"$@"
