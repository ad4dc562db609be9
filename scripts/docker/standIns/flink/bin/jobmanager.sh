#!/usr/bin/env bash
[ "$1" = start-foreground ] && shift
exec "$FLINK_HOME/bin/run-class.sh" standalonesession \
  org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint GET_JM_RESOURCE_PARAMS "$@"
