package flinkplayground.generator;

import java.util.List;

/** What is written at once: all of it or nothing. */
final class Batch {

    private final List<Gap> gaps;
    private final List<Click> clicks;
    private final List<Long> completedWindows;

    Batch(List<Gap> gaps, List<Click> clicks, List<Long> completedWindows) {
        this.gaps = List.copyOf(gaps);
        this.clicks = List.copyOf(clicks);
        this.completedWindows = List.copyOf(completedWindows);
    }

    List<Gap> gaps() {
        return gaps;
    }

    List<Click> clicks() {
        return clicks;
    }

    /** Starts of the windows whose last click of every page is in this batch. */
    List<Long> completedWindows() {
        return completedWindows;
    }

    boolean isEmpty() {
        return clicks.isEmpty();
    }
}
