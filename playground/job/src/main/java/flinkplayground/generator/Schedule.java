package flinkplayground.generator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Says which clicks are due. Every page has a click at each full {@link #STEP_MS} of event time, which makes {@link
 * #CLICKS_PER_WINDOW} of them in every window.
 *
 * <ul>
 *   <li>Event time begins at the newest window boundary of the clock, or after the last stored click of each page. It never goes
 *       backwards and never skips a step within a window.
 *   <li>Its pace is measured by the monotonic clock, so that setting the time of day changes nothing. Who comes late by more than
 *       {@link #HICCUP_MS} (a stopped process, a machine that slept) goes on with the next click at the same pace, without a burst.
 *   <li>What that costs is made up for at window boundaries only: where event time is {@link #LONG_PAUSE_MS} or more behind the
 *       clock, it goes on at the clock's newest boundary, and the windows between are a {@link Gap}. The limit is two windows, so
 *       that a start late in a window and a short pause together skip none.
 * </ul>
 */
final class Schedule {

    static final long WINDOW_MS = 15_000;
    static final int CLICKS_PER_WINDOW = 1_000;
    static final long STEP_MS = WINDOW_MS / CLICKS_PER_WINDOW;
    static final long HICCUP_MS = 1_000;
    static final long LONG_PAUSE_MS = 2 * WINDOW_MS;

    private static final double NANOS_PER_MILLI = 1e6;

    private final Clock clock;
    private final double speed;
    /** The next click of each page. */
    private final Map<String, Long> next = new TreeMap<>();
    /** The event time up to which every page is complete; the smallest of {@code next}. */
    private long cursor;
    private long anchorEvent;
    private long anchorNanos;

    /**
     * @param lastTimestamps the last stored click of each page, without those that have none
     * @param speed how many times faster than the clock event time runs
     */
    Schedule(List<String> pages, Map<String, Long> lastTimestamps, double speed, Clock clock) {
        this.clock = clock;
        this.speed = speed;
        // A page without clicks, beside others that have some, begins with the window in which the slowest of them is.
        long begin = lastTimestamps.values().stream()
                .mapToLong(Schedule::after)
                .min()
                .orElse(clock.wallMillis());
        for (String page : pages) {
            Long last = lastTimestamps.get(page);
            next.put(page, last == null ? windowOf(begin) : after(last));
        }
        cursor = next.values().stream().mapToLong(Long::longValue).min().orElseThrow();
        anchor();
    }

    /** Takes the clicks that are due now; they are not given again. */
    Batch due() {
        List<Gap> gaps = new ArrayList<>();
        List<Click> clicks = new ArrayList<>();
        List<Long> completed = new ArrayList<>();
        if (dueUpTo() - cursor > HICCUP_MS * speed) {
            anchor();
        }
        skipAfterLongPause(gaps);
        while (cursor <= dueUpTo()) {
            for (Map.Entry<String, Long> page : next.entrySet()) {
                if (page.getValue() == cursor) {
                    clicks.add(new Click(page.getKey(), cursor));
                    page.setValue(cursor + STEP_MS);
                }
            }
            cursor += STEP_MS;
            if (cursor % WINDOW_MS == 0) {
                completed.add(cursor - WINDOW_MS);
                skipAfterLongPause(gaps);
            }
        }
        return new Batch(gaps, clicks, completed);
    }

    /** The event time of the next click. */
    long cursor() {
        return cursor;
    }

    /** Skips only where no page has a click beyond the boundary: no page may be left out of a window that another has. */
    private void skipAfterLongPause(List<Gap> gaps) {
        long boundary = windowOf(clock.wallMillis());
        boolean together = next.values().stream().allMatch(timestamp -> timestamp == cursor);
        if (cursor % WINDOW_MS == 0 && together && clock.wallMillis() - cursor >= LONG_PAUSE_MS) {
            gaps.add(new Gap(cursor, boundary));
            next.replaceAll((page, timestamp) -> boundary);
            cursor = boundary;
            anchor();
        }
    }

    private double dueUpTo() {
        return anchorEvent + (clock.monotonicNanos() - anchorNanos) / NANOS_PER_MILLI * speed;
    }

    private void anchor() {
        anchorEvent = cursor;
        anchorNanos = clock.monotonicNanos();
    }

    private static long windowOf(long timestamp) {
        return Math.floorDiv(timestamp, WINDOW_MS) * WINDOW_MS;
    }

    /** The first step after a stored click. */
    private static long after(long timestamp) {
        return (Math.floorDiv(timestamp, STEP_MS) + 1) * STEP_MS;
    }
}
