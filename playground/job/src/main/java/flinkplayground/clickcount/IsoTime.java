package flinkplayground.clickcount;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times as the records carry them: ISO-8601 in UTC, always with three digits of milliseconds. */
final class IsoTime {

    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private IsoTime() {}

    static String format(long epochMillis) {
        return FORMAT.format(Instant.ofEpochMilli(epochMillis));
    }

    /** @throws java.time.DateTimeException when the text is no instant; any number of fraction digits is taken */
    static long parse(String text) {
        return Instant.parse(text).toEpochMilli();
    }
}
