#!/usr/bin/env bash
# The settings from the environment go into conf/config.yaml, then the role or any other command runs.
settings=(
  "-Djobmanager.rpc.address=${JOB_MANAGER_RPC_ADDRESS:-$(hostname -f)}"
  "-Dblob.server.port=6124"
  "-Dquery.server.port=6125"
)
[ -z "${TASK_MANAGER_NUMBER_OF_TASK_SLOTS:-}" ] ||
  settings+=("-Dtaskmanager.numberOfTaskSlots=$TASK_MANAGER_NUMBER_OF_TASK_SLOTS")
while IFS=':' read -r key value; do
  key=${key//[[:space:]]/}
  # Some releases of the official image trim here and some remove every blank: a setting must stand both.
  [ -z "$key" ] || settings+=("-D$key=${value//[[:space:]]/}")
done <<<"${FLINK_PROPERTIES:-}"

config=$("$FLINK_HOME/bin/java-utils.sh" UPDATE_AND_GET_FLINK_CONFIGURATION "${settings[@]}") || exit 1
printf '%s\n' "$config" >"$FLINK_HOME/conf/config.yaml"

step_down=()
[ "$(id -u)" != 0 ] || step_down=(setpriv --reuid=flink --regid=flink --clear-groups)

case "${1:-help}" in
  help)
    echo "Usage: $(basename "$0") (jobmanager|taskmanager|<command>)"
    ;;
  jobmanager | taskmanager)
    role=$1
    shift
    exec "${step_down[@]}" "$FLINK_HOME/bin/$role.sh" start-foreground "$@"
    ;;
  *)
    exec "${step_down[@]}" "$@"
    ;;
esac
