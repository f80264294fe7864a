#!/usr/bin/env bash
# Ends well when the kernel is ready, for a container's health check; needs nothing but bash.
#
#   ready.sh [management port, else MANAGEMENT_SERVER_PORT, else 8081]
set -euo pipefail

port="${1:-${MANAGEMENT_SERVER_PORT:-8081}}"
exec 3<>"/dev/tcp/127.0.0.1/$port"
printf 'GET /actuator/health/readiness HTTP/1.0\r\nHost: kernel\r\n\r\n' >&3
IFS= read -r -t 4 status <&3
[[ "$status" == HTTP/1.?" 200"* ]] || { echo "not ready: ${status%$'\r'}" >&2; exit 1; }
