#!/usr/bin/env bash
read -r -a heap <<<"${KAFKA_HEAP_OPTS:--Xmx256M}"
read -r -a options <<<"${KAFKA_JVM_PERFORMANCE_OPTS:--XX:+UseG1GC} ${KAFKA_OPTS:-}"
# The broker says everything on the console, a tool only what is wrong, and that beside its output.
log=tools-log4j2
[ "$1" != kafka.Kafka ] || log=log4j2
exec java "${heap[@]}" "${options[@]}" -Dlog4j2.configurationFile=/opt/kafka/config/$log.properties \
  -cp '/opt/kafka/libs/*:/opt/kafka/tools/*' "$@"
