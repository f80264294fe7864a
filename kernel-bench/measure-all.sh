#!/usr/bin/env bash
# Everything that docs/performance.md tells, in one sitting: each scenario as it is told there, one after another, each to a file.
#
#   kernel-bench/measure-all.sh DIRECTORY [NAME...]          (some 45 minutes; NAME: one of those below, in this order)
#
# From the root of the repository, after: mvn -q -pl kernel-app,kernel-bench -am package -DskipTests
# Needs PostgreSQL's programs (kernel-bench/with-postgres.sh finds them) and 20,000 open files. A scenario that takes too long or
# fails is told at the end, and the others are measured nevertheless.
set -euo pipefail

readonly names=(embedded postgres pgbench unknown registry memory sockets waiting webhooks streams cluster queues queues-postgres)
readonly kernel=(--jvm-arg -XX:+UseSerialGC --jvm-arg -XX:+UseCompactObjectHeaders --jvm-arg -XX:MetaspaceSize=128m)
readonly small=("${kernel[@]}" --jvm-arg -XX:TrimNativeHeapInterval=1000 --jvm-arg -Djdk.nio.maxCachedBufferSize=65536)
readonly many=(--kernel-arg --kernel.limits.agents-per-operator=1000000)
readonly operations=state-write,send,state-read,empty-poll,agents-me
readonly bench=("${JAVA_HOME:+$JAVA_HOME/bin/}java" -jar kernel-bench/target/kernel-bench.jar)
readonly on_postgres=kernel-bench/with-postgres.sh

[ $# -gt 0 ] || { sed -n '2,8p' "$0" >&2; exit 64; }
out=$1
shift
[ $# -gt 0 ] || set -- "${names[@]}"
mkdir -p "$out"
ulimit -n 40000 2>/dev/null || ulimit -n 20000

# The command of a scenario, after the most seconds it may take.
measure() {
  case $1 in
    embedded) run "$1" 600 "${bench[@]}" --connections 64 --rounds 7 --seconds 2 --warmup 20 --operations "$operations" "${kernel[@]}" ;;
    postgres) run "$1" 600 "$on_postgres" "${bench[@]}" --connections 64 --rounds 7 --seconds 2 --warmup 20 --operations "$operations" "${kernel[@]}" ;;
    pgbench) run "$1" 300 kernel-bench/against-pgbench.sh 7 5 ;;
    unknown) run "$1" 240 "${bench[@]}" --connections 64 --rounds 7 --seconds 2 --warmup 15 --operations agents-me,unknown-token "${kernel[@]}" ;;
    registry) run "$1" 420 "${bench[@]}" --connections 64 --rounds 7 --seconds 2 --warmup 15 --operations registry-page --agents 100000 "${kernel[@]}" "${many[@]}" ;;
    memory) run "$1" 300 "${bench[@]}" --scenario memory "${small[@]}" ;;
    sockets) run "$1" 300 "${bench[@]}" --scenario sockets "${kernel[@]}" "${many[@]}" ;;
    waiting) run "$1" 300 "${bench[@]}" --scenario waiting --heap 2560m "${kernel[@]}" "${many[@]}" ;;
    webhooks) run "$1" 600 "${bench[@]}" --scenario webhooks "${kernel[@]}" ;;
    streams) run "$1" 240 "${bench[@]}" --scenario streams --pairs 7 --seconds 6 "${kernel[@]}" ;;
    cluster) run "$1" 420 "$on_postgres" "${bench[@]}" --scenario cluster --replicas 3 --pairs 7 --seconds 4 "${kernel[@]}" ;;
    queues) run "$1" 900 "${bench[@]}" --scenario queues --churned 0 --sample 20000 --connections 64 --rounds 3 "${kernel[@]}" "${many[@]}" ;;
    queues-postgres) run "$1" 900 "$on_postgres" "${bench[@]}" --scenario queues --churned 0 --sample 20000 --connections 64 --rounds 3 "${kernel[@]}" "${many[@]}" ;;
    *) echo "measure-all: no such scenario: $1; there are: ${names[*]}" >&2; exit 64 ;;
  esac
}

failed=()
run() {
  local name=$1 seconds=$2 started=$SECONDS outcome=0
  shift 2
  printf '%s: at most %d s\n' "$name" "$seconds"
  { uptime; timeout "$seconds" "$@"; } >"$out/$name.txt" 2>&1 || outcome=$?
  uptime >>"$out/$name.txt"
  ((outcome == 0)) || failed+=("$name")
  printf '  ended with %d after %d s\n' "$outcome" $((SECONDS - started))
}

for name in "$@"; do
  measure "$name"
done
((${#failed[@]} == 0)) || { echo "measure-all: failed, see their files in $out: ${failed[*]}" >&2; exit 1; }
