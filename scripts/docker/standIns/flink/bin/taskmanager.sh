#!/usr/bin/env bash
[ "$1" = start-foreground ] && shift
exec "$FLINK_HOME/bin/run-class.sh" taskexecutor \
  org.apache.flink.runtime.taskexecutor.TaskManagerRunner GET_TM_RESOURCE_PARAMS "$@"
