#!/usr/bin/env bash
# A Docker engine for machines that have none: CI, a container, a fresh Debian. As root.
#   engine.sh install   the engine, Compose v1 and Compose v2, where they are missing (Debian and Ubuntu)
#   engine.sh start     starts dockerd in the background unless an engine answers; says how to end it
#   engine.sh stop      ends the dockerd that `start` started
set -euo pipefail

state=${FLINK_PLAYGROUND_ENGINE_STATE:-/var/tmp/flink-playground-engine}
plugins=/usr/local/lib/docker/cli-plugins

answers() { timeout 20 docker info --format '{{.ServerVersion}}' >/dev/null 2>&1; }

packages() { env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }

# Compose v2 is in no package of Debian 12: the one of Debian 13 is a single static program, unpacked as the plugin that it is.
compose_v2() {
  local work
  work=$(mktemp -d)
  mkdir -p "$work/sources" "$work/lists/partial"
  chmod 755 "$work"
  # The machine's own way to Debian's packages, with another suite.
  if [ -f /etc/apt/sources.list.d/debian.sources ]; then
    sed 's/^Suites:.*/Suites: trixie/' /etc/apt/sources.list.d/debian.sources |
      awk 'BEGIN { RS = ""; ORS = "\n\n" } !/security/' >"$work/sources/trixie.sources"
  else
    grep -E '^deb .*debian' /etc/apt/sources.list | grep -v security |
      sed -E 's/^(deb (\[[^]]*\] )?[^ ]+) [^ ]+ .*/\1 trixie main/' | sort -u >"$work/sources/trixie.list"
  fi
  local options=(-o "Dir::Etc::sourcelist=/dev/null" -o "Dir::Etc::sourceparts=$work/sources" -o "Dir::State::lists=$work/lists")
  apt-get -qq "${options[@]}" update
  (cd "$work" && apt-get -qq "${options[@]}" -o APT::Sandbox::User=root download docker-compose)
  dpkg-deb -x "$work"/docker-compose_*.deb "$work/unpacked"
  install -D -m 755 "$work/unpacked/usr/libexec/docker/cli-plugins/docker-compose" "$plugins/docker-compose"
  rm -rf "$work"
}

install_engine() {
  local missing=()
  command -v dockerd >/dev/null || missing+=(docker.io iptables)
  command -v docker >/dev/null || missing+=(docker.io)
  docker-compose version 2>/dev/null | grep -q ' 1\.' || missing+=(docker-compose)
  # What the stand-in images are made with.
  command -v debootstrap >/dev/null || missing+=(debootstrap)
  # The network of an engine that a test has for itself.
  command -v ip >/dev/null || missing+=(iproute2)
  if [ ${#missing[@]} -gt 0 ]; then
    apt-get update -qq
    packages "${missing[@]}"
  fi
  docker compose version >/dev/null 2>&1 || compose_v2
}

start_engine() {
  if answers; then
    echo "A Docker engine answers already."
    return
  fi
  mkdir -p "$state"
  # A session of its own: it outlives the shell that starts it, and no signal to that shell's group reaches it.
  setsid nohup dockerd --pidfile "$state/dockerd.pid" >"$state/dockerd.log" 2>&1 </dev/null &
  for _ in $(seq 120); do
    if answers; then
      echo "dockerd runs; its log is $state/dockerd.log. End it with: $0 stop"
      return
    fi
    sleep 0.5
  done
  echo "dockerd did not answer within a minute. The end of its log:" >&2
  tail -n 20 "$state/dockerd.log" >&2
  return 1
}

stop_engine() {
  [ -f "$state/dockerd.pid" ] || return 0
  local pid
  pid=$(cat "$state/dockerd.pid")
  kill "$pid" 2>/dev/null || return 0
  for _ in $(seq 60); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.5
  done
}

case "${1:-}" in
  install) install_engine ;;
  start) start_engine ;;
  stop) stop_engine ;;
  *)
    sed -n '2,6p' "$0" >&2
    exit 2
    ;;
esac
