#!/usr/bin/env bash
# Checks what is in this directory without containers: that the compose files are whole, and that nginx, with the very
# configuration of the containers, passes requests on as they came, upgrades WebSockets, keeps a caller at a replica, and turns to
# the other when one is gone. Two small programs stand for the replicas. Needs bash, nginx and python3 with PyYAML.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
work="$(mktemp -d)"
nginx_pid="" replicas_pid=""

clean_up() {
  for pid in $nginx_pid $replicas_pid; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap clean_up EXIT

python3 check_compose.py compose.yaml compose.cluster.yaml
python3 check_monitoring.py

mkdir -p "$work/tls" "$work/logs"
python3 check_proxy.py replicas "$work/ports" &
replicas_pid=$!
for _ in $(seq 100); do [[ -s "$work/ports" ]] && break; sleep 0.1; done
read -r first second listen <"$work/ports"

# What the image of nginx does with its templates.
sed -e "s|\${KERNEL_REPLICA_1}|127.0.0.1:$first|" -e "s|\${KERNEL_REPLICA_2}|127.0.0.1:$second|" \
  -e "s|\${KERNEL_LISTEN}|127.0.0.1:$listen|" -e "s|\${KERNEL_TLS_DIRECTORY}|$work/tls|" \
  nginx/templates/kernel.conf.template >"$work/kernel.conf"
! grep -n '\${' "$work/kernel.conf" || { echo "check.sh: a variable is left" >&2; exit 1; }
cat >"$work/nginx.conf" <<CONF
daemon off;
pid $work/nginx.pid;
error_log $work/logs/error.log;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path $work/body; proxy_temp_path $work/proxy; fastcgi_temp_path $work/f; uwsgi_temp_path $work/u; scgi_temp_path $work/s;
  include $work/kernel.conf;
}
CONF
nginx -q -t -c "$work/nginx.conf" -e "$work/logs/error.log"
nginx -c "$work/nginx.conf" -e "$work/logs/error.log" &
nginx_pid=$!
python3 check_proxy.py ask "$listen" "$first" "$second" || { cat "$work/logs/error.log" >&2; exit 1; }
