package flinkplayground.generator;

/** A clock that stands still until it is told otherwise. */
final class FakeClock implements Clock {

    private long wall;
    private long nanos = 5_000_000_000L;

    FakeClock(String wall) {
        this.wall = java.time.Instant.parse(wall).toEpochMilli();
    }

    @Override
    public long wallMillis() {
        return wall;
    }

    @Override
    public long monotonicNanos() {
        return nanos;
    }

    @Override
    public void sleep(long millis) {
        pass(millis);
    }

    /** Time goes by on both clocks. */
    void pass(long millis) {
        wall += millis;
        nanos += millis * 1_000_000;
    }

    /** The time of day is set, forwards or back, or the machine slept so long. */
    void shiftWall(long millis) {
        wall += millis;
    }
}
