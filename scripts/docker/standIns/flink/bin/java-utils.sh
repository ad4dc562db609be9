#!/usr/bin/env bash
# Flink's own BashJavaUtils: the configuration with changes, or the memory settings of a JVM.
set -o pipefail
command=$1
shift
java -Xmx64m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$FLINK_HOME/lib/*" -Dlog4j2.level=OFF \
  org.apache.flink.runtime.util.bash.BashJavaUtils "$command" --configDir "$FLINK_HOME/conf" "$@" |
  sed -n 's/^BASH_JAVA_UTILS_EXEC_RESULT://p'
