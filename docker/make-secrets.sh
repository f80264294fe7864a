#!/usr/bin/env bash
# Makes the secrets of compose.cluster.yaml, as files in docker/secrets; one that is there already stays as it is.
#
#   make-secrets.sh [another directory]
set -euo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/secrets}"
# Compose hands the files over with their owner and mode, and the kernel runs as another user than you: the directory is closed
# instead.
chmod 700 .
for name in database-password secret-key admin-token observation-token grafana-password; do
  if [[ ! -s "$name" ]]; then
    od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$name"
    chmod 644 "$name"
    echo "made $PWD/$name"
  fi
done
