package flinkplayground.generator;

import java.util.concurrent.atomic.AtomicLong;

/** Counts how often the whole process stood still for seconds: it was stopped by a signal, or the machine slept. */
final class FreezeWatch implements AutoCloseable {

    private static final long TICK_MS = 200;
    private static final long FROZEN_MS = 4_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final AtomicLong freezes = new AtomicLong();
    private final Thread thread;

    private FreezeWatch(Clock clock) {
        thread = new Thread(() -> watch(clock), "freeze-watch");
        thread.setDaemon(true);
    }

    static FreezeWatch start(Clock clock) {
        FreezeWatch watch = new FreezeWatch(clock);
        watch.thread.start();
        return watch;
    }

    long count() {
        return freezes.get();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void watch(Clock clock) {
        long wall = clock.wallMillis();
        long nanos = clock.monotonicNanos();
        try {
            while (true) {
                clock.sleep(TICK_MS);
                long nextWall = clock.wallMillis();
                long nextNanos = clock.monotonicNanos();
                if (nextWall - wall > FROZEN_MS || nextNanos - nanos > FROZEN_MS * NANOS_PER_MILLI) {
                    freezes.incrementAndGet();
                }
                wall = nextWall;
                nanos = nextNanos;
            }
        } catch (InterruptedException closed) {
            // Asked to end.
        }
    }
}
