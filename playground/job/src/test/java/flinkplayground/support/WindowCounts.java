package flinkplayground.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Counts per window and page, each under the key {@code window page}. */
public final class WindowCounts {

    public static final long WINDOW_MS = 15_000;

    private final List<String> pages;
    private final Map<Long, Map<String, Long>> windows = new TreeMap<>();
    private int repeated;

    public WindowCounts(List<String> pages) {
        this.pages = pages;
    }

    /** One click more. */
    public void click(String page, long timestamp) {
        long window = Math.floorDiv(timestamp, WINDOW_MS) * WINDOW_MS;
        windows.computeIfAbsent(window, none -> new TreeMap<>()).merge(page, 1L, Long::sum);
    }

    /** A result of the job. A second one for the same page and window is remembered, as {@link #repeated()}. */
    public void result(long window, String page, long count) {
        if (windows.computeIfAbsent(window, none -> new TreeMap<>()).put(page, count) != null) {
            repeated++;
        }
    }

    public int repeated() {
        return repeated;
    }

    public int size() {
        return windows.size();
    }

    /** Starts of the windows that have anything, in order. */
    public TreeSet<Long> starts() {
        return new TreeSet<>(windows.keySet());
    }

    /** Every page has something in the newest window. */
    public boolean whole() {
        return windows.get(starts().last()).size() == pages.size();
    }

    /** Every page has exactly 1000 in every window but the newest {@code open} ones. */
    public void assertExact(int open) {
        int judged = windows.size() - open;
        Map<String, Long> wrong = new TreeMap<>();
        windows.entrySet().stream().limit(judged).forEach(window -> {
            for (String page : pages) {
                long count = window.getValue().getOrDefault(page, 0L);
                if (count != 1000) {
                    wrong.put(Instant.ofEpochMilli(window.getKey()) + " " + page, count);
                }
            }
        });
        assertEquals(Map.of(), wrong, "windows that have not exactly 1000, of " + judged);
    }

    /** No window is missing between the first and the last. */
    public void assertNoWindowMissing() {
        TreeSet<Long> starts = starts();
        assertEquals((starts.last() - starts.first()) / WINDOW_MS + 1, starts.size(), "windows from first to last");
    }
}
