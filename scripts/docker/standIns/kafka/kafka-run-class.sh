#!/usr/bin/env bash
read -r -a heap <<<"${KAFKA_HEAP_OPTS:--Xmx256M}"
read -r -a options <<<"${KAFKA_OPTS:-}"
exec java "${heap[@]}" "${options[@]}" -Dlog4j2.configurationFile=/opt/kafka/config/log4j2.properties \
  -cp '/opt/kafka/libs/*:/opt/kafka/tools/*' "$@"
