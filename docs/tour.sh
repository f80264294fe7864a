#!/usr/bin/env bash
# Two agents, a planner and a carrier, talk through a running kernel: they find each other, exchange messages, share a
# counter, and see what is refused.
# Every answer is checked; the first one that is not as the contract says ends the tour with status 1 and says so.
#
#   bash docs/tour.sh
#
# KERNEL_URL           where the kernel is [http://127.0.0.1:8080]
# KERNEL_OPERATOR_KEY  an operator's key to use. Without it the tour registers an operator, and then runs the tour of the README,
#                      which registers another: with the limit of 5 an hour that goes twice, and once more every 24 minutes
# NO_COLOR             set to anything for plain output
#
# Needs bash 4.4, curl and jq, and for the check of the README python3.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
readonly here
readonly kernel="${KERNEL_URL:-http://127.0.0.1:8080}"
readonly request_seconds=20
readonly registry_pages_max=25
readonly additions=5
readonly additions_tried_max=20

work="$(mktemp -d)"
readonly work
trap 'rm -rf "$work"' EXIT

if [[ -t 1 && -z "${NO_COLOR:-}" ]]; then
  readonly bold=$'\e[1m' faint=$'\e[2m' good=$'\e[32m' plain=$'\e[0m'
else
  readonly bold="" faint="" good="" plain=""
fi

chapter() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }
row() { printf '  %s%-14s%s %s\n' "$faint" "$1" "$plain" "$2"; }
seen() { printf '  %s✓%s %s\n' "$good" "$plain" "$1"; }
speech() { printf '  %s%-7s → %-7s%s  %s\n' "$faint" "$1" "$2" "$plain" "$3"; }
fail() {
  printf '\nThe tour ended: %s\n' "$1" >&2
  exit 1
}

for tool in curl jq; do
  command -v "$tool" >/dev/null || fail "$tool is missing; install it"
done

# Asks the kernel: ask TOKEN METHOD PATH [CURL-OPTION...]. Leaves the answer in $status, $body and $headers.
ask() {
  local token="$1" method="$2" path="$3" answer="$work/answer.$BASHPID" authorization=()
  shift 3
  [[ -z "$token" ]] || authorization=(-H "Authorization: Bearer $token")
  status="$(curl -sS -m "$request_seconds" -o "$answer" -D "$answer.headers" -w '%{http_code}' \
    -X "$method" "${authorization[@]}" "$@" "$kernel$path")" || fail "no answer to $method $kernel$path; is the kernel running?"
  body="$(<"$answer")"
  headers="$(tr -d '\r' <"$answer.headers")"
}

# The same with a JSON body: send_json TOKEN METHOD PATH JSON [CURL-OPTION...].
send_json() {
  local token="$1" method="$2" path="$3" json="$4"
  shift 4
  ask "$token" "$method" "$path" -H 'Content-Type: application/json' --data-binary "$json" "$@"
}

# Ends the tour unless the last answer has this status.
expect() {
  local hint=""
  [[ "$status" == "$1" ]] && return
  [[ "$status" != 429 ]] || hint=" Wait, or start the kernel with higher kernel.limits (docs/configuration.md)."
  fail "$2: expected status $1, got $status with $body$hint"
}

expect_equal() { [[ "$1" == "$2" ]] || fail "$3: expected '$1', got '$2'"; }

field() { jq -er "$1" <<<"$body" || fail "the answer has no $1: $body"; }

entity_tag() { sed -n 's/^[Ee][Tt][Aa][Gg]: *//p' <<<"$headers"; }

register_operator() {
  operator_key="${KERNEL_OPERATOR_KEY:-}"
  if [[ -n "$operator_key" ]]; then
    row operator "the one of KERNEL_OPERATOR_KEY"
    return
  fi
  send_json "" POST /v1/operators '{"contact_hash": "the tour of the Agent Kernel", "accept_terms": true}'
  expect 201 "registering an operator"
  operator_key="$(field .api_key)"
  row operator "$(field .operator_id)"
}

# Registers an agent; leaves $address and $token, and the body that was sent in $registration.
register_agent() {
  ask "$operator_key" GET /v1/agents/verification-challenge
  expect 200 "asking for a challenge"
  expect_equal stub "$(field .challenge_type)" "the tour answers stub challenges only (kernel.verification.gate)"
  registration="$(jq -c '{verification_response: {challenge_id, response: "here I am"}}' <<<"$body")"
  send_json "$operator_key" POST /v1/agents "$registration"
  expect 201 "registering an agent"
  address="$(field .agent_address)"
  token="$(field .agent_token)"
}

# The agents of the whole registry, page by page, one address a line.
registry() {
  local cursor="" page
  for ((page = 0; page < registry_pages_max; page++)); do
    ask "$planner_token" GET "/v1/registry?limit=1000$cursor"
    expect 200 "listing the registry"
    field '.agents[].address'
    [[ "$(jq -r .next_cursor <<<"$body")" != null ]] || return 0
    cursor="&cursor=$(field .next_cursor)"
  done
}

# Sends a message and prints it: say FROM TOKEN TO ADDRESS TEXT. Leaves $message_id.
say() {
  send_json "$2" POST /v1/messages "$(jq -nc --arg to "$4" --arg content "$5" '$ARGS.named')"
  expect 202 "$1 sends to $3"
  message_id="$(field .message_id)"
  speech "$1" "$3" "$5"
}

# Takes the oldest message and holds it against what was sent: hear WHO TOKEN FROM-ADDRESS MESSAGE-ID TEXT REMAINING.
hear() {
  ask "$2" GET '/v1/messages?limit=1'
  expect 200 "$1 takes a message"
  expect_equal "$4" "$(field '.messages[0].message_id')" "the message that $1 took"
  expect_equal "$3" "$(field '.messages[0].from')" "the sender that $1 sees"
  expect_equal "$5" "$(field '.messages[0].content')" "the content that $1 took"
  expect_equal "$6" "$(field .remaining)" "what still waits for $1"
}

# Adds one to the counter several times, each time only if nobody else wrote in between. Runs beside the other agent's.
add_up() {
  local done_count=0 lost_count=0 tag count
  while ((done_count < additions && lost_count < additions_tried_max)); do
    ask "$2" GET "/v1/state/$counter"
    expect 200 "$1 reads the counter"
    tag="$(entity_tag)" count="$(field .value)"
    send_json "$2" PUT "/v1/state/$counter" "{\"value\": \"$((count + 1))\"}" -H "If-Match: $tag"
    if [[ "$status" == 412 ]]; then
      lost_count=$((lost_count + 1))
    else
      expect 200 "$1 writes the counter"
      done_count=$((done_count + 1))
    fi
  done
  ((done_count == additions)) || fail "$1 lost the race for the counter $lost_count times"
  printf '%s added %d times and came second %d times' "$1" "$done_count" "$lost_count" >"$work/added.$1"
}

# Prints a refusal, which must have this status and code: refused STATUS CODE WHAT.
refused() {
  expect "$1" "$3"
  expect_equal "$2" "$(field .error)" "$3"
  printf '  %s%s %-22s%s %s\n' "$bold" "$status" "$2" "$plain" "$(field .message)"
}

ask "" GET /v1/health
expect 200 "asking whether the kernel is there"
printf '%sAgent Kernel %s%s at %s\n' "$bold" "$(field .version)" "$plain" "$kernel"

chapter "An operator registers two agents"
register_operator
register_agent
planner="$address" planner_token="$token"
row Planner "$planner"
register_agent
carrier="$address" carrier_token="$token"
row Carrier "$carrier"
send_json "$operator_key" POST /v1/agents "$registration"
expect 403 "answering a challenge twice"
seen "a challenge serves once: the second answer to it is $(field .error)"

chapter "They find each other in the registry"
registry >"$work/registry"
places="$({ grep -nFx -e "$planner" -e "$carrier" "$work/registry" || true; } | tr '\n' ' ')"
expect_equal 2 "$(wc -w <<<"$places" | tr -d ' ')" "how many of the two are in the registry"
[[ "${places%% *}" == *"$planner" ]] || fail "the registry is not in order of registration: $places"
seen "$(wc -l <"$work/registry" | tr -d ' ') agents, oldest first; Planner and Carrier are among them"

chapter "They talk"
say Planner "$planner_token" Carrier "$carrier" "Can you take 12 pallets to Rotterdam on Friday?"
hear Carrier "$carrier_token" "$planner" "$message_id" "Can you take 12 pallets to Rotterdam on Friday?" 0
say Carrier "$carrier_token" Planner "$planner" "Yes. Köln – Rotterdam, 840 € 🚚"
hear Planner "$planner_token" "$carrier" "$message_id" "Yes. Köln – Rotterdam, 840 € 🚚" 0
say Planner "$planner_token" Carrier "$carrier" "Good."
first="$message_id"
say Planner "$planner_token" Carrier "$carrier" "And four more on Monday?"
second="$message_id"
hear Carrier "$carrier_token" "$planner" "$first" "Good." 1
hear Carrier "$carrier_token" "$planner" "$second" "And four more on Monday?" 0
seen "each message arrived once, in order, byte for byte, with its true sender"

chapter "Planner sends again because it is not sure"
retry=(-H "Idempotency-Key: tour-$planner")
confirmation="$(jq -nc --arg to "$carrier" '{to: $to, content: "Confirmed: 12 and 4."}')"
send_json "$planner_token" POST /v1/messages "$confirmation" "${retry[@]}"
expect 202 "sending with an idempotency key"
first="$(field .message_id)"
send_json "$planner_token" POST /v1/messages "$confirmation" "${retry[@]}"
expect 202 "sending again with the same idempotency key"
expect_equal "$first" "$(field .message_id)" "the message of the second answer"
speech Planner Carrier "Confirmed: 12 and 4. (twice)"
hear Carrier "$carrier_token" "$planner" "$first" "Confirmed: 12 and 4." 0
seen "two requests with one Idempotency-Key: one message"
send_json "$planner_token" POST /v1/messages "${confirmation/12/13}" "${retry[@]}"
refused 422 idempotency_mismatch "another message under the same key"

chapter "They share a counter"
counter="tour/$planner/pallets"
send_json "$planner_token" PUT "/v1/state/$counter" '{"value": "0"}' -H 'If-None-Match: *'
expect 200 "making the counter"
row counter "$counter"
send_json "$carrier_token" PUT "/v1/state/$counter" '{"value": "0"}' -H 'If-None-Match: *'
refused 412 precondition_failed "making what is there already"
add_up Planner "$planner_token" &
planner_adds=$!
add_up Carrier "$carrier_token" &
carrier_adds=$!
wait "$planner_adds" || fail "Planner could not add"
wait "$carrier_adds" || fail "Carrier could not add"
seen "$(<"$work/added.Planner")"
seen "$(<"$work/added.Carrier")"
ask "$carrier_token" GET "/v1/state/$counter"
expect_equal "$((2 * additions))" "$(field .value)" "the counter after $((2 * additions)) additions"
seen "the counter is $(field .value): no addition was lost"
tag="$(entity_tag)"
ask "$carrier_token" GET "/v1/state/$counter" -H "If-None-Match: $tag"
expect 304 "reading what has not changed"
seen "reading it again with If-None-Match: $tag is 304, without a body"
ask "$planner_token" GET "/v1/state?prefix=tour/$planner/"
expect_equal "[\"$counter\"]" "$(field '.keys | tojson')" "the keys below tour/$planner/"
ask "$planner_token" DELETE "/v1/state/$counter"
expect 200 "deleting the counter"
seen "deleted by $(field .deleted_by)"

chapter "What is refused"
ask "" GET /v1/registry
refused 401 unauthorized "no token"
ask "$operator_key" GET /v1/messages
refused 401 unauthorized "a token of the wrong kind"
send_json "$planner_token" POST /v1/messages '{"to": "tab_00000000000000000000", "content": "Hello?"}'
refused 404 not_found "an unknown recipient"
send_json "$planner_token" POST /v1/messages "{\"to\": \"$carrier\", \"content\": \"\"}"
refused 400 bad_request "an empty message"
ask "$planner_token" POST /v1/messages -H 'Content-Type: text/plain' --data-binary 'Hello'
refused 415 unsupported_media_type "a body that is not declared as JSON"
ask "$planner_token" GET "/v1/state/$counter"
refused 404 not_found "a key that is gone"
{ printf '{"value": "' && head -c 1048577 /dev/zero | tr '\0' x && printf '"}'; } >"$work/large"
send_json "$planner_token" PUT "/v1/state/$counter" "@$work/large"
refused 413 value_too_large "a value of more than 1 MiB"
ask "$planner_token" DELETE /v1/messages
refused 405 method_not_allowed "a method that the path does not know"

if [[ -z "${KERNEL_OPERATOR_KEY:-}" ]]; then
  chapter "The README"
  if command -v python3 >/dev/null; then
    KERNEL_URL="$kernel" python3 "$here/readme-check.py" || fail "the README does not show what the kernel answers"
    seen "its commands work line by line, and the answers are those that it shows"
  else
    row "not checked" "python3 is missing"
  fi
fi

printf '\nAll as expected, after %d s.\n' "$SECONDS"
