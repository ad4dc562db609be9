package flinkplayground.clickcount;

import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;

/**
 * Counts the clicks on each page in windows of 15 seconds: Kafka topic {@code input} → {@code ClickEvent Counter} → topic
 * {@code output}.
 *
 * <p>Every operator has a uid, so that a savepoint of one variant or version finds its state again in the next. The state that is
 * counted lives in {@link ClickCounting}, the one class in which the versions of this job differ.
 *
 * <ul>
 *   <li>{@code --bootstrap.servers <host:port>} (localhost:9092), {@code --input-topic <name>} (input), {@code --output-topic
 *       <name>} (output)
 *   <li>{@code --checkpointing}: checkpoints; without it a failure really loses what the open window had counted, because offsets
 *       are committed by the clock
 *   <li>{@code --checkpoint-interval <ms>} (1000)
 *   <li>{@code --event-time}: windows by the time in the events, not by the clock
 *   <li>{@code --exactly-once}: results become visible with the checkpoint that covers them, and never twice
 *   <li>{@code --backpressure}: an operator that is slow in every even minute
 *   <li>{@code --chaining}: operators share tasks where they can, as is Flink's default
 * </ul>
 */
public final class ClickEventCount {

    static final String JOB_NAME = "Click Event Count";
    static final String CONSUMER_GROUP = "click-event-count";

    private ClickEventCount() {}

    public static void main(String[] args) throws Exception {
        JobOptions options = JobOptions.parse(args);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        build(env, options);
        env.execute(JOB_NAME);
    }

    static void build(StreamExecutionEnvironment env, JobOptions options) {
        env.getConfig().setGlobalJobParameters(Configuration.fromMap(options.given()));
        if (options.checkpointing()) {
            env.enableCheckpointing(options.checkpointIntervalMs());
        }
        if (!options.chaining()) {
            env.disableOperatorChaining();
        }

        DataStream<ClickEvent> clicks = env.fromSource(source(options), new ClickWatermarks(), "ClickEvent Source")
                .uid("click-event-source");
        if (options.backpressure()) {
            clicks = clicks.keyBy(ClickEvent::getPage)
                    .map(new Backpressure())
                    .name("Backpressure")
                    .uid("backpressure");
        }
        ClickCounting.count(clicks, options.eventTime())
                .sinkTo(sink(options))
                .name("ClickEventStatistics Sink")
                .uid("click-event-statistics-sink");
    }

    private static KafkaSource<ClickEvent> source(JobOptions options) {
        KafkaSourceBuilder<ClickEvent> source = KafkaSource.<ClickEvent>builder()
                .setBootstrapServers(options.bootstrapServers())
                .setTopics(options.inputTopic())
                .setGroupId(CONSUMER_GROUP)
                .setStartingOffsets(OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST))
                .setValueOnlyDeserializer(new ClickEventDeserializer())
                // The generator writes in transactions; what a killed one left unfinished was never generated.
                .setProperty("isolation.level", "read_committed");
        if (!options.checkpointing()) {
            source.setProperty("enable.auto.commit", "true").setProperty("auto.commit.interval.ms", "1000");
        }
        return source.build();
    }

    private static KafkaSink<ClickEventStatistics> sink(JobOptions options) {
        KafkaSinkBuilder<ClickEventStatistics> sink = KafkaSink.<ClickEventStatistics>builder()
                .setBootstrapServers(options.bootstrapServers())
                .setRecordSerializer(new ClickEventStatisticsSerializer(options.outputTopic()));
        if (options.exactlyOnce()) {
            // A broker accepts at most 15 minutes by default, Flink asks for an hour.
            sink.setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                    .setProperty("transaction.timeout.ms", "900000")
                    .setTransactionalIdPrefix(transactionalIdPrefix(options.outputTopic()));
        } else {
            sink.setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE);
        }
        return sink.build();
    }

    /**
     * The same for each job that goes on from another: Flink ends the transactions that it finds open under it. Those of a job
     * that was killed before its first checkpoint, of which nothing else knows, would hold readers back for 15 minutes.
     */
    static String transactionalIdPrefix(String outputTopic) {
        return "click-event-count-" + outputTopic;
    }
}
