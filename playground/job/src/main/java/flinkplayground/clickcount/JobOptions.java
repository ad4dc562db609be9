package flinkplayground.clickcount;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The job's arguments. Parsed here because Flink's own parser moved to another package between 1.20 and 2.0.
 */
final class JobOptions {

    private static final Map<String, String> DEFAULTS = Map.of(
            "bootstrap.servers", "localhost:9092",
            "input-topic", "input",
            "output-topic", "output",
            "checkpoint-interval", "1000");

    private static final Set<String> FLAGS =
            Set.of("checkpointing", "event-time", "backpressure", "chaining", "exactly-once");

    private static final String USAGE = "Known are --bootstrap.servers <host:port>, --input-topic <name>, --output-topic <name>,"
            + " --checkpoint-interval <ms>, --checkpointing, --event-time, --backpressure, --chaining and --exactly-once.";

    private final Map<String, String> given;

    private JobOptions(Map<String, String> given) {
        this.given = given;
    }

    /** @throws IllegalArgumentException with a sentence that names the wrong argument and the right ones */
    static JobOptions parse(String... args) {
        Map<String, String> given = new LinkedHashMap<>();
        List<String> rest = List.of(args);
        for (int i = 0; i < rest.size(); i++) {
            String arg = rest.get(i);
            String name = arg.startsWith("--") ? arg.substring(2) : "";
            if (FLAGS.contains(name)) {
                given.put(name, "true");
            } else if (DEFAULTS.containsKey(name)) {
                if (i + 1 == rest.size() || rest.get(i + 1).startsWith("--") || rest.get(i + 1).isBlank()) {
                    throw new IllegalArgumentException("The argument --" + name + " needs a value. " + USAGE);
                }
                i++;
                given.put(name, rest.get(i));
            } else {
                throw new IllegalArgumentException("The argument '" + arg + "' is not known. " + USAGE);
            }
        }
        JobOptions options = new JobOptions(given);
        options.checkpointIntervalMs();
        return options;
    }

    /** What was given, without the dashes; a flag has the value {@code true}. Enough to start the job again as it was started. */
    Map<String, String> given() {
        return given;
    }

    String bootstrapServers() {
        return value("bootstrap.servers");
    }

    String inputTopic() {
        return value("input-topic");
    }

    String outputTopic() {
        return value("output-topic");
    }

    long checkpointIntervalMs() {
        String text = value("checkpoint-interval");
        try {
            long interval = Long.parseLong(text);
            if (interval >= 10) {
                return interval;
            }
        } catch (NumberFormatException notANumber) {
            // Falls through to the one message for every value that does not fit.
        }
        throw new IllegalArgumentException(
                "The argument --checkpoint-interval takes milliseconds, at least 10, and not '" + text + "'.");
    }

    boolean checkpointing() {
        return given.containsKey("checkpointing");
    }

    boolean eventTime() {
        return given.containsKey("event-time");
    }

    boolean backpressure() {
        return given.containsKey("backpressure");
    }

    boolean chaining() {
        return given.containsKey("chaining");
    }

    boolean exactlyOnce() {
        return given.containsKey("exactly-once");
    }

    private String value(String name) {
        return given.getOrDefault(name, DEFAULTS.get(name));
    }
}
