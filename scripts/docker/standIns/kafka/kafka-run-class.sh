#!/usr/bin/env bash
read -r -a heap <<<"${KAFKA_HEAP_OPTS:--Xmx256M}"
read -r -a options <<<"${KAFKA_JVM_PERFORMANCE_OPTS:--XX:+UseG1GC} ${KAFKA_OPTS:-}"
# The broker says everything on the console, a tool only what is wrong, and that beside its output.
case $1 in
  kafka.*) libraries=/opt/kafka/libs ;;
  *) libraries=/opt/kafka/tools ;;
esac
exec java "${heap[@]}" "${options[@]}" -Dlog4j2.configurationFile=/opt/kafka/config/log4j2.properties \
  -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp "$libraries/*" "$@"
