package flinkplayground.generator;

/** Notices when the whole process stood still for seconds: it was stopped by a signal, or the machine slept. */
final class FreezeWatch implements AutoCloseable {

    private static final long TICK_MS = 200;
    private static final long FROZEN_MS = 4_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Clock clock;
    private final Thread thread;
    private volatile boolean everFrozen;
    private volatile long lastFrozenNanos;

    private FreezeWatch(Clock clock) {
        this.clock = clock;
        thread = new Thread(this::watch, "freeze-watch");
        thread.setDaemon(true);
    }

    static FreezeWatch start(Clock clock) {
        FreezeWatch watch = new FreezeWatch(clock);
        watch.thread.start();
        return watch;
    }

    /**
     * Whether the process stood still and went on in the last {@code millis}. Takes two ticks, because who asks may have been woken
     * before the watch was.
     */
    boolean frozenWithin(long millis) throws InterruptedException {
        clock.sleep(2 * TICK_MS);
        return everFrozen && clock.monotonicNanos() - lastFrozenNanos < millis * NANOS_PER_MILLI;
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void watch() {
        long wall = clock.wallMillis();
        long nanos = clock.monotonicNanos();
        try {
            while (true) {
                clock.sleep(TICK_MS);
                long nextWall = clock.wallMillis();
                long nextNanos = clock.monotonicNanos();
                if (nextWall - wall > FROZEN_MS || nextNanos - nanos > FROZEN_MS * NANOS_PER_MILLI) {
                    lastFrozenNanos = nextNanos;
                    everFrozen = true;
                }
                wall = nextWall;
                nanos = nextNanos;
            }
        } catch (InterruptedException closed) {
            // Asked to end.
        }
    }
}
