package flinkplayground.generator;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One click and its form in the topic: {@code {"timestamp":"2026-11-23T10:00:00.000Z","page":"/help"}}. */
final class Click {

    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final Pattern JSON =
            Pattern.compile("\\{\"timestamp\":\"([^\"\\\\]+)\",\"page\":\"([^\"\\\\]+)\"}");

    private final String page;
    private final long timestamp;

    Click(String page, long timestamp) {
        this.page = page;
        this.timestamp = timestamp;
    }

    String page() {
        return page;
    }

    /** Milliseconds of event time since the epoch. */
    long timestamp() {
        return timestamp;
    }

    String toJson() {
        return "{\"timestamp\":\"" + iso(timestamp) + "\",\"page\":\"" + page + "\"}";
    }

    /** @return empty for a record that this generator cannot have written */
    static Optional<Click> fromJson(String json) {
        Matcher matcher = JSON.matcher(json);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Click(matcher.group(2), Instant.parse(matcher.group(1)).toEpochMilli()));
        } catch (DateTimeException | ArithmeticException notAnInstant) {
            return Optional.empty();
        }
    }

    static String iso(long epochMillis) {
        return FORMAT.format(Instant.ofEpochMilli(epochMillis));
    }
}
