#!/usr/bin/env bash
# Runs a role in the foreground: run-class.sh <role> <class> <command of BashJavaUtils> [arguments]
set -e
role=$1
class=$2
memory=$3
shift 3
mapfile -t parameters < <("$FLINK_HOME/bin/java-utils.sh" "$memory" "$@")
read -r -a jvm <<<"${parameters[0]}"
read -r -a dynamic <<<"${parameters[1]}"
opens=()
for package in java.lang java.net java.io java.nio sun.nio.ch java.lang.reflect java.text java.time java.util \
  java.util.concurrent java.util.concurrent.atomic java.util.concurrent.locks; do
  opens+=("--add-opens=java.base/$package=ALL-UNNAMED")
done
log=$FLINK_HOME/log/flink-$(id -un)-$role-0-$(hostname)
exec java "${jvm[@]}" "${opens[@]}" -Dlog.file="$log.log" \
  -Dlog4j.configurationFile="file:$FLINK_HOME/conf/log4j-console.properties" \
  -cp "$FLINK_HOME/lib/*" "$class" --configDir "$FLINK_HOME/conf" "${dynamic[@]}" "$@"
