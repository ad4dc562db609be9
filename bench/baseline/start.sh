#!/usr/bin/env bash
# What a person would write without us: the same processes started in parallel by plain java, the job submitted with curl.
# Ends when all tasks run. Environment: JAVA, FLINK_CP, KAFKA_CP, GENERATOR_CP, JOB_JAR, JOB_CLASSPATHS (file: URIs joined
# by ;), ENTRY_CLASS, GENERATOR_CLASS, DIR (empty folder), REST_PORT, BROKER_PORT, CONTROLLER_PORT.
set -euo pipefail
mkdir -p "$DIR/jm" "$DIR/tm" "$DIR/log"
opens=()
for p in lang net io nio lang.reflect text time util util.concurrent util.concurrent.atomic util.concurrent.locks; do
  opens+=("--add-opens=java.base/java.$p=ALL-UNNAMED")
done
opens+=("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED")

for role in jm tm; do
  cat >"$DIR/$role/config.yaml" <<YAML
jobmanager.rpc.address: 127.0.0.1
jobmanager.bind-host: 127.0.0.1
taskmanager.bind-host: 127.0.0.1
taskmanager.host: 127.0.0.1
rest.address: 127.0.0.1
rest.bind-address: 127.0.0.1
rest.port: $REST_PORT
jobmanager.rpc.port: $((REST_PORT + 1))
taskmanager.numberOfTaskSlots: 2
taskmanager.cpu.cores: 2
taskmanager.memory.task.heap.size: 128mb
taskmanager.memory.task.off-heap.size: 0mb
taskmanager.memory.framework.heap.size: 128mb
taskmanager.memory.framework.off-heap.size: 64mb
taskmanager.memory.managed.size: 32mb
taskmanager.memory.network.min: 64mb
taskmanager.memory.network.max: 64mb
taskmanager.memory.jvm-metaspace.size: 128mb
taskmanager.memory.jvm-overhead.min: 64mb
taskmanager.memory.jvm-overhead.max: 64mb
web.refresh-interval: 250
io.tmp.dirs: $DIR/$role
execution.checkpointing.dir: file://$DIR/checkpoints
YAML
  cat >"$DIR/$role/log4j.properties" <<LOG
rootLogger.level = INFO
rootLogger.appenderRef.file.ref = file
appender.file.type = File
appender.file.name = file
appender.file.fileName = $DIR/log/$role.log
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d %-5p %c - %m%n
LOG
done
cat >"$DIR/server.properties" <<KAFKA
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:$CONTROLLER_PORT
listeners=PLAINTEXT://127.0.0.1:$BROKER_PORT,CONTROLLER://127.0.0.1:$CONTROLLER_PORT
advertised.listeners=PLAINTEXT://127.0.0.1:$BROKER_PORT
controller.listener.names=CONTROLLER
log.dirs=$DIR/kafka
num.partitions=2
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
KAFKA

launch() { # name, then the java arguments
  local name=$1
  shift
  "$JAVA" "$@" >"$DIR/log/$name.out" 2>&1 </dev/null &
  echo $! >>"$DIR/pids"
}
launch jm -Xmx512m "${opens[@]}" "-Dlog4j.configurationFile=$DIR/jm/log4j.properties" -cp "$FLINK_CP" \
  org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint --configDir "$DIR/jm"
launch tm -Xmx256m -XX:MaxDirectMemorySize=128m -XX:MaxMetaspaceSize=128m "${opens[@]}" \
  "-Dlog4j.configurationFile=$DIR/tm/log4j.properties" -cp "$FLINK_CP" \
  org.apache.flink.runtime.taskexecutor.TaskManagerRunner --configDir "$DIR/tm"
(
  "$JAVA" -cp "$KAFKA_CP" kafka.tools.StorageTool format --standalone -t MkU3OEVBNTcwNTJENDM2Qk \
    -c "$DIR/server.properties" >"$DIR/log/format.out" 2>&1
  exec "$JAVA" -Xmx256m -cp "$KAFKA_CP" kafka.Kafka "$DIR/server.properties" >"$DIR/log/kafka.out" 2>&1 </dev/null
) &
echo $! >>"$DIR/pids"
(
  until (exec 3<>"/dev/tcp/127.0.0.1/$BROKER_PORT") 2>/dev/null; do sleep 0.05; done
  exec "$JAVA" -Xmx128m -cp "$GENERATOR_CP" "$GENERATOR_CLASS" --bootstrap.servers "127.0.0.1:$BROKER_PORT" --topic input \
    >"$DIR/log/generator.out" 2>&1 </dev/null
) &
echo $! >>"$DIR/pids"

rest="http://127.0.0.1:$REST_PORT"
until upload=$(curl -sf -X POST -F "jarfile=@$JOB_JAR" "$rest/jars/upload" 2>/dev/null); do sleep 0.05; done
jar=$(sed 's/.*"filename":"[^"]*\/\([^"/]*\)".*/\1/' <<<"$upload")
until (exec 3<>"/dev/tcp/127.0.0.1/$BROKER_PORT") 2>/dev/null; do sleep 0.05; done
body="{\"entryClass\":\"$ENTRY_CLASS\",\"programArgsList\":[\"--bootstrap.servers\",\"127.0.0.1:$BROKER_PORT\",\"--checkpointing\",\"--event-time\"],\"flinkConfiguration\":{\"pipeline.classpaths\":\"$JOB_CLASSPATHS\"}}"
job=$(curl -sf -X POST -H 'Content-Type: application/json' -d "$body" "$rest/jars/$jar/run" | sed 's/.*"jobid":"\([^"]*\)".*/\1/')
deadline=$((SECONDS + 120))
until curl -sf "$rest/jobs/$job" | grep -o '"status-counts":{[^}]*}' | grep -vq '"\(CREATED\|SCHEDULED\|DEPLOYING\|INITIALIZING\)":[1-9]'; do
  [ "$SECONDS" -lt "$deadline" ] || exit 1
  sleep 0.05
done
