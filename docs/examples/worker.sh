#!/usr/bin/env bash
# A worker with curl and jq: waits for messages, prints each, and acknowledges it.
#
#   KERNEL_URL=http://127.0.0.1:8080 AGENT_TOKEN=at_live_… bash worker.sh
set -u
kernel="${KERNEL_URL:-http://127.0.0.1:8080}"
longest_pause=30
pause=1

ask() {
  curl -sS -m 70 -H "Authorization: Bearer $AGENT_TOKEN" -H "Content-Type: application/json" -w '\n%{http_code}' "$@"
}

while true; do
  # Held for up to 50 seconds until a message is there; each is this worker's for a minute.
  answer="$(ask "$kernel/v1/messages?wait=50&ack=manual&lease=60&worker_id=worker-1")" || answer=$'\n0'
  status="${answer##*$'\n'}"
  body="${answer%$'\n'*}"
  if [[ "$status" == 401 ]]; then
    echo "the token is not valid any more" >&2
    exit 1
  fi
  if [[ "$status" != 200 ]]; then
    # The kernel is away or busy: a little longer each time, with some chance in it, so that not all come back at once.
    sleep "$((pause / 2)).$((RANDOM % 10))"
    pause=$((pause * 2 < longest_pause ? pause * 2 : longest_pause))
    continue
  fi
  pause=1
  jq -r '.messages[] | "\(.from) \(.content)"' <<<"$body"
  leases="$(jq -c '[.messages[].lease_id]' <<<"$body")"
  # What is not acknowledged comes again when its lease has run out: do the work first, and so that twice does no harm.
  [[ "$leases" == "[]" ]] || ask -o /dev/null -d "{\"lease_ids\":$leases}" "$kernel/v1/messages/ack" >/dev/null
done
