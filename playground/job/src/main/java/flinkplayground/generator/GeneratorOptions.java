package flinkplayground.generator;

import java.util.HashMap;
import java.util.Map;

/** The generator's arguments. */
final class GeneratorOptions {

    private static final String USAGE =
            "Known are --bootstrap.servers <host:port>, --topic <name>, --gaps-topic <name> and --speed <times>.";
    private static final Map<String, String> DEFAULTS = Map.of(
            "bootstrap.servers", "localhost:9092", "topic", "input", "gaps-topic", "input-gaps", "speed", "1");

    private final Map<String, String> given;

    private GeneratorOptions(Map<String, String> given) {
        this.given = given;
    }

    /** @throws IllegalArgumentException with a sentence that names the wrong argument and the right ones */
    static GeneratorOptions parse(String... args) {
        Map<String, String> given = new HashMap<>(DEFAULTS);
        for (int i = 0; i < args.length; i += 2) {
            String name = args[i].startsWith("--") ? args[i].substring(2) : "";
            if (!DEFAULTS.containsKey(name)) {
                throw new IllegalArgumentException("The argument '" + args[i] + "' is not known. " + USAGE);
            }
            if (i + 1 == args.length || args[i + 1].isBlank() || args[i + 1].startsWith("--")) {
                throw new IllegalArgumentException("The argument " + args[i] + " needs a value. " + USAGE);
            }
            given.put(name, args[i + 1]);
        }
        GeneratorOptions options = new GeneratorOptions(given);
        options.speed();
        return options;
    }

    String bootstrapServers() {
        return given.get("bootstrap.servers");
    }

    String topic() {
        return given.get("topic");
    }

    String gapsTopic() {
        return given.get("gaps-topic");
    }

    double speed() {
        String text = given.get("speed");
        try {
            double speed = Double.parseDouble(text);
            if (speed >= 0.1 && speed <= 1000) {
                return speed;
            }
        } catch (NumberFormatException notANumber) {
            // Falls through to the one message for every value that does not fit.
        }
        throw new IllegalArgumentException("The argument --speed takes a number from 0.1 to 1000, and not '" + text + "'.");
    }
}
