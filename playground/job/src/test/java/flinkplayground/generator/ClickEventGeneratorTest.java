package flinkplayground.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import flinkplayground.support.GeneratorProcess;
import flinkplayground.support.KafkaBroker;
import flinkplayground.support.TopicReader;
import flinkplayground.support.WindowCounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** The generator as a process, and its log, on a real broker. */
class ClickEventGeneratorTest {

    private static final List<String> PAGES = ClickEventGenerator.PAGES;
    private static final int KILLS = 50;

    @TempDir
    static Path directory;

    private final KafkaBroker broker = KafkaBroker.shared();
    private final List<String> jvmOptions = new ArrayList<>();
    private String topic;
    private String gapsTopic;

    @BeforeEach
    void createTopics(TestInfo test) {
        topic = test.getTestMethod().orElseThrow().getName();
        gapsTopic = topic + "-gaps";
        broker.createTopics(Map.of(topic, 2, gapsTopic, 1));
    }

    @Test
    void keepsEveryWindowExactThroughFiftyKills() throws Exception {
        Random random = new Random(50);
        recordClasses();
        for (int kill = 0; kill < KILLS; kill++) {
            try (GeneratorProcess generator = start("30")) {
                // Every tenth dies while it still looks where to go on.
                if (kill % 10 == 9) {
                    Thread.sleep(random.nextInt(500));
                } else {
                    generator.await("generator ready");
                    Thread.sleep(random.nextInt(200));
                }
                generator.kill();
            }
        }
        try (GeneratorProcess last = start("30")) {
            last.await("events");
        }

        WindowCounts counts = committedClicks();
        counts.assertExact(1);
        counts.assertNoWindowMissing();
        assertTrue(counts.size() >= 5, "only " + counts.size() + " windows were written");
    }

    @Test
    void leavesTheTopicToANewerOneAndEnds() throws Exception {
        try (GeneratorProcess older = start("30").await("events");
                GeneratorProcess newer = start("30").await("events")) {
            older.assertEndsWith(3);
            newer.await("events");
        }

        committedClicks().assertExact(1);
    }

    @Test
    void knowsThatANewerOneTookOverByEveryAnswerOfTheBroker() {
        List<KafkaException> answers = List.of(
                new ProducerFencedException("older epoch"),
                new InvalidTxnStateException("the transaction is being aborted"),
                new KafkaException("in an error state", new InvalidProducerEpochException("older epoch")));

        answers.forEach(answer -> assertTrue(ClickEventGenerator.tookOver(answer), answer.toString()));
        assertFalse(ClickEventGenerator.tookOver(new RecordTooLargeException("too large")));
    }

    @Test
    void confirmsTheBatchAtHandWhenItIsAskedToEnd() throws Exception {
        GeneratorProcess generator = start("30").await("events");

        generator.terminate();

        generator.await("generator stopped");
        generator.assertEndsWith(GeneratorProcess.TERMINATED);
        committedClicks().assertExact(1);
    }

    @Test
    void goesOnAfterItWasStoppedForSeconds() throws Exception {
        try (GeneratorProcess generator = start("30").await("events")) {
            signal("STOP", generator);
            Thread.sleep(4_500);
            signal("CONT", generator);
            generator.await("events").await("events");
            assertTrue(generator.isAlive());
        }

        WindowCounts counts = committedClicks();
        counts.assertExact(1);
        counts.assertNoWindowMissing();
    }

    @Test
    void endsWhenAClickCannotBeStoredAndSkipsNone() throws Exception {
        try (GeneratorProcess generator = start("30").await("events")) {
            // Too little for a click, enough for the broker's own marker that ends a transaction.
            broker.setTopicConfig(topic, "max.message.bytes", "90");
            generator.await("The generator ends because clicks could not be stored");
            generator.assertEndsWith(1);
        }
        broker.setTopicConfig(topic, "max.message.bytes", "1000000");
        try (GeneratorProcess generator = start("30")) {
            generator.await("events").await("events");
        }

        WindowCounts counts = committedClicks();
        counts.assertExact(1);
        counts.assertNoWindowMissing();
    }

    @Test
    void writesAGapWithTheFirstClicksBehindIt() throws Exception {
        FakeClock clock = new FakeClock("2026-11-23T10:00:00.000Z");
        generate(clock, 20_000);
        clock.pass(3_600_000);
        generate(clock, 40_000);

        committedClicks().assertExact(1);
        try (TopicReader reader = new TopicReader(broker.bootstrapServers(), gapsTopic)) {
            assertEquals(1, reader.read().stream()
                    .filter(gap -> gap.value()
                            .equals("{\"from\":\"2026-11-23T10:00:30.000Z\",\"to\":\"2026-11-23T11:00:30.000Z\"}"))
                    .count());
        }
    }

    @Test
    void findsItsPlaceBehindRecordsOfOthers() throws Exception {
        FakeClock clock = new FakeClock("2026-11-23T10:00:00.000Z");
        generate(clock, 20_000);
        List<Click> foreign = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            foreign.add(new Click("/elsewhere" + i % 2, 0));
        }
        try (ClickLog log = KafkaClickLog.open(broker.bootstrapServers(), topic, gapsTopic, PAGES)) {
            log.store(new Batch(List.of(), foreign, List.of()));
        }
        generate(clock, 20_000);

        committedClicks().assertExact(1);
    }

    @Test
    void saysWhichArgumentIsWrong() throws Exception {
        GeneratorProcess generator = GeneratorProcess.start(List.of(), "--spede", "2");

        generator.await("'--spede' is not known");
        generator.assertEndsWith(2);
    }

    /** A generator of this JVM whose time goes by as fast as it writes. */
    private void generate(FakeClock clock, long millis) {
        try (ClickLog log = KafkaClickLog.open(broker.bootstrapServers(), topic, gapsTopic, PAGES)) {
            Schedule schedule = new Schedule(PAGES, log.lastTimestamps(), 1, clock);
            for (long passed = 0; passed <= millis; passed += 500) {
                Batch batch = schedule.due();
                if (!batch.isEmpty()) {
                    log.store(batch);
                }
                clock.pass(500);
            }
        }
    }

    private GeneratorProcess start(String speed) throws IOException {
        return GeneratorProcess.start(
                jvmOptions,
                "--bootstrap.servers",
                broker.bootstrapServers(),
                "--topic",
                topic,
                "--gaps-topic",
                gapsTopic,
                "--speed",
                speed);
    }

    /** Archives the classes of one orderly run, so that the many that follow start faster. */
    private void recordClasses() throws Exception {
        Path archive = directory.resolve("generator.jsa");
        jvmOptions.add("-XX:ArchiveClassesAtExit=" + archive);
        try (GeneratorProcess generator = start("30").await("events")) {
            generator.terminate();
            generator.assertEndsWith(GeneratorProcess.TERMINATED);
        }
        jvmOptions.clear();
        jvmOptions.add("-XX:SharedArchiveFile=" + archive);
        jvmOptions.add("-Xshare:auto");
    }

    private WindowCounts committedClicks() {
        WindowCounts counts = new WindowCounts(PAGES);
        try (TopicReader reader = new TopicReader(broker.bootstrapServers(), topic)) {
            reader.read().forEach(record -> Click.fromJson(record.value())
                    .filter(click -> PAGES.contains(click.page()))
                    .ifPresent(click -> counts.click(click.page(), click.timestamp())));
        }
        return counts;
    }

    private static void signal(String name, GeneratorProcess generator) throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder("kill", "-" + name, Long.toString(generator.pid())).start().waitFor());
    }
}
