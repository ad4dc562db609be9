package flinkplayground.clickcount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class JobOptionsTest {

    @Test
    void hasTheTutorialsDefaults() {
        JobOptions options = JobOptions.parse();

        assertEquals("localhost:9092", options.bootstrapServers());
        assertEquals("input", options.inputTopic());
        assertEquals("output", options.outputTopic());
        assertEquals(1000, options.checkpointIntervalMs());
        assertFalse(options.checkpointing() || options.eventTime() || options.backpressure());
        assertFalse(options.chaining() || options.exactlyOnce());
    }

    @Test
    void takesEveryArgument() {
        JobOptions options = JobOptions.parse(
                "--bootstrap.servers", "kafka:9092", "--checkpointing", "--event-time", "--input-topic", "in",
                "--output-topic", "out", "--backpressure", "--chaining", "--exactly-once", "--checkpoint-interval", "10000");

        assertEquals("kafka:9092", options.bootstrapServers());
        assertEquals("in", options.inputTopic());
        assertEquals("out", options.outputTopic());
        assertEquals(10_000, options.checkpointIntervalMs());
        assertTrue(options.checkpointing() && options.eventTime() && options.backpressure());
        assertTrue(options.chaining() && options.exactlyOnce());
    }

    @Test
    void keepsWhatWasGivenAndNothingElse() {
        assertEquals(
                Map.of("event-time", "true", "input-topic", "in"),
                JobOptions.parse("--event-time", "--input-topic", "in").given());
    }

    @Test
    void namesAnUnknownArgument() {
        assertMessage("The argument '--event-tyme' is not known.", "--event-tyme");
        assertMessage("The argument 'event-time' is not known.", "event-time");
    }

    @Test
    void namesAnArgumentWithoutItsValue() {
        assertMessage("The argument --input-topic needs a value.", "--input-topic", "--event-time");
        assertMessage("The argument --output-topic needs a value.", "--output-topic");
    }

    @Test
    void refusesAnIntervalThatIsNone() {
        assertMessage("The argument --checkpoint-interval takes milliseconds", "--checkpoint-interval", "1s");
        assertMessage("The argument --checkpoint-interval takes milliseconds", "--checkpoint-interval", "0");
    }

    private static void assertMessage(String expected, String... args) {
        String message = assertThrows(IllegalArgumentException.class, () -> JobOptions.parse(args)).getMessage();
        assertTrue(message.startsWith(expected), message);
    }
}
