#!/usr/bin/env bash
# Makes the start cache of an extracted kernel: runs it once on a throw-away directory, uses it as agents would, and lets the JVM
# keep what it loaded, linked and learnt. The next start with -XX:AOTCache takes less than half the CPU time.
#
#   java -Djarmode=tools -jar kernel-app/target/kernel-app-*.jar extract --destination app
#   docker/start-cache.sh app
#   java @docker/java-options -XX:AOTCache=app/kernel.aot -jar app/kernel-app-*.jar
#
# Needs bash and Java 25 or later; takes JAVA_HOME, else the java on the path. The cache serves only the very JVM, jar files and
# options that it was made with; with any other the JVM starts as if there were none.
set -euo pipefail

readonly rounds=200
readonly start_seconds=180
readonly stop_seconds=180

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
application="$(cd "${1:?usage: start-cache.sh <directory of the extracted kernel>}" && pwd)"
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
jar="$(find "$application" -maxdepth 1 -name 'kernel-app*.jar' -print -quit)"
[[ -n "$jar" ]] || { echo "start-cache.sh: no kernel-app*.jar in $application" >&2; exit 1; }
work="$(mktemp -d)"
kernel_pid=""

clean_up() {
  [[ -z "$kernel_pid" ]] || kill -9 "$kernel_pid" 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT

fail() {
  echo "start-cache.sh: $1" >&2
  cat "$work/kernel.log" >&2
  exit 1
}

start_kernel() {
  "$java" "@$here/java-options" -XX:AOTCacheOutput="$application/kernel.aot" -jar "$jar" \
    --kernel.data-dir="$work/data" --server.port=0 --management.server.port=0 \
    --server.address=127.0.0.1 --management.server.address=127.0.0.1 \
    --kernel.limits.message-send-per-minute=1000000 --kernel.limits.message-receive-per-minute=1000000 \
    --kernel.limits.state-read-per-minute=1000000 --kernel.limits.state-write-per-minute=1000000 \
    --kernel.limits.registry-read-per-minute=1000000 >"$work/kernel.log" 2>&1 &
  kernel_pid=$!
  local deadline=$((SECONDS + start_seconds))
  until grep -q 'Admin token' "$work/kernel.log"; do
    kill -0 "$kernel_pid" 2>/dev/null || fail "the kernel ended while starting"
    ((SECONDS < deadline)) || fail "the kernel did not start within $start_seconds s"
    sleep 0.2
  done
  port="$(sed -n 's/.*API  *http:\/\/127\.0\.0\.1:\([0-9]*\).*/\1/p' "$work/kernel.log")"
  management_port="$(sed -n 's/.*Operations  *http:\/\/127\.0\.0\.1:\([0-9]*\).*/\1/p' "$work/kernel.log")"
}

# call <port> <method> <path> <token> <body>: prints the answer's body, fails unless the status is 2xx.
call() {
  local answer status type=""
  [[ -z "$5" ]] || type=$'Content-Type: application/json\r\n'
  exec 3<>"/dev/tcp/127.0.0.1/$1"
  printf '%s %s HTTP/1.1\r\nHost: kernel\r\nConnection: close\r\nAuthorization: Bearer %s\r\n%sContent-Length: %d\r\n\r\n%s' \
    "$2" "$3" "$4" "$type" "${#5}" "$5" >&3
  answer="$(cat <&3)"
  exec 3>&-
  status="${answer:9:3}"
  [[ "$status" == 2?? ]] || fail "$2 $3 was answered ${answer%%$'\r'*}"
  printf '%s' "${answer#*$'\r\n\r\n'}"
}

# field <name>: the value of a text field of the JSON on the standard input.
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

register_agent() {
  local challenge
  challenge="$(call "$port" GET /v1/agents/verification-challenge "$1" '' | field challenge_id)"
  call "$port" POST /v1/agents "$1" "{\"verification_response\":{\"challenge_id\":\"$challenge\",\"response\":\"x\"}}"
}

use_kernel() {
  local operator alice bob alice_token bob_token bob_address round
  operator="$(call "$port" POST /v1/operators '' '{"contact_hash":"start cache"}' | field api_key)"
  alice="$(register_agent "$operator")" bob="$(register_agent "$operator")"
  alice_token="$(field agent_token <<<"$alice")"
  bob_token="$(field agent_token <<<"$bob")" bob_address="$(field agent_address <<<"$bob")"
  for ((round = 0; round < rounds; round++)); do
    call "$port" POST /v1/messages "$alice_token" "{\"to\":\"$bob_address\",\"content\":\"round $round\"}"
    call "$port" GET /v1/messages "$bob_token" ''
    call "$port" PUT "/v1/state/round/$round" "$alice_token" "{\"value\":\"$round\"}"
    call "$port" GET "/v1/state/round/$round" "$bob_token" ''
  done
  call "$port" GET /v1/state "$alice_token" ''
  call "$port" GET /v1/registry "$alice_token" ''
  call "$port" GET /docs '' ''
  call "$management_port" GET /actuator/health/readiness '' ''
  call "$management_port" GET /actuator/prometheus '' ''
}

stop_kernel() {
  local deadline=$((SECONDS + stop_seconds))
  kill "$kernel_pid"
  while kill -0 "$kernel_pid" 2>/dev/null; do
    ((SECONDS < deadline)) || fail "the kernel did not write its start cache within $stop_seconds s"
    sleep 0.2
  done
  kernel_pid=""
  [[ -s "$application/kernel.aot" ]] || fail "the JVM wrote no start cache"
}

rm -f "$application/kernel.aot"
start_kernel
use_kernel >/dev/null
stop_kernel
echo "start-cache.sh: $application/kernel.aot holds $(($(stat -c %s "$application/kernel.aot") >> 20)) MiB"
