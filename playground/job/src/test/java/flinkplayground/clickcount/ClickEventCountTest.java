package flinkplayground.clickcount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import flinkplayground.support.FlinkRest;
import flinkplayground.support.GeneratorProcess;
import flinkplayground.support.KafkaBroker;
import flinkplayground.support.TopicReader;
import flinkplayground.support.WindowCounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.testutils.InternalMiniClusterExtension;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The three jars of the job on a real Flink cluster, with the generator beside it. */
class ClickEventCountTest {

    private static final List<String> PAGES = List.of("/help", "/index", "/shop", "/jobs", "/about", "/news");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @RegisterExtension
    static final InternalMiniClusterExtension CLUSTER = new InternalMiniClusterExtension(FlinkRest.cluster());

    @TempDir
    Path savepoints;

    private final KafkaBroker broker = KafkaBroker.shared();
    private final WindowCounts counts = new WindowCounts(PAGES);
    private FlinkRest flink;
    private String input;
    private String gaps;
    private String output;
    private TopicReader results;
    private GeneratorProcess generator;
    private String running;

    @BeforeEach
    void createTopics(TestInfo test) throws Exception {
        flink = FlinkRest.of(CLUSTER);
        String name = test.getTestMethod().orElseThrow().getName();
        input = name + "-input";
        gaps = name + "-gaps";
        output = name + "-output";
        broker.createTopics(Map.of(input, 2, gaps, 1, output, 2));
        results = new TopicReader(broker.bootstrapServers(), output);
    }

    @AfterEach
    void endAll() throws Exception {
        if (running != null) {
            flink.cancel(running);
        }
        if (generator != null) {
            generator.close();
        }
        results.close();
    }

    @Test
    void countsExactlyThroughRestoreRescaleAndUpgrade() throws Exception {
        generate("30");
        run("1.0", 1, null);
        awaitWindows(3);
        String first = stop();
        run("1.0", 3, first);
        awaitWindows(3);
        String second = stop();
        run("2.0", 2, second);
        awaitWindows(3);
        String third = stop();
        run("1.0", 1, third);
        awaitWindows(3);

        counts.assertExact(0);
        counts.assertNoWindowMissing();
        assertEquals(0, counts.repeated(), "results that came twice");
    }

    @Test
    void saysWhyVersionThreeDoesNotRestore() throws Exception {
        generate("30");
        run("1.0", 1, null);
        awaitWindows(1);
        String savepoint = stop();

        String refusal = flink.refusalToRun(upload("3.0"), 1, savepoint, arguments());

        assertTrue(refusal.contains("Cannot map checkpoint/savepoint state for operator"), refusal);
        assertTrue(refusal.contains("allowNonRestoredState"), refusal);
        run("3.0", 1, null);
        awaitWindows(2);
    }

    @Test
    void makesResultsVisibleExactlyOnceWhenItIsTold() throws Exception {
        generate("30");
        run("1.0", 1, null, "--exactly-once");
        awaitWindows(2);
        String savepoint = stop();
        run("1.0", 2, savepoint, "--exactly-once");
        awaitWindows(2);

        counts.assertExact(0);
        counts.assertNoWindowMissing();
        assertEquals(0, counts.repeated(), "results that came twice");
    }

    @Test
    void letsNoTransactionOfAKilledPredecessorHoldReadersBack() throws Exception {
        try (var killed = new KafkaProducer<>(
                Map.<String, Object>of(
                        "bootstrap.servers", broker.bootstrapServers(),
                        "transactional.id", ClickEventCount.transactionalIdPrefix(output) + "-0-1"),
                new StringSerializer(),
                new StringSerializer())) {
            killed.initTransactions();
            killed.beginTransaction();
            killed.send(new ProducerRecord<>(output, 0, "/help", "never committed"));
            killed.send(new ProducerRecord<>(output, 1, "/help", "never committed"));
            killed.flush();
            generate("30");

            run("1.0", 1, null, "--exactly-once");
            awaitWindows(2);
        }

        counts.assertExact(0);
    }

    @Test
    void skipsAndCountsRecordsThatAreNoClicks() throws Exception {
        List<String> bad = List.of(
                "", "null", "{", "[]", "{\"page\":\"/help\"}", "{\"timestamp\":1,\"page\":\"/help\"}",
                "{\"timestamp\":\"yesterday\",\"page\":\"/help\"}", "{\"timestamp\":\"2026-11-23T10:00:00.000Z\",\"page\":\"\"}");
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            bad.forEach(value -> producer.send(new ProducerRecord<>(input, "/help", value)));
            producer.send(new ProducerRecord<>(input, "/help", null));
        }
        generate("30");

        run("1.0", 1, null);
        awaitWindows(2);

        counts.assertExact(0);
        String vertex = flink.get("/jobs/" + running).path("vertices").path(0).path("id").asText();
        String metric = "0.Source__ClickEvent_Source.deserializer." + ClickEventDeserializer.UNDECODABLE_RECORDS;
        FlinkRest.await(
                "metric",
                () -> flink.get("/jobs/" + running + "/vertices/" + vertex + "/metrics?get=" + metric),
                values -> values.path(0).path("value").asInt() == bad.size() + 1);
    }

    @Test
    void commitsOffsetsByTheClockWhereThereAreNoCheckpoints() throws Exception {
        generate("30");
        List<String> arguments = new ArrayList<>(arguments());
        arguments.remove("--checkpointing");

        running = flink.run(upload("1.0"), 1, null, arguments);

        FlinkRest.await(
                "committed offsets",
                () -> broker.committed(ClickEventCount.CONSUMER_GROUP, input),
                committed -> committed > 0);
    }

    @Test
    void keepsItsArgumentsWhereTheyCanBeReadAgain() throws Exception {
        run("1.0", 1, null, "--backpressure");

        JsonNode config = flink.get("/jobs/" + running + "/config").path("execution-config").path("user-config");

        assertEquals(broker.bootstrapServers(), config.path("bootstrap.servers").asText());
        assertEquals("true", config.path("event-time").asText());
        assertEquals("true", config.path("backpressure").asText());
        assertEquals(output, config.path("output-topic").asText());
        assertTrue(config.path("chaining").isMissingNode());
    }

    private void generate(String speed) throws Exception {
        generator = GeneratorProcess.start(
                        List.of(),
                        "--bootstrap.servers", broker.bootstrapServers(),
                        "--topic", input,
                        "--gaps-topic", gaps,
                        "--speed", speed)
                .await("generator ready");
    }

    private void run(String version, int parallelism, String savepoint, String... more) throws Exception {
        running = flink.run(upload(version), parallelism, savepoint, arguments(more));
    }

    private String stop() throws Exception {
        String job = running;
        running = null;
        return flink.stopWithSavepoint(job, savepoints);
    }

    private String upload(String version) throws Exception {
        return flink.upload(Path.of(System.getProperty("jars"), "click-event-count-" + version + ".jar"));
    }

    private List<String> arguments(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--bootstrap.servers", broker.bootstrapServers(),
                "--input-topic", input,
                "--output-topic", output,
                "--checkpointing",
                "--checkpoint-interval", "500",
                "--event-time"));
        arguments.addAll(List.of(more));
        return arguments;
    }

    /** Waits for so many windows more than there are. */
    private void awaitWindows(int more) throws Exception {
        int wanted = counts.size() + more;
        FlinkRest.await("window " + wanted, this::countedWindows, size -> size >= wanted);
        // The last one came only in part, perhaps.
        FlinkRest.await("whole windows", this::wholeWindows, whole -> whole);
    }

    private int countedWindows() throws IOException {
        for (ConsumerRecord<String, String> record : results.read()) {
            JsonNode result = MAPPER.readTree(record.value());
            assertEquals(result.path("page").asText(), record.key());
            counts.result(
                    IsoTime.parse(result.path("windowStart").asText()),
                    result.path("page").asText(),
                    result.path("count").asLong());
        }
        return counts.size();
    }

    private boolean wholeWindows() throws IOException {
        countedWindows();
        return counts.whole();
    }
}
